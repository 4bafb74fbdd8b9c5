"""Commands about complaints and low ratings: of those who handle them (投诉处理员), and of who was rated."""

from hub.rules.command import Command
from hub.rules.complaints import CallBack, Channel, Complaint, Grounds, Outcome


class AboutComplaint(Command, frozen=True, kw_only=True):
    """What all these name: the work item's id, and who asks."""

    complaint: str
    by: str


class EnterComplaint(Command, frozen=True, kw_only=True):
    """A complaint has come in by another way than the rating pad. number: of a ticket of today, which tells the rest.

    reference: of a hotline's order. about: who is complained of. words: what it says, without names.
    """

    by: str
    channel: Channel
    number: str = ""
    service: str = ""
    counter: int = 0
    about: str = ""
    reference: str = ""
    words: str = ""


class TakeOverComplaint(AboutComplaint, frozen=True, kw_only=True):
    """Become the one who has to settle it, also instead of a colleague."""


class NoteCallBack(AboutComplaint, frozen=True, kw_only=True):
    """Somebody was called back (回访), or it was tried."""

    result: CallBack
    words: str = ""


class PlanRectification(AboutComplaint, frozen=True, kw_only=True):
    """It cannot be set right at once: say what will be, and within how many working days (限期整改)."""

    words: str
    days: int


class SettleComplaint(AboutComplaint, frozen=True, kw_only=True):
    """It is done with. words: what was done or explained."""

    outcome: Outcome
    words: str


class ReopenComplaint(AboutComplaint, frozen=True, kw_only=True):
    """It was not done with after all. known: as the record has it, where it was settled before today."""

    words: str
    known: Complaint | None = None


class LodgeAppeal(AboutComplaint, frozen=True, kw_only=True):
    """Who was rated, or a 业务管理员 for him, says that the rating is wrong (申诉)."""

    grounds: Grounds
    words: str


class DecideAppeal(AboutComplaint, frozen=True, kw_only=True):
    """The appeal has been looked into (复核). The rating stays; only that it was found wrong is marked."""

    accepted: bool
    words: str


class KeepContact(AboutComplaint, frozen=True, kw_only=True):
    """The citizen has left a name or a phone number, which is kept elsewhere. by: empty, he himself at the pad."""


class EraseContacts(Command, frozen=True, kw_only=True):
    """The time for which names and phone numbers are kept is over for these."""

    complaints: tuple[str, ...]

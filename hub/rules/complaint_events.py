"""Facts about complaints and low ratings; nobody's name or phone number stands in any of them.

All of their names begin with Complaint: by that the journal's rows about them are found.
"""

from hub.rules.complaints import CallBack, Complaint, Grounds, Outcome
from hub.rules.fact import Event


class ComplaintOpened(Event, frozen=True, kw_only=True):
    """There is something to be looked into. by: who entered it; empty, it came of a rating."""

    item: Complaint
    by: str = ""
    at: int


class ComplaintAspectNamed(Event, frozen=True, kw_only=True):
    """The citizen has said what the low rating was about."""

    complaint: str
    aspect: int
    at: int


class ComplaintTakenOver(Event, frozen=True, kw_only=True):
    """Somebody has to settle it from now on."""

    complaint: str
    by: str
    at: int


class ComplaintCalledBack(Event, frozen=True, kw_only=True):
    """A call-back was made or tried."""

    complaint: str
    result: CallBack
    words: str = ""
    by: str
    at: int


class ComplaintRectificationPlanned(Event, frozen=True, kw_only=True):
    """It takes longer to set right. settle_by: until which day, YYYYMMDD."""

    complaint: str
    words: str
    settle_by: str
    by: str
    at: int


class ComplaintSettled(Event, frozen=True, kw_only=True):
    """It is done with."""

    complaint: str
    outcome: Outcome
    words: str
    by: str
    at: int


class ComplaintReopened(Event, frozen=True, kw_only=True):
    """It is to be done again. item: as it is from now on."""

    item: Complaint
    words: str
    by: str
    at: int


class ComplaintAppealed(Event, frozen=True, kw_only=True):
    """It was said that the rating is wrong."""

    complaint: str
    grounds: Grounds
    words: str
    by: str
    at: int


class ComplaintAppealDecided(Event, frozen=True, kw_only=True):
    """The appeal was looked into; the rating stays as it was given."""

    complaint: str
    accepted: bool
    words: str
    by: str
    at: int


class ComplaintContactKept(Event, frozen=True, kw_only=True):
    """A name or a phone number was left; it stands in a file of its own, which forgets."""

    complaint: str
    by: str
    at: int


class ComplaintContactsErased(Event, frozen=True, kw_only=True):
    """What was left of names and phone numbers has been kept long enough."""

    complaints: tuple[str, ...]
    at: int


class ComplaintsCarried(Event, frozen=True, kw_only=True):
    """A new day begins with these, which are still open."""

    items: tuple[Complaint, ...]
    at: int

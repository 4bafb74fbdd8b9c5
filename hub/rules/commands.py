"""What people, devices and the clock ask of the queue, in the imperative; decide.py answers."""

from msgspec import Struct

from hub.rules.access_commands import NoteAccess as NoteAccess
from hub.rules.change_commands import ChangeHall as ChangeHall
from hub.rules.command import AtCounter as AtCounter
from hub.rules.command import Command as Command
from hub.rules.complaint_commands import DecideAppeal as DecideAppeal
from hub.rules.complaint_commands import EnterComplaint as EnterComplaint
from hub.rules.complaint_commands import EraseContacts as EraseContacts
from hub.rules.complaint_commands import KeepContact as KeepContact
from hub.rules.complaint_commands import LodgeAppeal as LodgeAppeal
from hub.rules.complaint_commands import NoteCallBack as NoteCallBack
from hub.rules.complaint_commands import PlanRectification as PlanRectification
from hub.rules.complaint_commands import ReopenComplaint as ReopenComplaint
from hub.rules.complaint_commands import SettleComplaint as SettleComplaint
from hub.rules.complaint_commands import TakeOverComplaint as TakeOverComplaint
from hub.rules.emergency_commands import EnterServed as EnterServed
from hub.rules.emergency_commands import EnterTicket as EnterTicket
from hub.rules.emergency_commands import NoteOutage as NoteOutage
from hub.rules.emergency_commands import PressFault as PressFault
from hub.rules.health_commands import NoteHealth as NoteHealth
from hub.rules.lease_commands import AnswerLease as AnswerLease
from hub.rules.lease_commands import EnterAlone as EnterAlone
from hub.rules.lease_commands import LeaseBlocks as LeaseBlocks
from hub.rules.lease_commands import MakeLease as MakeLease
from hub.rules.lease_commands import NoteReturn as NoteReturn
from hub.rules.plan import ORDINARY, Post
from hub.rules.rating_commands import NameAspect as NameAspect
from hub.rules.rating_commands import Rate as Rate
from hub.rules.restore_commands import NoteRestored as NoteRestored
from hub.rules.slip_commands import GiveNotice as GiveNotice
from hub.rules.slip_commands import LookUpNotices as LookUpNotices
from hub.rules.slip_commands import MakeReport as MakeReport
from hub.rules.slip_commands import PrintGuide as PrintGuide
from hub.rules.slip_commands import RepeatSlip as RepeatSlip


class Appointment(Struct, frozen=True, kw_only=True):
    """An hour that was agreed with somebody (M24). code: what he names when he comes. start, end: of his slot, ms."""

    code: str
    service: str
    start: int
    end: int


class OpenDay(Command, frozen=True, kw_only=True):
    """Begin a business day. day: YYYYMMDD. spans: when the hall is open that day, ms; None: always.

    working_days: the next ones, YYYYMMDD, for dates that are promised (M16).
    """

    day: str
    spans: tuple[tuple[int, int], ...] | None = None
    working_days: tuple[str, ...] = ()


class EndDay(Command, frozen=True, kw_only=True):
    """End the day although people still wait; they are told why and come again (M28). by: who is responsible."""

    by: str


class Look(Command, frozen=True, kw_only=True):
    """See what the mere passing of time has brought about: phases, alerts, ratings and locks that end."""


class TakeTicket(Command, frozen=True, kw_only=True):
    """Give a number for a service. boot: of the dispenser.

    claim: a class that the citizen says is his, to be confirmed by a clerk. identity: keyed hash of the day (S9).
    anonymous: a real-name service is given without an identity, by the guide. appointment: the code that was named.
    by: the guide who took it for him, empty for the citizen.
    """

    dispenser: str
    key: str
    boot: int
    service: str
    klass: str = ORDINARY
    claim: str = ""
    identity: str = ""
    anonymous: bool = False
    appointment: str = ""
    by: str = ""


class ConfirmPrint(Command, frozen=True, kw_only=True):
    """A dispenser's printer has said that the job's paper is out. expected_ms: the wait that was printed on it."""

    dispenser: str
    job: str
    expected_ms: int | None = None


class FailPrint(Command, frozen=True, kw_only=True):
    """A dispenser's printer could not do the job. in_doubt: nobody can know whether the paper came out."""

    dispenser: str
    job: str
    why: str
    in_doubt: bool


class VouchTicket(Command, frozen=True, kw_only=True):
    """Somebody confirms that the citizen knows his number, though no paper came out (M41).

    by: who says so; empty: the citizen himself, by the key of the dispenser that shows it or asks for it.
    """

    number: str
    by: str = ""


class ReprintTicket(Command, frozen=True, kw_only=True):
    """Print a ticket once more, marked 补打. by: who asks for it. printer: where; empty: where it came from."""

    number: str
    by: str
    printer: str = ""


class CancelTicket(Command, frozen=True, kw_only=True):
    """The citizen gives his number back, or nobody holds it."""

    number: str
    by: str


class ListAppointments(Command, frozen=True, kw_only=True):
    """These are the appointments of the day, all of them."""

    appointments: tuple[Appointment, ...]


class ReceiveItem(Command, frozen=True, kw_only=True):
    """Something is handed in out of hours; it becomes a ticket at the next opening (M25)."""

    service: str
    by: str


class GiveClass(Command, frozen=True, kw_only=True):
    """A guide gives a waiting ticket a class."""

    number: str
    klass: str
    by: str


class ConfirmClass(Command, frozen=True, kw_only=True):
    """Somebody has seen that the class which was claimed at the dispenser is true."""

    number: str
    by: str


class MarkPrechecked(Command, frozen=True, kw_only=True):
    """The guide has looked at the citizen's papers (S21)."""

    number: str
    by: str


class ReturnTicket(Command, frozen=True, kw_only=True):
    """A citizen who was parked or missed is back: he goes into the line again as one who returns."""

    number: str
    by: str


class CallNext(AtCounter, frozen=True, kw_only=True):
    """Finish what the counter has and call the ticket whose turn it is there (顺呼)."""


class CallAutomatically(AtCounter, frozen=True, kw_only=True):
    """An idle counter that calls by itself is looked at; nothing follows where it need not call."""


class CallNumber(AtCounter, frozen=True, kw_only=True):
    """Call a given number out of turn (特呼). reason: code of the hall's list."""

    number: str
    reason: str


class Recall(AtCounter, frozen=True, kw_only=True):
    """Call the counter's ticket once more."""


class Begin(AtCounter, frozen=True, kw_only=True):
    """The citizen has come: his service begins."""


class MarkNoShow(AtCounter, frozen=True, kw_only=True):
    """The called citizen did not come."""


class Finish(AtCounter, frozen=True, kw_only=True):
    """The counter is done with its ticket. result: code of the hall's list (M45). reason: code where one is due (M36).

    days: working days until what was accepted is ready (M16), or until what is missing has to be there, items (M23).
    """

    result: str = ""
    reason: str = ""
    days: int = 0
    items: tuple[str, ...] = ()


class Park(AtCounter, frozen=True, kw_only=True):
    """Put the ticket aside until its citizen is back."""

    reason: str = ""


class Transfer(AtCounter, frozen=True, kw_only=True):
    """Pass the ticket on, to another service or counter; 0: any of the service. reason: code of the hall's list."""

    service: str = ""
    to_counter: int = 0
    reason: str


class SignIn(AtCounter, frozen=True, kw_only=True):
    """Somebody whose PIN or badge was right wants to work here, or comes back."""

    person: str


class SignOut(AtCounter, frozen=True, kw_only=True):
    """The clerk ends his work here."""


class Pause(AtCounter, frozen=True, kw_only=True):
    """The clerk leaves for a while (M17). back_at: when he will be back, ms; None: not said. phone: to be shown."""

    reason: str
    back_at: int | None = None
    phone: str = ""


class Resume(AtCounter, frozen=True, kw_only=True):
    """A counter without sign-in serves again."""


class SetServices(Command, frozen=True, kw_only=True):
    """From now on a counter serves these services; empty: what the hall's file says (S21)."""

    counter: int
    services: frozenset[str]
    by: str


class Enlist(Command, frozen=True, kw_only=True):
    """Give somebody a post at a counter."""

    counter: int
    person: str
    post: Post
    by: str


class Dismiss(Command, frozen=True, kw_only=True):
    """Take somebody's post at a counter away; the newcomer has to be there before (先进后出, M9)."""

    counter: int
    person: str
    by: str


class GoOnDuty(Command, frozen=True, kw_only=True):
    """A guide or duty officer whose PIN was right begins to work at a device."""

    device: str
    person: str


class GoOffDuty(Command, frozen=True, kw_only=True):
    """Whoever is on duty at a device ends it."""

    device: str


class ReportDevice(Command, frozen=True, kw_only=True):
    """A device came, went, or has something wrong with a part. alerts: part to what is wrong."""

    device: str
    state: str
    boot: int
    alerts: dict[str, str]

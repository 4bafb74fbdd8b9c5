"""The hall at one moment: what apply.py makes from events, and decide.py reads."""

import msgspec
from msgspec import Struct

from hub.rules.commands import Appointment
from hub.rules.complaints import Complaints
from hub.rules.device_report import DeviceReport
from hub.rules.events import NoticeGiven, Received, TicketCalled
from hub.rules.lane import Lane, Place
from hub.rules.leases import Leases
from hub.rules.plan import ALL_COUNTERS, Post
from hub.rules.steps import TicketState

Line = tuple[int, str]
"""A line: the counter that alone may call it, or `ALL_COUNTERS`, and the service."""


class Ticket(Struct, kw_only=True):
    """One number of the day.

    printer: the device that prints it; tried: all that did. copies: how often it was printed. boot, sent_at: the
    printer's start number and the moment when it got the job; None: it has not. doubt: why nobody knows whether its
    paper came out. asked_by: who wanted the last copy. entered_at: the arrival that counts for its
    key; taken_at: when the number was given. only_at: the counter that alone may call it, 0: any. since: begin of its
    present state. spent_ms: state to time spent in it, the present one left out. counter: the last that called it.
    first_counter, first_person: 首问责任人 (M14). calls_left, until: when a missed one comes back or is over.
    is_reserve: its paper was printed beforehand (M41). told_at: its dispenser gave it alone, then; 0: not.
    deadline, items: what he has to bring, until when (M23).
    slot: begin and end of the hour that was agreed (M24). served_by: everybody who had it at his counter.
    """

    serial: int
    number: str
    service: str
    klass: str
    dispenser: str
    boot: int
    cap: str
    job: str
    ahead: int
    taken_at: int
    key: int
    state: TicketState = "issued"
    printer: str = ""
    tried: tuple[str, ...] = ()
    copies: int = 1
    sent_at: int | None = None
    doubt: str = ""
    asked_by: str = ""
    entered_at: int = 0
    claim: str = ""
    identity: str = ""
    appointment: str = ""
    slot: tuple[int, int] | None = None
    expected_ms: int | None = None
    taken_by: str = ""
    is_reserve: bool = False
    told_at: int = 0
    prechecked: bool = False
    only_at: int = ALL_COUNTERS
    since: int = 0
    spent_ms: dict[str, int] = msgspec.field(default_factory=dict)
    counter: int = 0
    called_at: int | None = None
    first_called_at: int | None = None
    begun_at: int | None = None
    calls: int = 0
    missed: int = 0
    calls_left: int = 0
    until: int | None = None
    first_counter: int = 0
    first_person: str = ""
    ended_at: int | None = None
    result: str = ""
    reason: str = ""
    promised: str = ""
    deadline: str = ""
    items: tuple[str, ...] = ()
    rating: int | None = None
    served_by: tuple[str, ...] = ()

    @property
    def line(self) -> Line:
        """The line in which it waits."""
        return self.only_at, self.service

    @property
    def place(self) -> Place:
        """Its place in the line."""
        return self.key, self.told_at, self.serial

    @property
    def is_from_alone(self) -> bool:
        """Whether its only paper came out, or not, while the hub was away."""
        return bool(self.told_at) and self.copies == 1

    @property
    def waited_ms(self) -> int:
        """How long it has stood in lines, the present one left out."""
        return self.spent_ms.get("waiting", 0)

    @property
    def served_ms(self) -> int:
        """How long counters had it, the present one left out."""
        return self.spent_ms.get("called", 0) + self.spent_ms.get("serving", 0)


class Absence(Struct, frozen=True, kw_only=True):
    """Why nobody is at a counter, until when (None: not said), and whom to phone (M17)."""

    reason: str
    back_at: int | None
    phone: str
    since: int


class RatingWindow(Struct, frozen=True, kw_only=True):
    """A rating that may be given. turn: row that opened it. level: given one, None before. aspect: 0 before one."""

    serial: int
    by: str
    until: int
    turn: int
    level: int | None = None
    aspect: int = 0


class CounterState(Struct, kw_only=True):
    """A counter. ticket: the one it has called. called_at: its last call or recall, None before the first.

    call: what was called last, and why that ticket; None before the first.

    turn: row of the last change that its keys act on. recalls: how often its ticket was called again. person: who is
    signed in, empty: nobody. away: why he is not there. services: set live, None: as in the plan. posts: as of the
    plan where None. acted_at: the last time its clerk did something. left_at: since when nobody is signed in.
    """

    ticket: Ticket | None = None
    called_at: int | None = None
    call: TicketCalled | None = None
    recalls: int = 0
    turn: int = 0
    person: str = ""
    post: Post = "A"
    locked: bool = False
    away: Absence | None = None
    rating: RatingWindow | None = None
    services: frozenset[str] | None = None
    posts: dict[str, Post] | None = None
    acted_at: int = 0
    left_at: int = 0


class DispenserState(Struct, kw_only=True):
    """A dispenser. printing: key to the ticket whose paper is on its way. last: the one handed out last.

    asked: key to the ticket of which its panel asks whether somebody holds it. shown: the ticket without paper whose
    number is on show (M41).
    """

    printing: dict[str, Ticket] = msgspec.field(default_factory=dict)
    asked: dict[str, Ticket] = msgspec.field(default_factory=dict)
    last: Ticket | None = None
    last_at: int = 0
    voided: Ticket | None = None
    shown: Ticket | None = None
    shown_at: int = 0
    turn: int = 0


class Measure(Struct, kw_only=True):
    """How long a service takes at the counter today: a running mean that forgets, and how many it is made from."""

    count: int = 0
    mean_ms: float = 0.0


class Alert(Struct, frozen=True, kw_only=True):
    """What the duty officer has to know. value: people, minutes or counters, as its kind says."""

    value: int
    since: int


class Slip(Struct, kw_only=True):
    """A slip of paper that a printer owes or has put out; what its fields mean, `SlipOrdered` says.

    why: of one that did not come out; empty before and when it did. sent_at: when its printer began with it, None: it
    waits.
    """

    job: str
    device: str
    boot: int
    what: str
    serial: int
    at: int = 0
    service: str = ""
    counter: int = 0
    own_serial: str = ""
    by: str = ""
    sheet: int = 1
    copy_of: str = ""
    asked_by: str = ""
    why: str = ""
    sent_at: int | None = None


class Fault(Struct, frozen=True, kw_only=True):
    """A fault that somebody told the hall of (M41)."""

    device: str
    by: str
    since: int


class State(Struct, kw_only=True):
    """Everything that matters of the day.

    opened_in, phase_in: rows that opened it and began its phase, the turn of all to which nothing has happened since.
    clock: the latest moment in any fact; nothing happens before it. tickets: by serial. by_number: by what stands on
    them. waiting: lines with a place at least. jobs: print jobs of tickets without an answer. spool: printer to all its
    jobs, in order; under_way: to the one that its device has. doubted: tickets of which nobody knows whether they are
    out. missed: who may still come. living: how many are not in a final state. identities: (identity, service) to its
    ticket. last_calls: (moment, wait), latest last. alerts: (kind, subject). slips: those that printers owe;
    slips_ended: today's others, as they ended. own_serials: letter to how many slips have one with it. notices: by
    their own serial. fault_turn: row of the fault's last change. health: device to what the hub found (`HealthFound`).
    numbers: letter to the last one's count. copies_apart: how many copies of a paper restores have left out.
    """

    day: str = ""
    spans: tuple[tuple[int, int], ...] | None = None
    working_days: tuple[str, ...] = ()
    opened_at: int = 0
    opened_in: int = 0
    phase_in: int = 0
    clock: int = 0
    phase: str = "open"
    ended: bool = False
    tested_at: int | None = None
    taken: int = 0
    slips_made: int = 0
    copies_apart: int = 0
    living: int = 0
    numbers: dict[str, int] = msgspec.field(default_factory=dict)
    tickets: dict[int, Ticket] = msgspec.field(default_factory=dict)
    by_number: dict[str, Ticket] = msgspec.field(default_factory=dict)
    waiting: dict[Line, Lane] = msgspec.field(default_factory=dict)
    jobs: dict[str, Ticket] = msgspec.field(default_factory=dict)
    doubted: dict[int, Ticket] = msgspec.field(default_factory=dict)
    spool: dict[str, list[str]] = msgspec.field(default_factory=dict)
    under_way: dict[str, str] = msgspec.field(default_factory=dict)
    missed: dict[int, Ticket] = msgspec.field(default_factory=dict)
    identities: dict[tuple[str, str], Ticket] = msgspec.field(default_factory=dict)
    appointments: dict[str, Appointment] = msgspec.field(default_factory=dict)
    received: tuple[Received, ...] = ()
    counters: dict[int, CounterState] = msgspec.field(default_factory=dict)
    dispensers: dict[str, DispenserState] = msgspec.field(default_factory=dict)
    devices: dict[str, DeviceReport] = msgspec.field(default_factory=dict)
    on_duty: dict[str, str] = msgspec.field(default_factory=dict)
    measures: dict[str, Measure] = msgspec.field(default_factory=dict)
    last_calls: list[tuple[int, int]] = msgspec.field(default_factory=list)
    alerts: dict[tuple[str, str], Alert] = msgspec.field(default_factory=dict)
    self_test_faults: tuple[str, ...] = ()
    fault: Fault | None = None
    fault_turn: int = 0
    slips: dict[str, Slip] = msgspec.field(default_factory=dict)
    slips_ended: dict[str, Slip] = msgspec.field(default_factory=dict)
    own_serials: dict[str, int] = msgspec.field(default_factory=dict)
    notices: dict[str, NoticeGiven] = msgspec.field(default_factory=dict)
    health: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    leases: Leases = msgspec.field(default_factory=Leases)
    complaints: Complaints = msgspec.field(default_factory=Complaints)

    def counter(self, number: int) -> CounterState:
        """Return a counter's state, an idle one where nothing has happened there yet."""
        return self.counters.setdefault(number, CounterState(turn=self.opened_in))

    def dispenser(self, name: str) -> DispenserState:
        """Return a dispenser's state, an idle one where nothing has happened there yet."""
        return self.dispensers.setdefault(name, DispenserState(turn=max(self.opened_in, self.phase_in)))

    def report(self, device: str) -> DeviceReport:
        """Return what a device last said; one that never spoke is lost."""
        return self.devices.get(device) or DeviceReport()

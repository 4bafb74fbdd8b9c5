"""What has happened, in the past tense: the journal's content, and all that a state is made from."""

from msgspec import Struct


class Event(Struct, frozen=True, kw_only=True, tag_field="event", omit_defaults=True):
    """A fact. It is never changed and never refused."""


class DayOpened(Event, frozen=True, kw_only=True):
    """A business day began: numbers start at 1 and nobody waits."""

    day: str


class TicketTaken(Event, frozen=True, kw_only=True):
    """A number was given and its paper sent to the printer; nobody waits until the paper is out.

    serial: the day's ticket count. number: A012. cap: the key that gave it. ahead: how many are before it at any
    counter that could call it. boot: the dispenser's start number. key: arrival minus head start,
    milliseconds; the smallest is called first.
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
    key: int
    at: int


class TicketPrinted(Event, frozen=True, kw_only=True):
    """The paper is out: the ticket is in the queue."""

    serial: int
    at: int


class TicketVoided(Event, frozen=True, kw_only=True):
    """No paper came out: nobody holds this number."""

    serial: int
    why: str
    at: int


class PrintDoubted(Event, frozen=True, kw_only=True):
    """Nobody can know whether the paper came out; it is printed again when the printer is well."""

    serial: int
    at: int


class PrintRepeated(Event, frozen=True, kw_only=True):
    """The ticket was sent to the printer again, marked 补打, under a new job id."""

    serial: int
    job: str
    boot: int
    at: int


class Candidate(Struct, frozen=True, array_like=True):
    """One who could have been called, with the key that decided."""

    number: str
    key: int


class TicketCalled(Event, frozen=True, kw_only=True):
    """A counter called a ticket. candidates: the first of each of its services, the called one first."""

    serial: int
    counter: int
    candidates: tuple[Candidate, ...]
    at: int


class TicketRecalled(Event, frozen=True, kw_only=True):
    """A counter called its ticket once more."""

    serial: int
    counter: int
    at: int


class TicketFinished(Event, frozen=True, kw_only=True):
    """A counter is done with a ticket."""

    serial: int
    counter: int
    at: int


class TicketNotShown(Event, frozen=True, kw_only=True):
    """The called citizen did not come (弃号)."""

    serial: int
    counter: int
    at: int


class DeviceReported(Event, frozen=True, kw_only=True):
    """A device's state, start number or alerts changed."""

    device: str
    state: str
    boot: int
    alerts: dict[str, str]


Fact = (
    DayOpened
    | TicketTaken
    | TicketPrinted
    | TicketVoided
    | PrintDoubted
    | PrintRepeated
    | TicketCalled
    | TicketRecalled
    | TicketFinished
    | TicketNotShown
    | DeviceReported
)

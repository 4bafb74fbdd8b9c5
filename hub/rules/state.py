"""The hall at one moment: what apply.py makes from events, and decide.py reads."""

from typing import Literal

import msgspec
from msgspec import Struct

TicketState = Literal["issued", "doubted", "waiting", "called", "done", "no-show", "void"]


class Ticket(Struct, kw_only=True):
    """One number of the day. copies: how often it was sent to a printer. boot: the dispenser's then."""

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
    copies: int = 1


class CounterState(Struct, kw_only=True):
    """A counter. ticket: the one it has called. called_at: its last call or recall, None before the first.

    turn: row of the last change that its keys act on. recalls: how often its ticket was called again.
    """

    ticket: Ticket | None = None
    called_at: int | None = None
    recalls: int = 0
    turn: int = 0


class DispenserState(Struct, kw_only=True):
    """A dispenser. printing: key to the ticket whose paper is on its way. last: the one handed out last."""

    printing: dict[str, Ticket] = msgspec.field(default_factory=dict)
    last: Ticket | None = None
    last_at: int = 0
    voided: Ticket | None = None
    turn: int = 0


class DeviceReport(Struct, frozen=True, kw_only=True):
    """What a device last said of itself."""

    state: str = "lost"
    boot: int = 0
    alerts: dict[str, str] = {}


class State(Struct, kw_only=True):
    """Everything that matters of the day.

    tickets: by serial. waiting: per service, (key, serial) in the order of calling. jobs: print jobs without an answer.
    """

    day: str = ""
    taken: int = 0
    numbers: dict[str, int] = msgspec.field(default_factory=dict)
    tickets: dict[int, Ticket] = msgspec.field(default_factory=dict)
    waiting: dict[str, list[tuple[int, int]]] = msgspec.field(default_factory=dict)
    jobs: dict[str, Ticket] = msgspec.field(default_factory=dict)
    doubted: dict[int, Ticket] = msgspec.field(default_factory=dict)
    counters: dict[int, CounterState] = msgspec.field(default_factory=dict)
    dispensers: dict[str, DispenserState] = msgspec.field(default_factory=dict)
    devices: dict[str, DeviceReport] = msgspec.field(default_factory=dict)

    def counter(self, number: int) -> CounterState:
        """Return a counter's state, an idle one where nothing has happened there yet."""
        return self.counters.setdefault(number, CounterState())

    def dispenser(self, name: str) -> DispenserState:
        """Return a dispenser's state, an idle one where nothing has happened there yet."""
        return self.dispensers.setdefault(name, DispenserState())

    def report(self, device: str) -> DeviceReport:
        """Return what a device last said; one that never spoke is lost."""
        return self.devices.get(device) or DeviceReport()

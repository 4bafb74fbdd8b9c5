"""What the journal's facts mean for numbers, lines and counters: read plainly, without any of the hub's own code.

The hub's rules make a state from facts too. This is a second reading, by other hands and much simpler: what both agree
on is hardly wrong in both.
"""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from hub.rules import events
from sim.theatre.seen import RowSeen

Mark = tuple[str, int, int]
"""Device, boot and number of an event."""
Whereabouts = Literal["on-paper", "in-line", "at-counter", "over"]
LEAVES_COUNTER = (
    events.TicketFinished | events.TicketMissed | events.TicketNotShown | events.TicketParked | events.TicketTransferred
)
ENTERS_LINE = events.TicketPrinted | events.TicketVouched | events.TicketReturned | events.TicketTransferred
ENDS = events.TicketVoided | events.TicketCancelled | events.TicketLeft


class Number(Struct, kw_only=True):
    """One number of a day. arrived_at: when its holder entered the line, ms, as his class counts from.

    only_at: the counter to which it was passed, 0: any. called_in: row of its last call. calls: since it entered the
    line. why_over: the fact that ended it. is_passed_on: nobody knows whether its paper is out, and people are asked.
    """

    day: str
    number: str
    service: str
    klass: str
    dispenser: str
    cap: str
    arrived_at: int
    told_at: int = 0
    where: Whereabouts = "on-paper"
    only_at: int = 0
    counter: int = 0
    calls: int = 0
    was_called: bool = False
    called_in: int = 0
    why_over: str = ""
    is_passed_on: bool = False


class Ledger(Struct, kw_only=True):
    """The journal as far as it was read. head_start_ms: class to how long before others its holders may be called.

    heard: every event in it, with how often. numbers: of all days, by (day, number). given: how often each was given.
    shown: counter to what stood at it, as (row, number, when that was
    seen), earliest first. refused: numbers that devices handed over and
    that could not be entered. sounds: (day, number) to how often it was called or recalled.
    """

    head_start_ms: Mapping[str, int]
    day: str = ""
    last_row: int = 0
    heard: dict[Mark, int] = field(default_factory=dict)
    numbers: dict[tuple[str, str], Number] = field(default_factory=dict)
    given: dict[tuple[str, str], int] = field(default_factory=dict)
    shown: dict[int, list[tuple[int, str, float]]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    sounds: dict[tuple[str, str], int] = field(default_factory=dict)
    faulty: bool = False
    _serials: dict[int, Number] = field(default_factory=dict)

    def take(self, row: RowSeen) -> None:
        """Take in the next row."""
        self.last_row = row.row
        if row.device is not None:
            mark = row.device, row.boot or 0, row.seq or 0
            self.heard[mark] = self.heard.get(mark, 0) + 1
        for fact in row.facts:
            self._take(fact, row)

    def by_serial(self, serial: int) -> Number | None:
        """Return a number of the present day by its serial."""
        return self._serials.get(serial)

    def in_line(self) -> list[Number]:
        """Return everybody who waits now."""
        return [one for one in self._serials.values() if one.where == "in-line"]

    def unsettled(self) -> list[Number]:
        """Return the numbers of today of which the papers are under way, or doubtful."""
        return [one for one in self._serials.values() if one.where == "on-paper"]

    def at_counter(self, counter: int, row: int | None = None) -> str:
        """Return the number at a counter after a row, or now; empty where nobody is."""
        stood = self.shown.get(counter, [])
        return next((number for at, number, _at_s in reversed(stood) if row is None or at <= row), "")

    def lately(self, counter: int, since_s: float) -> set[str]:
        """Return the numbers that stood at a counter at any moment since then."""
        found = set[str]()
        for _row, number, at_s in reversed(self.shown.get(counter, [])):
            found.add(number)
            if at_s <= since_s:
                break
        return found

    def last_mark(self, device: str) -> tuple[int, int]:
        """Return boot and number of a device's last event, (0, 0) where it has sent none."""
        return max(((boot, seq) for name, boot, seq in self.heard if name == device), default=(0, 0))

    def known(self) -> set[str]:
        """Return every number that was given, or handed over, on any day."""
        return {number for _day, number in self.given} | self.refused

    def key(self, one: Number) -> int:
        """Return the moment by which somebody is called, ms: his arrival minus his class's head start."""
        return one.arrived_at - self.head_start_ms.get(one.klass, 0)

    def _take(self, fact: events.Fact, row: RowSeen) -> None:
        match fact:
            case events.DayOpened():
                self._open(fact.day, row)
            case events.TicketTaken():
                self._give(fact)
            case events.HandOverRefused():
                self.refused.add(fact.number)
            case events.FaultDeclared() | events.FaultCleared():
                self.faulty = isinstance(fact, events.FaultDeclared)
            case _:
                if one := self._serials.get(getattr(fact, "serial", 0)):
                    self._move(one, fact, row)

    def _open(self, day: str, row: RowSeen) -> None:
        """Numbers begin anew, and nobody stands at a counter."""
        self.day, self._serials = day, {}
        for counter in self.shown:
            self._stands(counter, "", row)

    def _give(self, fact: events.TicketTaken) -> None:
        one = Number(
            day=self.day,
            number=fact.number,
            service=fact.service,
            klass=fact.klass,
            dispenser=fact.dispenser,
            cap=fact.cap,
            arrived_at=fact.entered_at or fact.at,
            told_at=fact.told_at,
        )
        self._serials[fact.serial] = self.numbers[self.day, fact.number] = one
        self.given[self.day, fact.number] = self.given.get((self.day, fact.number), 0) + 1

    def _move(self, one: Number, fact: events.Fact, row: RowSeen) -> None:
        match fact:
            case events.TicketCalled():
                self._call(one, fact, row)
            case events.TicketRecalled():
                self._sound(one)
            case events.ClassGiven():
                one.klass = fact.klass
            case events.DoubtPassedOn():
                one.is_passed_on = True
        if isinstance(fact, LEAVES_COUNTER):
            self._stands(fact.counter, "", row)
            one.where, one.why_over = "over", type(fact).__name__
        if isinstance(fact, ENTERS_LINE):
            self._enter(one, fact)
        if isinstance(fact, ENDS):
            if one.where == "at-counter":
                self._stands(one.counter, "", row)
            one.where, one.why_over = "over", type(fact).__name__

    def _call(self, one: Number, fact: events.TicketCalled, row: RowSeen) -> None:
        one.where, one.counter, one.called_in, one.only_at = "at-counter", fact.counter, row.row, 0
        one.calls, one.was_called = one.calls + 1, True
        self._stands(fact.counter, one.number, row)
        self._sound(one)

    def _enter(self, one: Number, fact: events.Fact) -> None:
        """Who comes back, or is passed on, arrives anew."""
        one.where, one.why_over, one.calls = "in-line", "", 0
        if isinstance(fact, events.TicketReturned | events.TicketTransferred):
            one.klass, one.arrived_at = fact.klass, fact.at
        if isinstance(fact, events.TicketTransferred):
            one.service, one.only_at = fact.service, fact.to_counter

    def _stands(self, counter: int, number: str, row: RowSeen) -> None:
        if counter:
            self.shown.setdefault(counter, []).append((row.row, number, row.at_s))

    def _sound(self, one: Number) -> None:
        key = one.day, one.number
        self.sounds[key] = self.sounds.get(key, 0) + 1

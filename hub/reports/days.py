"""One business day's figures, counted from its facts: what the store keeps of a day."""

from array import array
from collections.abc import Iterator, Sequence
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from hub.clock import local
from hub.rules.availability import Availability
from hub.rules.courses import Courses, Mark
from hub.rules.events import Fact, PhaseChanged
from hub.rules.fault_log import FaultLog
from hub.rules.tally import Figures

CellBy = Literal["counter", "person", "class", "hour", "service"]
QUARTER_MS = 900_000
"""Every time zone is a whole number of quarters of an hour from UTC."""


class Cell(Struct, kw_only=True):
    """Figures of one counter, person, class, hour or service in one service's tickets, with every length of time.

    waits, services: in seconds, a started one counts whole.
    """

    figures: Figures = msgspec.field(default_factory=Figures)
    waits: "array[int]" = msgspec.field(default_factory=lambda: array("I"))
    services: "array[int]" = msgspec.field(default_factory=lambda: array("I"))

    def add(self, mark: Mark) -> None:
        """Count what a mark says."""
        self.figures.add(mark)
        if mark.what == "wait":
            self.waits.append(seconds(mark.length_ms))
        elif mark.what == "service":
            self.services.append(seconds(mark.length_ms))


class DeviceDay(Struct, frozen=True, kw_only=True):
    """A device's day. known_ms: of which something is known, up_ms: in which it was usable. faults: that began."""

    device: str
    up_ms: int
    known_ms: int
    faults: int


class DayFigures(Struct, kw_only=True):
    """A business day, YYYYMMDD as a number. cells: by, its key and service. overtime_ms, late_closings: M28."""

    day: int
    overtime_ms: int = 0
    late_closings: int = 0
    cells: dict[tuple[CellBy, str, str], Cell] = msgspec.field(default_factory=dict)
    devices: list[DeviceDay] = msgspec.field(default_factory=list)

    def add(self, mark: Mark, hour: int) -> None:
        """Count a mark once in every view of the day."""
        for by, key in _views(mark, hour):
            self._cell(by, key, mark.service).add(mark)

    def _cell(self, by: CellBy, key: str, service: str) -> Cell:
        found = self.cells.get((by, key, service))
        if found is None:
            found = self.cells[by, key, service] = Cell()
        return found


class DayCount:
    """Follows the facts of a business day, from its opening on."""

    def __init__(self, day: str, opened_at: int, zone: ZoneInfo, missing: Sequence[str] = ()) -> None:
        """Begin with nothing. missing: devices that were missing when the day before ended."""
        self.day, self._opened_at, self._zone = day, opened_at, zone
        self._figures = DayFigures(day=int(day))
        self._courses, self._use, self._log = Courses(), Availability(), FaultLog(missing, opened_at)
        self._carried = 0
        self._hours: dict[int, int] = {}

    def open(self, at: int, facts: Sequence[Fact]) -> None:
        """Take what was told again when the day opened: faults among it are no new ones."""
        self.take(at, facts)
        self._carried = len(self._log.faults)

    def take(self, at: int, facts: Sequence[Fact]) -> None:
        """Count the facts of a row of that moment, ms."""
        self._use.take(at, facts)
        self._log.take(at, facts)
        for fact in facts:
            if isinstance(fact, PhaseChanged):
                self._figures.overtime_ms += max(0, fact.overtime_ms)
                self._figures.late_closings += fact.overtime_ms > 0
            for mark in self._courses.take(fact):
                self._figures.add(mark, self._hour(mark.at))

    @property
    def missing(self) -> list[str]:
        """The devices that are missing now."""
        return self._log.missing

    def figures(self, ended_at: int) -> DayFigures:
        """Return the day as it is, were it to end at that moment, ms."""
        faults: dict[str, int] = {}
        for fault in self._log.faults[self._carried :]:
            faults[fault.device] = faults.get(fault.device, 0) + 1
        self._figures.devices = [
            self._device(name, ended_at, faults.get(name, 0)) for name in sorted({*self._use.devices, *faults})
        ]
        return self._figures

    def _device(self, name: str, ended_at: int, faults: int) -> DeviceDay:
        up_ms, known_ms = self._use.shares(name, self._opened_at, ended_at)
        return DeviceDay(device=name, up_ms=up_ms, known_ms=known_ms, faults=faults)

    def _hour(self, at: int) -> int:
        quarter = at // QUARTER_MS
        hour = self._hours.get(quarter)
        if hour is None:
            hour = self._hours[quarter] = local(at, self._zone).hour
        return hour


def seconds(length_ms: int) -> int:
    """Return a length of time in seconds, of which a started one counts whole."""
    return -(-length_ms // 1000)


def _views(mark: Mark, hour: int) -> Iterator[tuple[CellBy, str]]:
    yield "counter", str(mark.counter)
    yield "person", mark.person
    yield "class", mark.klass
    yield "hour", str(hour)
    yield "service", mark.service

"""What a day's facts come to, in figures: per counter, person, service and unit (M27, S14, S22)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from hub.rules import events
from hub.rules.courses import Courses, Mark

By = Literal["counter", "person", "service", "unit"]
Rows = Iterable[tuple[int, int, Sequence[events.Fact]]]
"""(row, at, facts) of a journal, in order."""


class Spans(Struct, kw_only=True):
    """Lengths of time of one kind, in milliseconds."""

    count: int = 0
    total_ms: int = 0
    longest_ms: int = 0

    def add(self, length_ms: int) -> None:
        """Count one."""
        self.count += 1
        self.total_ms += length_ms
        self.longest_ms = max(self.longest_ms, length_ms)

    @property
    def mean_ms(self) -> int:
        """The mean, 0 where there was none."""
        return round(self.total_ms / self.count) if self.count else 0


class Figures(Struct, kw_only=True):
    """The figures of one counter, person, service or unit.

    taken: numbers that were given, void ones left out; of a person, those that he gave as guide; of a counter, none.
    called: calls (呼叫量), to call once more is none: that is recalled. served: 办理量. no_show: 弃号量. transferred,
    parked: passed on, put aside. cancelled: given back. left: still there when the day ended. waits: from taking to the
    first call. services: of who was served, from his coming to the counter, or from the call where that was not noted.
    ratings: level, 5 to 1, to count (M22). unrated: could have been rated and was not.
    notices: people who were told what is missing (M6, M15), oral: those of them who got no paper.
    """

    taken: int = 0
    called: int = 0
    served: int = 0
    no_show: int = 0
    recalled: int = 0
    transferred: int = 0
    parked: int = 0
    cancelled: int = 0
    left: int = 0
    waits: Spans = msgspec.field(default_factory=Spans)
    services: Spans = msgspec.field(default_factory=Spans)
    ratings: dict[int, int] = msgspec.field(default_factory=dict)
    unrated: int = 0
    notices: int = 0
    oral: int = 0

    def add(self, mark: Mark) -> None:
        """Count what a mark says."""
        match mark.what:
            case "wait":
                self.waits.add(mark.length_ms)
            case "service":
                self.services.add(mark.length_ms)
            case "rating":
                self.ratings[mark.level] = self.ratings.get(mark.level, 0) + mark.count
            case "notice":
                self.notices += mark.count
            case plain:
                setattr(self, plain, getattr(self, plain) + mark.count)


class Tally:
    """Adds up facts, in the order in which they happened; days may follow each other.

    A ticket belongs to the business day in which it was taken, whatever the calendar says when it is called. last_row,
    as_of: the last row that counted and its moment, ms. overtime_ms: how long after closing people were served (M28),
    on delayed_closings days.
    """

    def __init__(self, units: Mapping[str, str], day: str | None = None) -> None:
        """Begin with nothing. units: service code to unit (S22). day: count this business day only, None: every day."""
        self.days: list[str] = []
        self.figures: dict[By, dict[str, Figures]] = {"counter": {}, "person": {}, "service": {}, "unit": {}}
        self.last_row = self.as_of = self.overtime_ms = self.delayed_closings = 0
        self._units, self._day, self._now = units, day, ""
        self._courses = Courses()

    def add(self, row: int, at: int, facts: Sequence[events.Fact]) -> None:
        """Count the facts of a row; one that was counted already is not counted again."""
        if row <= self.last_row:
            return
        self.last_row = row
        for fact in facts:
            if isinstance(fact, events.DayOpened):
                self._now = fact.day
                self.days.append(fact.day)
            marks = self._courses.take(fact)
            if self._day in (None, self._now) and not isinstance(fact, events.DayOpened):
                self.as_of = max(self.as_of, at)
                self._count(fact, marks)

    def _count(self, fact: events.Fact, marks: Iterable[Mark]) -> None:
        if isinstance(fact, events.PhaseChanged):
            self.overtime_ms += max(0, fact.overtime_ms)
            self.delayed_closings += fact.overtime_ms > 0
        for mark in marks:
            for figures in self._of(mark):
                figures.add(mark)

    def _of(self, mark: Mark) -> Iterator[Figures]:
        """Yield the figures that a mark counts in; before a ticket's call, no counter's."""
        yield self._one("service", mark.service)
        yield self._one("unit", self._units.get(mark.service, ""))
        if mark.counter:
            yield self._one("counter", str(mark.counter))
        if mark.person:
            yield self._one("person", mark.person)

    def _one(self, by: By, name: str) -> Figures:
        return self.figures[by].setdefault(name, Figures())


def tally(rows: Rows, units: Mapping[str, str], day: str | None = None) -> Tally:
    """Return the figures of a journal's rows. units: service code to unit (S22). day: YYYYMMDD, None: all days."""
    total = Tally(units, day)
    for row, at, facts in rows:
        total.add(row, at, facts)
    return total

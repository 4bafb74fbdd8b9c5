"""What a day's facts come to, in figures: per counter, person, service and unit (M27, S14, S22)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from hub.rules import events

By = Literal["counter", "person", "service", "unit"]
Rows = Iterable[tuple[int, int, Sequence[events.Fact]]]
"""(row, at, facts) of a journal, in order."""


class Spans(Struct, kw_only=True):
    """Lengths of time of one kind, in milliseconds."""

    count: int = 0
    total_ms: int = 0
    longest_ms: int = 0

    def add(self, begin: int, end: int) -> None:
        """Count one; where the clock jumped back in between, it lasted no time at all."""
        length_ms = max(0, end - begin)
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
    called: calls (呼叫量), to call once more is none. served: 办理量. no_show: 弃号量. waits: from taking to the first
    call. services: of who was served, from his coming to the counter, or from the call where that was not noted.
    ratings: level, 5 to 1, to count (M22). unrated: could have been rated and was not.
    notices: people who were told what is missing (M6, M15), oral: those of them who got no paper.
    """

    taken: int = 0
    called: int = 0
    served: int = 0
    no_show: int = 0
    waits: Spans = msgspec.field(default_factory=Spans)
    services: Spans = msgspec.field(default_factory=Spans)
    ratings: dict[int, int] = msgspec.field(default_factory=dict)
    unrated: int = 0
    notices: int = 0
    oral: int = 0


class _Course(Struct, kw_only=True):
    """How a ticket fared so far. calls: how often it was called. rateable: of whom a rating is still missing."""

    service: str
    taken_at: int
    by: str
    calls: int = 0
    counter: int = 0
    person: str = ""
    began_at: int = 0
    rateable: bool = False


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
        self._courses: dict[int, _Course] = {}

    def add(self, row: int, at: int, facts: Sequence[events.Fact]) -> None:
        """Count the facts of a row; one that was counted already is not counted again."""
        if row <= self.last_row:
            return
        self.last_row = row
        for fact in facts:
            if isinstance(fact, events.DayOpened):
                self._open(fact.day)
            elif self._day in (None, self._now):
                self.as_of = max(self.as_of, at)
                self._count(fact)

    def _open(self, day: str) -> None:
        self._now = day
        self.days.append(day)
        self._courses.clear()

    def _count(self, fact: events.Fact) -> None:
        if isinstance(fact, events.TicketTaken):
            self._taken(fact)
        elif isinstance(fact, events.PhaseChanged):
            self.overtime_ms += max(0, fact.overtime_ms)
            self.delayed_closings += fact.overtime_ms > 0
        elif isinstance(fact, events.NoticeGiven):
            self._told(fact)
        elif (course := self._courses.get(getattr(fact, "serial", 0))) is not None:
            self._go_on(course, fact)

    def _taken(self, fact: events.TicketTaken) -> None:
        course = self._courses[fact.serial] = _Course(service=fact.service, taken_at=fact.at, by=fact.by)
        for figures in self._of(course):
            figures.taken += 1

    def _go_on(self, course: _Course, fact: events.Fact) -> None:
        if isinstance(fact, events.TicketVoided):
            self._voided(course)
        elif isinstance(fact, events.TicketCalled):
            self._called(course, fact)
        elif isinstance(fact, events.ServiceBegun):
            course.began_at, course.person = fact.at, fact.by or course.person
        elif isinstance(fact, events.TicketFinished):
            self._finished(course, fact)
        elif isinstance(fact, events.ServedByHand):
            self._served_by_hand(course, fact)
        elif isinstance(fact, events.TicketNotShown):
            self._not_shown(course)
        elif isinstance(fact, events.TicketTransferred):
            course.service = fact.service
        elif isinstance(fact, events.TicketRated):
            self._rated(course, fact)

    def _voided(self, course: _Course) -> None:
        for figures in self._of(course):
            figures.taken -= 1

    def _served_by_hand(self, course: _Course, fact: events.ServedByHand) -> None:
        """Nobody knows who served, or how long the citizen waited."""
        course.counter = fact.counter
        for figures in self._of(course):
            figures.served += 1

    def _not_shown(self, course: _Course) -> None:
        for figures in self._of(course):
            figures.no_show += 1

    def _called(self, course: _Course, fact: events.TicketCalled) -> None:
        course.counter, course.person, course.began_at = fact.counter, fact.by, fact.at
        course.calls += 1
        for figures in self._of(course):
            figures.called += 1
            if course.calls == 1:
                figures.waits.add(course.taken_at, fact.at)

    def _finished(self, course: _Course, fact: events.TicketFinished) -> None:
        course.person = fact.by or course.person
        course.rateable = fact.rating_until is not None
        for figures in self._of(course):
            figures.served += 1
            figures.services.add(course.began_at, fact.at)
            figures.unrated += course.rateable

    def _rated(self, course: _Course, fact: events.TicketRated) -> None:
        for figures in self._of(course):
            figures.ratings[fact.level] = figures.ratings.get(fact.level, 0) + 1
            figures.unrated -= course.rateable
        course.rateable = False

    def _told(self, fact: events.NoticeGiven) -> None:
        """A notice counts where it was given, with or without a ticket."""
        of: list[tuple[By, str]] = [("service", fact.service), ("unit", self._units.get(fact.service, ""))]
        of.append(("counter", str(fact.counter)))
        if fact.by:
            of.append(("person", fact.by))
        for by, name in of:
            self._one(by, name).notices += 1
            self._one(by, name).oral += fact.oral

    def _of(self, course: _Course) -> Iterator[Figures]:
        """Yield the figures that a ticket counts in as it stands; before its call, no counter's."""
        person = course.person if course.counter else course.by
        yield self._one("service", course.service)
        yield self._one("unit", self._units.get(course.service, ""))
        if course.counter:
            yield self._one("counter", str(course.counter))
        if person:
            yield self._one("person", person)

    def _one(self, by: By, name: str) -> Figures:
        return self.figures[by].setdefault(name, Figures())


def tally(rows: Rows, units: Mapping[str, str], day: str | None = None) -> Tally:
    """Return the figures of a journal's rows. units: service code to unit (S22). day: YYYYMMDD, None: all days."""
    total = Tally(units, day)
    for row, at, facts in rows:
        total.add(row, at, facts)
    return total

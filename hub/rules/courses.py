"""How the tickets of a day fare, as marks: what is to be counted, where, by whom, and how long it took."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from hub.rules import events

What = Literal[
    "taken",
    "called",
    "wait",
    "recalled",
    "served",
    "service",
    "transferred",
    "parked",
    "no_show",
    "cancelled",
    "left",
    "rating",
    "unrated",
    "notice",
    "oral",
]


class Mark(Struct, frozen=True, kw_only=True):
    """One thing that counts. at: the moment to whose hour it belongs, ms. counter: 0 for none; person: empty for none.

    count: -1 takes back what counted before. length_ms: of a wait or a service. level: of a rating.
    """

    what: What
    at: int
    service: str
    klass: str
    counter: int = 0
    person: str = ""
    count: int = 1
    length_ms: int = 0
    level: int = 0


class _Course(Struct, kw_only=True):
    """How a ticket fared so far. by: the guide who took it. rateable: a rating of it is still missing."""

    service: str
    klass: str
    taken_at: int
    by: str
    is_called: bool = False
    counter: int = 0
    person: str = ""
    began_at: int = 0
    ended_at: int = 0
    rateable: bool = False


class Courses:
    """Follows facts in their order. A ticket is known until the next business day opens; serials begin anew then.

    What happens to a ticket counts where it stands then: of a ticket that was passed on, the call at the first counter
    there, and its service at the last. Its class is the one with which it was taken, or that a guide gave it: to be
    returning is a place in line, no kind of citizen.
    """

    def __init__(self) -> None:
        self._courses: dict[int, _Course] = {}

    def take(self, fact: events.Fact) -> Sequence[Mark]:
        """Return what a fact adds to the figures."""
        if isinstance(fact, events.DayOpened):
            self._courses.clear()
            return ()
        if isinstance(fact, events.TicketTaken):
            course = _Course(service=fact.service, klass=fact.klass, taken_at=fact.at, by=fact.by)
            self._courses[fact.serial] = course
            return (_mark(course, "taken", fact.at),)
        course_or_none = self._courses.get(getattr(fact, "serial", 0))
        if isinstance(fact, events.NoticeGiven):
            return _told(fact, course_or_none)
        return self._go_on(course_or_none, fact) if course_or_none else ()

    def _go_on(self, course: _Course, fact: events.Fact) -> Sequence[Mark]:
        if isinstance(fact, events.TicketVoided):
            return (_mark(course, "taken", course.taken_at, count=-1),)
        if isinstance(fact, events.TicketCalled):
            return _called(course, fact)
        if isinstance(fact, events.ServiceBegun):
            course.began_at, course.person = fact.at, fact.by or course.person
        elif isinstance(fact, events.TicketFinished):
            return _finished(course, fact)
        elif isinstance(fact, events.ServedByHand):
            course.counter = fact.counter
            return (_mark(course, "served", fact.at),)
        elif isinstance(fact, events.ClassGiven):
            course.klass = fact.klass
        elif isinstance(fact, events.TicketTransferred):
            passed_on = _mark(course, "transferred", fact.at)
            course.service = fact.service
            return (passed_on,)
        elif isinstance(fact, events.TicketRated):
            return _rated(course, fact)
        return _plain(course, fact)


def _plain(course: _Course, fact: events.Fact) -> Sequence[Mark]:
    """Return the mark of a fact that changes nothing but its figure."""
    if isinstance(fact, events.TicketRecalled):
        return (_mark(course, "recalled", fact.at),)
    if isinstance(fact, events.TicketParked):
        return (_mark(course, "parked", fact.at),)
    if isinstance(fact, events.TicketNotShown):
        return (_mark(course, "no_show", fact.at),)
    if isinstance(fact, events.TicketCancelled):
        return (_mark(course, "cancelled", fact.at),)
    if isinstance(fact, events.TicketLeft):
        return (_mark(course, "left", fact.at),)
    return ()


def _called(course: _Course, fact: events.TicketCalled) -> Sequence[Mark]:
    course.counter, course.person, course.began_at = fact.counter, fact.by, fact.at
    marks = [_mark(course, "called", fact.at)]
    if not course.is_called:
        course.is_called = True
        marks.append(_mark(course, "wait", fact.at, length_ms=_length(course.taken_at, fact.at)))
    return marks


def _finished(course: _Course, fact: events.TicketFinished) -> Sequence[Mark]:
    course.person, course.ended_at = fact.by or course.person, fact.at
    course.rateable = fact.rating_until is not None
    length_ms = _length(course.began_at, fact.at)
    marks = [_mark(course, "served", fact.at), _mark(course, "service", fact.at, length_ms=length_ms)]
    return [*marks, _mark(course, "unrated", fact.at)] if course.rateable else marks


def _rated(course: _Course, fact: events.TicketRated) -> Sequence[Mark]:
    """A rating belongs to the hour in which its service ended."""
    marks = [_mark(course, "rating", course.ended_at, level=fact.level)]
    if course.rateable:
        marks.append(_mark(course, "unrated", course.ended_at, count=-1))
    course.rateable = False
    return marks


def _told(fact: events.NoticeGiven, course: _Course | None) -> Sequence[Mark]:
    """A notice counts where it was given, with or without a ticket."""
    whats: tuple[What, ...] = ("notice", "oral") if fact.oral else ("notice",)
    return [
        Mark(
            what=what,
            at=fact.at,
            service=fact.service,
            klass=course.klass if course else "",
            counter=fact.counter,
            person=fact.by,
        )
        for what in whats
    ]


def _mark(course: _Course, what: What, at: int, *, count: int = 1, length_ms: int = 0, level: int = 0) -> Mark:
    """Before its call a ticket is nobody's but the guide's who took it."""
    return Mark(
        what=what,
        at=at,
        service=course.service,
        klass=course.klass,
        counter=course.counter,
        person=course.person if course.counter else course.by,
        count=count,
        length_ms=length_ms,
        level=level,
    )


def _length(begin: int, end: int) -> int:
    """Where the clock jumped back in between, it lasted no time at all."""
    return max(0, end - begin)

"""Finds the notices (一次性告知) that were given, by serial or days; reads no more rows than those days have (M15)."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from hub.journal import days_of, read_rows
from hub.orders import LookUp
from hub.rules import events

_WORDS = tuple(f'"{kind.__name__}"' for kind in (events.DayOpened, events.TicketTaken, events.NoticeGiven))


class Found(Struct, frozen=True):
    """A notice, and the number of the ticket that it was about; empty where there was none."""

    given: events.NoticeGiven
    number: str


def find_notices(journal: Path, look: LookUp) -> Iterator[Found]:
    """Yield the notices that are looked for, in the order in which they were given.

    Raises JournalError where the journal cannot be read. Whoever calls has journalled that somebody looks.
    """
    day = look.serial[:8]
    rows = _rows_of(journal, day or look.first, day or look.last)
    if rows is None:
        return
    facts = (fact for row in read_rows(journal, *rows, words=_WORDS) for fact in row.content().facts)
    yield from (one for one in notices(facts) if _fits(one.given.own_serial, look))


def notices(facts: Iterable[events.Fact]) -> Iterator[Found]:
    """Yield every notice of a journal's facts, in the order in which they were given."""
    numbers: dict[int, str] = {}
    for fact in facts:
        if isinstance(fact, events.DayOpened):
            numbers.clear()
        elif isinstance(fact, events.TicketTaken):
            numbers[fact.serial] = fact.number
        elif isinstance(fact, events.NoticeGiven):
            yield Found(fact, numbers.get(fact.serial, ""))


def _rows_of(journal: Path, first: str, last: str) -> tuple[int, int | None] | None:
    """A notice's serial begins with its business day, so its row is between this day's opening and the next one's."""
    days = days_of(journal)
    chosen = [at for at, (day, _row) in enumerate(days) if first <= day <= last]
    if not chosen:
        return None
    ends = chosen[-1] + 1
    return days[chosen[0]][1], days[ends][1] if ends < len(days) else None


def _fits(own_serial: str, look: LookUp) -> bool:
    return own_serial == look.serial if look.serial else look.first <= own_serial[:8] <= look.last

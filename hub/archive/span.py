"""Which rows of a journal belong to which business days."""

from calendar import monthrange
from datetime import date
from pathlib import Path

from msgspec import Struct

from hub.archive.manifest import ArchiveError, NoDayError, NotOverError
from hub.journal import days_of, seals_of


class Span(Struct, frozen=True):
    """Whole business days, and their rows: the last is the one that opens the day after."""

    days: tuple[str, ...]
    first_row: int
    last_row: int


def month(typed: str) -> tuple[str, str]:
    """Return the first and the last day of a month, YYYY-MM; raise ArchiveError where it is none."""
    try:
        first = date.fromisoformat(f"{typed}-01")
    except ValueError as error:
        raise ArchiveError(f"{typed}: no such month; give one as YYYY-MM") from error
    last = first.replace(day=monthrange(first.year, first.month)[1])
    return f"{first:%Y%m%d}", f"{last:%Y%m%d}"


def day(typed: str) -> str:
    """Return a day, YYYYMMDD; raise ArchiveError where it is none."""
    try:
        return f"{date.fromisoformat(typed):%Y%m%d}"
    except ValueError as error:
        raise ArchiveError(f"{typed}: no such day; give one as YYYYMMDD") from error


def span_of(journal: Path, first: str, last: str) -> Span:
    """Return the rows of the days from first to last, YYYYMMDD, which have to be over; raise ArchiveError otherwise."""
    days, gone = days_of(journal), max((seal.last for seal in seals_of(journal)), default=0)
    opened = [(one, row) for one, row in days if row > gone]
    chosen = [at for at, (one, _row) in enumerate(opened) if first <= one <= last]
    if not chosen:
        where = " any more: its old rows were removed after archiving" if gone else ""
        raise NoDayError(f"the journal has no business day from {first} to {last}{where}")
    if chosen[-1] == len(opened) - 1:
        raise NotOverError(f"business day {opened[-1][0]} is not over; wait until the next one is opened")
    begin = opened[chosen[0]][1] if chosen[0] else gone + 1
    days_chosen = tuple(dict.fromkeys(one for one, _row in opened[chosen[0] : chosen[-1] + 1]))
    return Span(days_chosen, begin, opened[chosen[-1] + 1][1])

"""Brings the store up to the journal's last row: every day that is over once, the present one again and again."""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from hub.calendar import day_end
from hub.config import Hall
from hub.journal import Row, read_rows
from hub.reports.days import DayCount, DayFigures
from hub.reports.store import Place, Store
from hub.rules.events import DayOpened, Fact

DAYS_AT_ONCE = 20
"""Days of one transaction: what a crash in the middle costs is to read these again."""


class _OtherJournalError(Exception):
    """What is kept is not of this journal."""


def fill(store: Store, journal: Path, hall: Hall) -> Place:
    """Read what is new in the journal, and return how far it goes; raise JournalError or StoreError.

    Where the rows that were read before are not in this journal, or the hall counts its days and hours otherwise,
    everything is read anew. Several may fill at once: who finds that another was quicker goes on from there.
    """
    while True:
        place = store.place()
        try:
            reached = _Reading(store, journal, hall, place).read()
        except _OtherJournalError:
            store.write((), None, place)
            continue
        if reached is not None:
            return reached


class _Reading:
    """One walk along the journal, from the opening of the last known day."""

    def __init__(self, store: Store, journal: Path, hall: Hall, known: Place | None) -> None:
        self._store, self._journal, self._hall = store, journal, hall
        self._basis = f"{hall.zone.key} {hall.day_begins}"
        if known and known.basis != self._basis:
            raise _OtherJournalError
        self._known = self._kept = known
        self._count: DayCount | None = None
        self._over: list[DayFigures] = []
        self._opening: tuple[int, bytes] = (0, b"")
        self._missing = known.missing.split() if known else []

    def read(self) -> Place | None:
        """Return how far it got, None where another was quicker."""
        if self._known and self._is_new_nothing(self._known):
            return self._known
        last: Row | None = None
        for row in read_rows(self._journal, self._known.opening_row if self._known else 0):
            self._compare(row)
            self._take(row)
            last = row
            if len(self._over) >= DAYS_AT_ONCE and not self._keep(row):
                return None
        if self._known and (last is None or last.row < self._known.last_row):
            raise _OtherJournalError
        return self._keep(last) if last else Place(basis=self._basis)

    def _is_new_nothing(self, known: Place) -> bool:
        newest = list(islice(read_rows(self._journal, known.last_row), 2))
        return [(row.row, row.hash) for row in newest] == [(known.last_row, known.last_hash)]

    def _compare(self, row: Row) -> None:
        known = self._known
        if known and row.row in (known.opening_row, known.last_row):
            expected = known.opening_hash if row.row == known.opening_row else known.last_hash
            if row.hash != expected:
                raise _OtherJournalError

    def _take(self, row: Row) -> None:
        """What stands before a day's opening in the same row is of the day before."""
        facts = row.content().facts
        openings = [at for at, fact in enumerate(facts) if isinstance(fact, DayOpened)]
        for begin, end in zip([0, *openings], [*openings, len(facts)], strict=True):
            part = facts[begin:end]
            if part and isinstance(part[0], DayOpened):
                self._open(row, part[0], part[1:])
            elif self._count:
                self._count.take(row.at, part)

    def _open(self, row: Row, fact: DayOpened, more: Sequence[Fact]) -> None:
        opened_at = fact.at or row.at
        if self._count:
            self._over.append(self._figures(self._count, opened_at))
            self._missing = self._count.missing
        self._count = DayCount(fact.day, opened_at, self._hall.zone, self._missing)
        self._count.open(row.at, more)
        self._opening = (row.row, row.hash)

    def _figures(self, count: DayCount, until: int) -> DayFigures:
        """A hub that did not run at the day's end opened the next one later; nobody knows how devices were then."""
        return count.figures(min(until, day_end(count.day, self._hall.zone, self._hall.day_begins)))

    def _keep(self, row: Row) -> Place | None:
        place = Place(
            basis=self._basis,
            opening_row=self._opening[0],
            opening_hash=self._opening[1],
            last_row=row.row,
            last_hash=row.hash,
            last_at=row.at,
            missing=" ".join(self._missing),
        )
        now = [self._figures(self._count, row.at)] if self._count else []
        if not self._store.write([*self._over, *now], place, self._kept):
            return None
        self._kept = place
        self._over.clear()
        return place

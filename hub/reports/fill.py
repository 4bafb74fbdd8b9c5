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


def fill(store: Store, journal: Path, hall: Hall, reading: "Reading | None" = None) -> "Reading":
    """Read what is new in the journal, and return how far that is; raise JournalError or StoreError.

    reading: of this journal, from last time: then nothing of the present day is read twice. Where the rows that were
    read before are not in this journal, or the hall counts its days and hours otherwise, everything is read anew.
    Several may fill at once: who finds that another was quicker goes on from there.
    """
    while True:
        reading = begun(store, journal, hall, reading)
        if reading.read(store):
            return reading


def begun(store: Store, journal: Path, hall: Hall, reading: "Reading | None" = None) -> "Reading":
    """Return the reading with which to go on from where the store is; another than that of last time where it must."""
    while (place := store.place()) and place.basis != basis_of(hall):
        store.write((), None, place)
    return reading if reading and reading.is_at(place) else Reading(journal, hall, place)


def basis_of(hall: Hall) -> str:
    """Return what of the hall's file figures depend on."""
    return f"{hall.zone.key} {hall.day_begins}"


class Reading:
    """A walk along the journal, from the opening of the last known day; it can be gone on with later."""

    def __init__(self, journal: Path, hall: Hall, known: Place | None) -> None:
        self._journal, self._hall, self._known = journal, hall, known
        self._count: DayCount | None = None
        self._over: list[DayFigures] = []
        self._opening: tuple[int, bytes] = (0, b"")
        self._missing = known.missing.split() if known else []
        self._taken = 0

    @property
    def place(self) -> Place:
        """How far it got."""
        return self._known or Place(basis=basis_of(self._hall))

    def is_at(self, place: Place | None) -> bool:
        """Tell whether it can go on from there: nobody else has written meanwhile."""
        return self._known == place

    def read(self, store: Store, days: int | None = None) -> bool:
        """Bring the store up to the last row; False where it is not there yet, and is to be asked again.

        days: after which it stops for now, about; None: for nothing. Raises StoreError or JournalError; it is of no
        use then any more.
        """
        try:
            return self._read(store, days)
        except _OtherJournalError:
            store.write((), None, self._known)
            return False

    def _read(self, store: Store, days: int | None) -> bool:
        known = self._known
        if known and self._is_new_nothing(known):
            return True
        first = self._taken or (known.opening_row if known else 0)
        last, kept = None, 0
        for row in read_rows(self._journal, first):
            _compare(row, known)
            if row.row > self._taken:
                self._take(row)
            last = row
            if len(self._over) >= DAYS_AT_ONCE:
                kept += len(self._over)
                if not self._keep(store, row) or kept >= (days or kept + 1):
                    return False
        if known and (last is None or last.row < known.last_row):
            raise _OtherJournalError
        return last is None or self._keep(store, last)

    def _is_new_nothing(self, known: Place) -> bool:
        newest = list(islice(read_rows(self._journal, known.last_row), 2))
        return [(row.row, row.hash) for row in newest] == [(known.last_row, known.last_hash)]

    def _take(self, row: Row) -> None:
        """What stands before a day's opening in the same row is of the day before."""
        self._taken = row.row
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

    def _keep(self, store: Store, row: Row) -> bool:
        """Write what is over and what is under way; False where another was quicker."""
        place = Place(
            basis=basis_of(self._hall),
            opening_row=self._opening[0],
            opening_hash=self._opening[1],
            last_row=row.row,
            last_hash=row.hash,
            last_at=row.at,
            missing=" ".join(self._missing),
        )
        now = [self._figures(self._count, row.at)] if self._count else []
        if not store.write([*self._over, *now], place, self._known):
            return False
        self._known = place
        self._over.clear()
        return True


def _compare(row: Row, known: Place | None) -> None:
    if known and row.row in (known.opening_row, known.last_row):
        expected = known.opening_hash if row.row == known.opening_row else known.last_hash
        if row.hash != expected:
            raise _OtherJournalError

"""The record of complaints and low ratings, also of those that were settled before today; read from the journal.

To read a year of a busy hall takes seconds, so it is done in another process, once; then the hub keeps it up itself.
"""

import asyncio
import re
from datetime import date
from pathlib import Path

from msgspec import Struct

from hub.apart import Apart
from hub.calendar import day_begin
from hub.config import Hall
from hub.journal import read_rows
from hub.rules.applying.complaints import take
from hub.rules.complaints import Complaint, Complaints
from hub.rules.events import ComplaintContactsErased, Fact

TELLING = ('"event":"Complaint',)
"""What stands in every row of the journal that is about complaints."""
_ID = re.compile(r"[0-9]{8}-T[0-9]{3,6}")
LOOK_BACK_MS = 366 * 86_400_000
"""What was settled before that, the command line tells."""


class History(Struct, frozen=True, kw_only=True):
    """A complaint as it is, and all that happened to it, in order."""

    complaint: Complaint
    facts: tuple[Fact, ...]


def past(journal: Path, since: int) -> list[Complaint]:
    """Return every complaint that was open or opened since a moment, ms: the beginning of a business day.

    Each day begins with what is still open, so nothing that is open can be older than what is read here.
    """
    known = Complaints()
    for row in read_rows(journal, since=since, words=TELLING):
        for fact in row.content().facts:
            take(known, fact)
    return list(known.known.values())


def history(journal: Path, complaint: str, since: int) -> History | None:
    """Return one complaint and its facts; None where the journal knows of none. since: when its day began, ms."""
    known, facts = Complaints(), list[Fact]()
    for row in read_rows(journal, since=since, words=(complaint,)):
        for fact in row.content().facts:
            if take(known, fact) and _is_about(fact, complaint):
                facts.append(fact)
    found = known.known.get(complaint)
    return History(complaint=found, facts=tuple(facts)) if found else None


def _is_about(fact: Fact, complaint: str) -> bool:
    """What a day begins with is no news."""
    if isinstance(fact, ComplaintContactsErased):
        return complaint in fact.complaints
    item = getattr(fact, "item", None)
    return complaint == (item.id if isinstance(item, Complaint) else getattr(fact, "complaint", None))


class Record:
    """Every complaint of the last year, as a running hub knows them after somebody has asked for the first time."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._known: Complaints | None = None
        self._meanwhile: list[Fact] | None = None
        self._reading = asyncio.Lock()

    def follow(self, fact: Fact) -> None:
        """Take what has just become durable."""
        if self._known is not None:
            take(self._known, fact)
        elif self._meanwhile is not None:
            self._meanwhile.append(fact)

    async def all(self, apart: Apart, journal: Path, today: str) -> list[Complaint]:
        """Return every complaint that was open or opened within a year before today, a business day, YYYYMMDD.

        Raises JournalError where the journal cannot be read.
        """
        async with self._reading:
            if self._known is None:
                self._known = await self._read(apart, journal, today)
        return list(self._known.known.values())

    async def one(self, apart: Apart, journal: Path, complaint: str) -> History | None:
        """Return one with all that happened to it, however old; None where there is none of that id."""
        try:
            day = date.fromisoformat(complaint[:8]) if _ID.fullmatch(complaint) else None
        except ValueError:
            day = None
        if day is None:
            return None
        return await apart.run(
            history, journal, complaint, day_begin(complaint[:8], self._hall.zone, self._hall.day_begins)
        )

    async def _read(self, apart: Apart, journal: Path, today: str) -> Complaints:
        """What happens meanwhile is taken once more: every fact says how it is afterwards, so twice is as once."""
        self._meanwhile = []
        try:
            since = day_begin(today, self._hall.zone, self._hall.day_begins) - LOOK_BACK_MS
            found = await apart.run(past, journal, since)
            known = Complaints(known={one.id: one for one in found})
            for fact in self._meanwhile:
                take(known, fact)
        finally:
            self._meanwhile = None
        return known

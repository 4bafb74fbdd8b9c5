"""Finds records in a journal, the latest first, a page at a time; no more business days are read than needed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from hub.archive.records import Record, records_of
from hub.journal import days_of, read_rows, seals_of

PAGE = 50


class Search(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is looked for; all that is given has to fit. first, last: business days, YYYYMMDD, included; empty: any.

    number: as it stands on the ticket. serial: of the ticket, 0: any. own_serial: of a notice or another paper.
    service: code, at the beginning or the end. counter: 0: any. staff: who made one of its steps.
    """

    first: Annotated[str, Meta(pattern=r"^([0-9]{8})?\Z")] = ""
    last: Annotated[str, Meta(pattern=r"^([0-9]{8})?\Z")] = ""
    number: Annotated[str, Meta(pattern=r"^([A-Z][0-9]{1,6})?\Z")] = ""
    serial: Annotated[int, Meta(ge=0, le=999_999)] = 0
    own_serial: Annotated[str, Meta(pattern=r"^([0-9]{8}-[A-Z][0-9]{3,6})?\Z")] = ""
    service: Annotated[str, Meta(pattern=r"^[A-Z]?\Z")] = ""
    counter: Annotated[int, Meta(ge=0, le=99)] = 0
    staff: Annotated[str, Meta(pattern=r"^([0-9]{4,8})?\Z")] = ""

    @property
    def words(self) -> str:
        """What is looked for, for the journal; nothing in it is private."""
        given = (f"{name}={getattr(self, name)}" for name in self.__struct_fields__ if getattr(self, name))
        return " ".join(given) or "all"

    def fits(self, record: Record) -> bool:
        """Tell whether a record is one of those that are looked for; its day aside."""
        return (
            self.number in ("", record.number)
            and self.serial in (0, record.serial)
            and (not self.own_serial or self.own_serial in (*record.notices, *record.papers))
            and self.service in ("", record.service, record.first_service)
            and (not self.counter or self.counter in record.counters)
            and (not self.staff or self.staff in record.staff)
        )


class Page(Struct, frozen=True, kw_only=True):
    """Records that were found. is_last: there are no more. removed: how many rows are only in archives any more."""

    records: tuple[Record, ...]
    is_last: bool
    removed: int


def find_records(journal: Path, search: Search, *, skip: int = 0, limit: int = PAGE) -> Page:
    """Return a page of the records that fit, the latest first; raise JournalError where the journal cannot be read.

    It takes about a tenth of a second a busy day: for a thread or another process. Whoever calls has journalled that
    somebody looks.
    """
    found: list[Record] = []
    for record in _fitting(journal, search):
        if skip:
            skip -= 1
            continue
        found.append(record)
        if len(found) > limit:
            break
    removed = sum(seal.count for seal in seals_of(journal))
    return Page(records=tuple(found[:limit]), is_last=len(found) <= limit, removed=removed)


def _fitting(journal: Path, search: Search) -> Iterator[Record]:
    gone = max((seal.last for seal in seals_of(journal)), default=0)
    days = [(day, row) for day, row in days_of(journal) if row > gone]
    first, last = _days_of(search)
    for at in range(len(days) - 1, -1, -1):
        day, row = days[at]
        if (first and day < first) or (last and day > last):
            continue
        ends = days[at + 1][1] if at + 1 < len(days) else None
        rows = ((one.row, one.content().facts) for one in read_rows(journal, row, ends))
        made = [one for one in records_of(rows) if one.day == day and search.fits(one)]
        yield from reversed(made)


def _days_of(search: Search) -> tuple[str, str]:
    """A paper's own serial begins with its day."""
    of_paper = search.own_serial[:8]
    return max(search.first, of_paper), min(filter(None, (search.last, of_paper)), default="")

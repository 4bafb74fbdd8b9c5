"""The verification of the journal's chain, and what was removed from it after archiving (M26)."""

from itertools import islice
from pathlib import Path

from msgspec import Struct
from starlette.responses import Response

from hub.journal import Break, JournalError, Seal
from hub.staff.house import refused
from hub.staff.pages.archive.page import PATH, UNREADABLE
from hub.staff.routing import Declared, Page
from hub.staff.visit import Visit

SHOWN_MAX = 50
WORDS = {
    "missing": "第{first}行至第{last}行缺失",
    "changed": "第{first}行与前一行不衔接：其中一行被改动过",
    "unreadable": "第{first}行无法读取",
    "not-indexed": "第{first}行未列入索引，重复的消息将无法识别",
    "seal-astray": "第{first}行至第{last}行的封存记录与前文不衔接",
    "seal-needless": "第{first}行至第{last}行有封存记录，但日志并未移除",
    "seal-untold": "第{first}行至第{last}行的移除没有记入日志，并非由本系统移除",
    "seal-other": "第{first}行至第{last}行的封存记录与第{told_by}行所记不符",
}


class Checked(Struct, frozen=True, kw_only=True):
    """What was found. breaks: the first of them; is_more: there are others."""

    rows: int
    breaks: tuple[Break, ...]
    is_more: bool
    seals: tuple[Seal, ...]


async def show(visit: Visit) -> Response:
    """Return the result; it takes seconds for a year, in the worker process."""
    house = visit.house
    try:
        found = await house.apart.run(check, house.journal)
    except JournalError:
        raise refused(UNREADABLE, 503) from None
    words = [WORDS[one.kind].format(first=one.first, last=one.last, told_by=one.told_by) for one in found.breaks]
    return visit.page("archive_check.html", found=found, words=words, at=house.clock.now(), name_of=_names(visit))


def check(journal: Path) -> Checked:
    """Verify in the worker process; raise JournalError where the journal cannot be read."""
    from hub.journal import breaks, count_rows, seals_of

    found = tuple(islice(breaks(journal), SHOWN_MAX + 1))
    return Checked(
        rows=count_rows(journal),
        breaks=found[:SHOWN_MAX],
        is_more=len(found) > SHOWN_MAX,
        seals=tuple(seals_of(journal)),
    )


def _names(visit: Visit) -> object:
    from hub.archive.words import Table

    return Table(visit.house.hall).person


DECLARED: tuple[Declared, ...] = (Page(path=f"{PATH}/check", permission="archive-see", show=show, noted=True),)

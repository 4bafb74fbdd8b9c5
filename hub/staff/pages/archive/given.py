"""Notices that were given, by serial or days: 告知查询; every look is kept by its own command (M15, M26)."""

from datetime import date
from pathlib import Path

from msgspec import Struct
from starlette.responses import Response

from hub.archive.words import Table
from hub.given_notices import Found
from hub.journal import JournalError
from hub.orders import LookUp
from hub.rules import commands
from hub.staff.house import refused
from hub.staff.pages.archive.page import UNREADABLE
from hub.staff.routing import Declared, Page
from hub.staff.typed import at_most, date_of, days_of, latest, links_of, matching, page_of
from hub.staff.visit import Visit

PATH = "/staff/notices-given"
SIZE = 50
DAYS_MAX = 366


class Asked(Struct, frozen=True, kw_only=True):
    """The form as it was typed."""

    serial: str = ""
    first: str = ""
    last: str = ""
    page: str = ""


class Given(Struct, frozen=True, kw_only=True):
    """A page of notices. names: serial to name, of those that are kept. removed: rows that are only in archives."""

    notices: tuple[Found, ...]
    names: dict[str, str]
    is_last: bool
    removed: int


async def show(visit: Visit) -> Response:
    """Return the form, and what was found."""
    asked = visit.asked(Asked)
    look, page = _look(asked), page_of(asked.page)
    if look is None:
        return visit.page("notices_given.html", asked=asked, found=None)
    visit.ask(commands.LookUpNotices(by=visit.by, serial=look.serial, first=look.first, last=look.last))
    house = visit.house
    try:
        found = await house.apart.run(find, house.folder, look, page)
    except JournalError:
        raise refused(UNREADABLE, 503) from None
    links = links_of(PATH, asked, page, is_last=found.is_last)
    table = Table(house.hall)
    return visit.page(
        "notices_given.html", asked=asked, found=found, links=links, name_of=table.person, date_of=date_of
    )


def find(folder: Path, look: LookUp, page: int) -> Given:
    """Read them in the worker process; raise JournalError where the journal cannot be read."""
    from hub.given_notices import find_notices
    from hub.journal import seals_of
    from hub.names import read_names

    journal = folder / "journal.db"
    found, is_last = latest(find_notices(journal, look), page, SIZE)
    kept = read_names(folder / "names.json")
    serials = {one.given.own_serial for one in found}
    return Given(
        notices=tuple(found),
        names={serial: name for serial, name in kept.items() if serial in serials},
        is_last=is_last,
        removed=sum(seal.count for seal in seals_of(journal)),
    )


def _look(asked: Asked) -> LookUp | None:
    """Return what is looked for, None where the form is empty; raise Told where it makes no sense."""
    serial = matching(asked.serial, r"\d{8}-G\d{3,6}", "告知单编号有误，请填写为 20261123-G001")
    first, last = days_of(asked.first, asked.last)
    if serial:
        return LookUp(serial=serial)
    if bool(first) != bool(last):
        raise refused("请同时选择起止日期", 400)
    if not first:
        return None
    at_most(DAYS_MAX, date.fromisoformat(first), date.fromisoformat(last))
    return LookUp(first=first, last=last)


DECLARED: tuple[Declared, ...] = (Page(path=PATH, permission="archive-see", show=show, menu="告知查询"),)

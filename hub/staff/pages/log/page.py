"""The log's page: by day, person and kind of doing, a page at a time."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct
from starlette.responses import Response

from hub.archive.words import Table
from hub.clock import local
from hub.journal import JournalError
from hub.staff.house import refused
from hub.staff.pages.log import words
from hub.staff.pages.log.reading import KINDS, Wanted, find
from hub.staff.routing import Declared, Page
from hub.staff.typed import at_most, days_of, links_of, page_of, staff_of
from hub.staff.visit import Visit

PATH = "/staff/log"
SIZE = 100
DAYS_MAX = 92


class Asked(Struct, frozen=True, kw_only=True):
    """The form as it was typed; no day: today."""

    first: str = ""
    last: str = ""
    person: str = ""
    kind: str = ""
    page: str = ""


async def show(visit: Visit) -> Response:
    """Return the page."""
    asked, house = visit.asked(Asked), visit.house
    zone, page = house.hall.zone, page_of(asked.page)
    first, last = _days(asked, local(house.clock.now(), zone).date())
    wanted = Wanted(
        since=_midnight(first, zone),
        until=_midnight(last + timedelta(days=1), zone),
        person=staff_of(asked.person),
        kind=_kind(asked.kind),
    )
    try:
        found = await house.apart.run(find, house.journal, wanted, page, SIZE)
    except JournalError:
        raise refused("日志无法读取，请联系设备维护人员", 503) from None
    table = Table(house.hall)
    lines = [
        (one, words.who(table, one), words.doing(one.action), words.about(one), words.why_not(one))
        for one in found.lines
    ]
    links = links_of(PATH, asked, page, is_last=found.is_last)
    return visit.page(
        "log.html",
        asked=asked,
        first=first,
        last=last,
        lines=lines,
        links=links,
        kinds=words.KIND_WORDS,
        zone=zone,
        form="%H:%M:%S" if first == last else "%Y-%m-%d %H:%M:%S",
    )


def _days(asked: Asked, today: date) -> tuple[date, date]:
    typed = days_of(asked.first, asked.last)
    last = date.fromisoformat(typed[1] or typed[0]) if any(typed) else today
    first = date.fromisoformat(typed[0]) if typed[0] else last
    at_most(DAYS_MAX, first, last)
    return first, last


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)


def _kind(typed: str) -> str:
    if typed and typed not in KINDS:
        raise refused("类型有误，请从列表中选择", 400)
    return typed


DECLARED: tuple[Declared, ...] = (Page(path=PATH, permission="log-see", show=show, menu="登录与查阅记录", noted=True),)

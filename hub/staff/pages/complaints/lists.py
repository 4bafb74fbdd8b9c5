"""The lists of complaints and low ratings: open, overdue, mine, settled, all; open ones change by themselves."""

from collections.abc import Sequence
from typing import Any, get_args

from msgspec import Struct
from starlette.responses import Response

from hub.calendar import business_day
from hub.complaints import Which, call_back_share, select
from hub.complaints_table import CHANNELS
from hub.journal import JournalError
from hub.rules.complaints import Channel, Complaint
from hub.staff.house import House, refused
from hub.staff.pages.complaints.lines import line
from hub.staff.routing import Declared, Page, Stream
from hub.staff.visit import Visit

SHOWN = 50
"""Items on one page of a list."""
LISTS: dict[Which, str] = {
    "open": "未办结",
    "overdue": "逾期",
    "mine": "我的",
    "settled": "已办结",
    "all": "全部",
}
LIVE: tuple[Which, ...] = ("open", "overdue", "mine")
"""What the hall's state knows; of the others, the record has most."""
ENTERED: dict[Channel, str] = {name: words for name, words in CHANNELS.items() if name != "rating"}  # type: ignore[misc]
UNREAD = "系统故障：记录暂时无法读取，请稍后再试"


class Query(Struct, frozen=True, kw_only=True):
    """Which list, which page of it. q: part of an item's id, of its order's or ticket's number."""

    which: str = "open"
    page: str = "1"
    q: str = ""

    @property
    def list(self) -> Which:
        """The list; raise Told where there is none of that name."""
        if self.which not in get_args(Which):
            raise refused("无此列表", 404)
        return self.which  # type: ignore[return-value]


def today_of(house: House) -> str:
    """Return the business day, YYYYMMDD, also before it was opened."""
    return house.state.day or business_day(house.clock.now(), house.hall.zone, house.hall.day_begins)


async def record_of(house: House) -> list[Complaint]:
    """Return every complaint of the last year; raise Told where the journal cannot be read."""
    try:
        return await house.works.complaints.record.all(house.apart, house.folder / "journal.db", today_of(house))
    except JournalError as error:
        raise refused(UNREAD, 503) from error


async def chosen(visit: Visit, query: Query) -> list[Complaint]:
    """Return what a list has."""
    house = visit.house
    if query.list in LIVE:
        return _found(house.works.complaints.listed(query.list, visit.by), query.q)
    return _found(select(await record_of(house), query.list, by=visit.by, today=today_of(house)), query.q)


async def show(visit: Visit) -> Response:
    """Return the page."""
    query = visit.asked(Query)
    items = await chosen(visit, query)
    share = call_back_share(await record_of(visit.house))
    values = _sums(visit) | _listed(visit, query, items)
    is_live = query.list in LIVE
    return visit.page("complaints.html", share=share, lists=LISTS, entered=ENTERED, is_live=is_live, **values)


def parts(visit: Visit) -> dict[str, str]:
    """Return what changes on it; a list of what was settled stays as it is."""
    query = visit.asked(Query)
    found = {"sums": visit.html("complaints_sums.html", **_sums(visit))}
    if query.list not in LIVE:
        return found
    items = _found(visit.house.works.complaints.listed(query.list, visit.by), query.q)
    return found | {"list": visit.html("complaints_list.html", **_listed(visit, query, items))}


def _found(items: list[Complaint], typed: str) -> list[Complaint]:
    wanted = typed.strip().upper()
    if not wanted:
        return items
    return [one for one in items if any(wanted in text.upper() for text in (one.id, one.reference, one.number))]


def _sums(visit: Visit) -> dict[str, Any]:
    today = today_of(visit.house)
    items = visit.house.state.complaints.open()
    return {
        "sums": {
            "未办结": len(items),
            "待接办": sum(not one.owner for one in items),
            "逾期": sum(one.is_overdue(today) or one.awaits_call(today) for one in items),
            "我的": sum(one.owner == visit.by for one in items),
        }
    }


def _listed(visit: Visit, query: Query, items: Sequence[Complaint]) -> dict[str, Any]:
    pages = max(1, -(-len(items) // SHOWN))
    typed = query.page[:6]
    page = min(max(1, int(typed)), pages) if typed.isascii() and typed.isdecimal() else 1
    shown = items[(page - 1) * SHOWN : page * SHOWN]
    return {
        "query": query,
        "found": len(items),
        "page": page,
        "pages": pages,
        "lines": [line(visit.house.hall, one, today_of(visit.house)) for one in shown],
    }


DECLARED: tuple[Declared, ...] = (
    Page(path="/staff/complaints", permission="complaints-see", show=show, menu="投诉与差评", noted=True),
    Stream(path="/staff/complaints/live", permission="complaints-see", parts=parts),
)

"""What went wrong, when, whom it concerned, when it was over: to be read, printed and sent on (M41, M42)."""

from datetime import date, timedelta

from msgspec import Struct
from starlette.responses import Response

from hub.clock import local
from hub.incident_report import Told, report_again
from hub.staff.house import refused
from hub.staff.routing import Declared, Page
from hub.staff.visit import Visit
from hub.upkeep_words import duration

SHOWN_DAYS = 7


class Span(Struct, frozen=True, kw_only=True):
    """From a day to a day; empty: the last week."""

    first: str = ""
    last: str = ""


async def show(visit: Visit) -> Response:
    """Return the page."""
    first, last, told = await _told(visit)
    return visit.page("incidents.html", first=first, last=last, told=told, duration=duration)


async def export_table(visit: Visit) -> Response:
    """Return a table that spreadsheets open."""
    first, last, told = await _told(visit)
    visit.note("incidents-export", f"{first} {last} csv")
    name = f"incidents-{first:%Y%m%d}-{last:%Y%m%d}.csv"
    return _file(("\ufeff" + told.table).encode(), "text/csv; charset=utf-8", name)


async def export_report(visit: Visit) -> Response:
    """Return the report as a text to be sent on (M42)."""
    first, last, told = await _told(visit)
    visit.note("incidents-export", f"{first} {last} txt")
    name = f"incidents-{first:%Y%m%d}-{last:%Y%m%d}.txt"
    return _file(told.report.encode(), "text/plain; charset=utf-8", name)


def _file(data: bytes, kind: str, name: str) -> Response:
    return Response(data, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


async def _told(visit: Visit) -> tuple[date, date, Told]:
    house, span = visit.house, visit.asked(Span)
    today = local(house.clock.now(), house.hall.zone).date()
    last = _day(span.last) or today
    first = _day(span.first) or last - timedelta(days=SHOWN_DAYS - 1)
    if first > last:
        raise refused("起始日期晚于结束日期，请重新选择", 400)
    journal = house.folder / "journal.db"
    return first, last, await house.apart.run(report_again, journal, house.hall.path, first, last, house.clock.now())


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise refused("日期有误，请填写为 2026-11-21", 400) from None


DECLARED: tuple[Declared, ...] = (
    Page(path="/staff/incidents", permission="incidents-see", show=show, menu="突发情况", noted=True),
    Page(path="/staff/incidents.csv", permission="incidents-export", show=export_table),
    Page(path="/staff/incidents.txt", permission="incidents-export", show=export_report),
)

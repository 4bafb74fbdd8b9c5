"""The archive's pages: search, and one record with all its steps and who made each (M26, M13)."""

from typing import Any

from starlette.responses import Response

from hub.archive.finding import PAGE, Search, find_records
from hub.archive.records import Record
from hub.archive.steps import Step, is_unnamed
from hub.archive.words import OUTCOMES, RATINGS, Table
from hub.clock import local
from hub.journal import JournalError
from hub.staff.house import House, Told, refused
from hub.staff.pages.archive.asked import Asked, limited, search_of
from hub.staff.routing import Declared, Page
from hub.staff.typed import date_of, links_of, page_of
from hub.staff.visit import Visit

PATH = "/staff/archive"
NOT_THERE = "没有找到这件档案"
UNREADABLE = "日志无法读取，请联系设备维护人员"


async def show(visit: Visit) -> Response:
    """Return the form, and what was found; each look is kept with what was looked for."""
    asked = visit.asked(Asked)
    if asked.is_empty:
        visit.note("archive-see", PATH)
        return visit.page("archive.html", **_form(visit, asked), found=None)
    house = visit.house
    today = local(house.clock.now(), house.hall.zone).date()
    search, page = limited(search_of(asked), today), page_of(asked.page)
    visit.note("archive-see", search.words)
    found = await _found(house, search, page)
    links = links_of(PATH, asked, page, is_last=found.is_last)
    lines = [_line(house, one) for one in found.records]
    return visit.page("archive.html", **_form(visit, asked), found=found, lines=lines, links=links, since=search.first)


async def show_record(visit: Visit) -> Response:
    """Return one record."""
    given = visit.request.path_params
    search = _one(given["day"], given["serial"])
    visit.note("archive-see", search.words)
    found = await _found(visit.house, search, 1)
    if not found.records:
        gone = "；较早的日志已归档移除，请在导出的档案中查找" if found.removed else ""
        raise refused(f"{NOT_THERE}{gone}", 404)
    record, table = found.records[0], Table(visit.house.hall)
    steps = [(one.row, *table.step_cells(one, record.day), _by_nobody(one)) for one in record.steps]
    return visit.page("archive_record.html", one=record, cells=table.cells(record), steps=steps, date_of=date_of)


def _one(day: str, serial: str) -> Search:
    """Return the search for one record; an address that names none is one at which nothing is."""
    try:
        search = search_of(Asked(first=day, last=day, serial=serial))
    except Told:
        raise refused(NOT_THERE, 404) from None
    if not (search.first and search.serial):
        raise refused(NOT_THERE, 404)
    return search


async def _found(house: House, search: Search, page: int) -> Any:
    try:
        return await house.apart.run(find_records, house.journal, search, skip=(page - 1) * PAGE)
    except JournalError:
        raise refused(UNREADABLE, 503) from None


def _form(visit: Visit, asked: Asked) -> dict[str, Any]:
    return {"asked": asked, "date_of": date_of, "today": date_of(visit.house.state.day)}


def _line(house: House, one: Record) -> dict[str, Any]:
    cells = Table(house.hall).cells(one)
    rating = RATINGS.get(one.rating, one.rating)
    return {"record": one, "cells": cells, "outcome": OUTCOMES[one.outcome], "rating": rating}


def _by_nobody(step: Step) -> str:
    """What stands in the place of a name: a step by hand that nobody signed is told apart from the hall's own (M13)."""
    return "未署名" if is_unnamed(step) else "系统"


DECLARED: tuple[Declared, ...] = (
    Page(path=PATH, permission="archive-see", show=show, menu="办件档案"),
    Page(path=PATH + "/record/{day}/{serial}", permission="archive-see", show=show_record),
)

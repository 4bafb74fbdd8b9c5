"""The year's holidays and the working days in their stead (调休), as a table: imported, and taken along."""

import csv
from io import StringIO
from typing import Literal

from starlette.responses import Response

from hub.hall_file import HoursTable
from hub.staff.house import Told, refused
from hub.staff.pages.manage import common
from hub.staff.pages.manage.hours import PAGE, change, days_of, with_days
from hub.staff.pages.manage.sheets import NotTheListError, rows_of, table_of
from hub.staff.routing import Action, Declared, Page
from hub.staff.visit import Visit

Kind = Literal["holidays", "workdays"]
COLUMNS = ("日期", "类型")
_WORDS: dict[Kind, tuple[str, ...]] = {
    "holidays": ("放假", "休", "休息", "节假日"),
    "workdays": ("上班", "班", "调休", "调休上班"),
}
KINDS = {words: kind for kind, every in _WORDS.items() for words in every}
DAYS_MAX = 400


class Table(common.Step, frozen=True, kw_only=True):
    """text: cells that were pasted, in place of a file."""

    text: str = ""


async def take_over(visit: Visit) -> Told:
    """Add the days of a table to those that are known; one that is known as the other kind becomes this one."""
    form = await visit.form(Table)
    text = await table_of(visit, form.text)
    try:
        found = read_days(text)
    except NotTheListError as error:
        raise refused(f"不能导入：{error}", 400) from error
    present = visit.house.hall.hours
    if present is None:
        raise refused("大厅还没有工作时间，请先填写每周的时间")
    return await change(visit, with_days(present, found["holidays"], found["workdays"]), form.step)


def read_days(text: str) -> dict[Kind, set[str]]:
    """Return days by their kind; raise NotTheListError with line and remedy."""
    rows = rows_of(text)
    if not rows or tuple(rows[0][1][:2]) != COLUMNS:
        raise NotTheListError(f"第1行须为标题 {','.join(COLUMNS)}")
    found: dict[Kind, set[str]] = {"holidays": set(), "workdays": set()}
    for line, cells in rows[1:]:
        kind = KINDS.get(cells[1] if len(cells) > 1 else "")
        if kind is None:
            raise NotTheListError(f"第{line}行：类型须为“放假”或“上班”")
        try:
            days = set(days_of(cells[0]))
        except Told as told:
            raise NotTheListError(f"第{line}行：{told.words}") from told
        if twice := sorted(days & (found["holidays"] | found["workdays"])):
            raise NotTheListError(f"第{line}行：{twice[0]} 前面已有，请去掉一行")
        found[kind] |= days
    if not 0 < len(found["holidays"] | found["workdays"]) <= DAYS_MAX:
        raise NotTheListError(f"须有1至{DAYS_MAX}天")
    return found


async def export(visit: Visit) -> Response:
    """Return the days that are known; an import takes the same table."""
    hours = visit.house.hall.hours or HoursTable()
    rows = [(day, "放假") for day in hours.holidays] + [(day, "上班") for day in hours.workdays]
    out = StringIO()
    csv.writer(out).writerows([COLUMNS, *sorted(rows)])
    return Response(
        out.getvalue().encode("utf-8-sig"),
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="holidays.csv"'},
    )


DECLARED: tuple[Declared, ...] = (
    Page(path=f"{PAGE}/holidays.csv", permission="hours", show=export),
    Action(path=f"{PAGE}/holidays", permission="hours", do=take_over),
)

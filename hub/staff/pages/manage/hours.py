"""When tickets are given (M29, S12): each weekday's hours, lunch, holidays and the working days in their stead."""

import re
from datetime import date, datetime, timedelta
from typing import Any, Literal

from msgspec import Struct
from starlette.responses import Response

from hub.calendar import business_day, schedule
from hub.clock import local
from hub.config import Hall
from hub.edits.kinds import Edit, Put
from hub.edits.ready import NotChangedError
from hub.hall_file import HoursTable
from hub.screen import screen
from hub.screen_words import WEEKDAYS
from hub.staff.house import Told, refused
from hub.staff.pages.manage import common
from hub.staff.routing import Action, Declared, Page
from hub.staff.visit import Visit

PAGE = "/staff/hours"
AHEAD = 14
DAYS = dict(zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), WEEKDAYS, strict=True))
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_ASIDE = str.maketrans({"：": ":"} | dict.fromkeys("—－–～~至", "-") | dict.fromkeys("，,、；", " "))


class Hours(common.Step, frozen=True, kw_only=True):
    """A week. holidays, workdays: days, or 2026-10-01~2026-10-07, apart by spaces or lines."""

    mon: str = ""
    tue: str = ""
    wed: str = ""
    thu: str = ""
    fri: str = ""
    sat: str = ""
    sun: str = ""
    lunch: Literal["closed", "tickets"] = "closed"
    self_test_min: float = 10.0
    holidays: str = ""
    workdays: str = ""


class DayNow(Struct, frozen=True, kw_only=True):
    """A day that comes. words: when tickets are given, empty: not at all. why: 节假日 or 调休."""

    day: str
    weekday: str
    words: str
    why: str


async def show(visit: Visit) -> Response:
    """Return the page."""
    hall = visit.house.hall
    today = business_day(visit.house.clock.now(), hall.zone, hall.day_begins)
    return await common.show(
        visit,
        "manage/hours.html",
        days=DAYS,
        hours=hall.hours or HoursTable(),
        has_hours=hall.hours is not None,
        ahead=coming(hall, today),
        begins=begins_words(today),
        said_on_screen=on_screen(visit, hall),
        holidays=in_spans(hall.hours.holidays if hall.hours else ()),
        workdays=in_spans(hall.hours.workdays if hall.hours else ()),
    )


async def save(visit: Visit) -> Told:
    """Change the hours; they count from the next business day."""
    form = await visit.form(Hours)
    present = visit.house.hall.hours
    common.still(form, present or HoursTable())
    wanted: dict[str, Any] = {day: spans_of(getattr(form, day)) for day in DAYS}
    wanted |= {"lunch": form.lunch, "self_test_min": form.self_test_min}
    wanted |= {key: days_of(getattr(form, key)) for key in ("holidays", "workdays")}
    if both := sorted(set(wanted["holidays"]) & set(wanted["workdays"])):
        raise refused(f"{both[0]} 既是节假日又是调休上班日，请去掉一处", 400)
    return await change(visit, wanted, form.step)


async def change(visit: Visit, wanted: dict[str, Any], step: str) -> Told:
    """Show or save; who looks first is also told from when it counts, and what the screen will say."""
    present = visit.house.hall.hours
    edits: list[Edit]
    if present is None:
        edits = [Put(at=("hours",), value=common.element(HoursTable, wanted))]
    else:
        edits = common.changes(("hours",), present, wanted)
    today = business_day(visit.house.clock.now(), visit.house.hall.zone, visit.house.hall.day_begins)
    told = await common.change(visit, edits, to=PAGE, step=step, done=f"已保存，{begins_words(today)}")
    if step != "preview":
        return told
    try:
        hall = (await visit.house.works.editor.preview(edits)).hall
    except NotChangedError as error:
        raise refused(str(error)) from error
    lines = on_screen(visit, hall)
    shown = ["综合屏“办公时间”页将显示：", *lines] if lines else ["综合屏不显示“办公时间”页。"]
    return Told("\n".join((told.words, "", f"{begins_words(today)}。", *shown)))


def begins_words(today: str) -> str:
    """Say from when a change counts: a day carries its schedule."""
    day = datetime.strptime(today, "%Y%m%d").date() + timedelta(days=1)  # noqa: DTZ007
    return f"自{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）起执行，今日不变"


def on_screen(visit: Visit, hall: Hall) -> list[str]:
    """Return what the screen's page of hours says, line by line; what it says of this very moment is left out."""
    shown = screen(hall, visit.house.state, visit.house.clock.now())
    pages = [one for one in shown.pages if one.kind == "hours"]
    return [f"{block.label}　{block.text}".strip() for page in pages for block in page.blocks if block.label != "现在"]


def coming(hall: Hall, today: str) -> list[DayNow]:
    """Return the days that come, without today, whose hours stand."""
    first = datetime.strptime(today, "%Y%m%d").date()  # noqa: DTZ007
    return [_day(hall, first + timedelta(days=at)) for at in range(1, AHEAD + 1)] if hall.hours else []


def _day(hall: Hall, day: date) -> DayNow:
    spans = schedule(f"{day:%Y%m%d}", hall.hours, hall.zone) or ()
    words = "　".join(f"{local(start, hall.zone):%H:%M}-{local(end, hall.zone):%H:%M}" for start, end in spans)
    hours = hall.hours or HoursTable()
    why = "节假日" if f"{day}" in hours.holidays else "调休上班" if f"{day}" in hours.workdays else ""
    return DayNow(day=f"{day}", weekday=WEEKDAYS[day.weekday()], words=words, why=why)


def spans_of(typed: str) -> str:
    """Return hours as the file has them, however they were typed: 8：30—12：00，14:00～17:30."""
    words = re.sub(r"\s*-+\s*", "-", typed.translate(_ASIDE))
    found = [re.fullmatch(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})", one) for one in words.split()]
    if None in found:
        raise refused(f"“{typed[:40]}”须写成 08:30-12:00 14:00-17:30，休息的日子不填", 400)
    return " ".join(f"{int(one[1]):02}:{one[2]}-{int(one[3]):02}:{one[4]}" for one in found if one)


def days_of(typed: str) -> tuple[str, ...]:
    """Return days in their order; raise Told where one is none."""
    found: set[date] = set()
    words = re.sub(r"\s*(~|～|至|—)\s*", "~", typed)
    for one in re.split(r"[\s,，、;；]+", words):
        ends = [day_of(part) for part in one.split("~")] if one else []
        if len(ends) > 2 or (len(ends) == 2 and not 0 <= (ends[1] - ends[0]).days <= 60):
            raise refused(f"“{one[:40]}”须写成 2026-10-01~2026-10-07，最多60天", 400)
        if ends:
            found |= {ends[0] + timedelta(days=at) for at in range((ends[-1] - ends[0]).days + 1)}
    return tuple(f"{day}" for day in sorted(found))


def day_of(written: str) -> date:
    """Return one day; raise Told where it is none."""
    found = _DATE.fullmatch(written.strip())
    try:
        if found:
            return date(*map(int, found.groups()))
    except ValueError:
        pass
    raise refused(f"“{written[:20]}”不是日期，须写成 2026-10-01", 400)


def in_spans(days: tuple[str, ...]) -> list[str]:
    """Return days with neighbours in one, as `days_of` reads them."""
    rows: list[list[date]] = []
    for day in map(date.fromisoformat, sorted(days)):
        if rows and day - rows[-1][-1] == timedelta(days=1):
            rows[-1].append(day)
        else:
            rows.append([day])
    return [f"{row[0]}" if len(row) == 1 else f"{row[0]}~{row[-1]}" for row in rows]


def with_days(present: HoursTable, holidays: set[str], workdays: set[str]) -> dict[str, Any]:
    """Return both lists with further days; what a day is now said to be is what it is."""
    return {
        "holidays": tuple(sorted((set(present.holidays) | holidays) - workdays)),
        "workdays": tuple(sorted((set(present.workdays) | workdays) - holidays)),
    }


DECLARED: tuple[Declared, ...] = (
    Page(path=PAGE, permission="hours", show=show, menu="工作时间"),
    Action(path=f"{PAGE}/save", permission="hours", do=save),
)

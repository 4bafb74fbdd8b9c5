"""Appointments (M24): the list imported, entered and cancelled; what the hall grants whoever comes late for his."""

import asyncio
import secrets
from datetime import date, datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from msgspec import Struct
from starlette.responses import Response

from hub.clock import local
from hub.rules.commands import Appointment
from hub.staff.house import Told, refused
from hub.staff.pages.manage import common
from hub.staff.pages.manage.sheets import BYTES_MAX, ROWS_MAX, NotTheListError, table_of
from hub.staff.pages.manage.slots_import import COLUMNS, MistakeError, Read, code_of, read_list, service_of
from hub.staff.pages.manage.slots_list import Listed, as_table, compare, in_order, keep, listed, merged
from hub.staff.routing import Action, Declared, Page
from hub.staff.visit import Visit

PAGE = "/staff/slots"
SHOWN_MAX = 100
HOUR = "%H:%M"


class Draft(Struct, frozen=True, kw_only=True):
    """An import that was looked through. before: the list as it was then."""

    read: Read
    before: Listed
    after: tuple[Appointment, ...]


class Seen(Struct, frozen=True, kw_only=True):
    """day: whose appointments are shown, empty: today's. draft: whether an import is shown."""

    day: str = ""
    draft: str = ""


class Imported(Struct, frozen=True, kw_only=True):
    """text: cells that were pasted, in place of a file. how: what the list does not name goes, or stays."""

    text: str = ""
    how: Literal["all", "more"] = "all"


class One(Struct, frozen=True, kw_only=True):
    """An appointment by hand. code: empty, one is made up."""

    service: str
    day: str
    start: str
    end: str
    code: str = ""


class Cancelled(Struct, frozen=True, kw_only=True):
    """Which one."""

    code: str


class Settings(common.Step, frozen=True, kw_only=True):
    """What holds for all of them."""

    appointment_letter: str
    appointment_late_min: int


async def show(visit: Visit) -> Response:
    """Return the list of a day, and what an import would change."""
    asked, now, hall = visit.asked(Seen), await listed(visit.house), visit.house.hall
    day = _day(asked.day) if asked.day else local(visit.house.clock.now(), hall.zone).date()
    of_days = await asyncio.to_thread(_by_day, now.appointments, hall.zone)
    found = of_days.get(f"{day}", [])
    draft = visit.house.drafts.get(visit.by, "slots", Draft) if asked.draft else None
    return await common.show(
        visit,
        "manage/slots.html",
        day=day,
        found=found[:SHOWN_MAX],
        now=now,
        days={one: len(every) for one, every in of_days.items()},
        came={ticket.appointment: ticket.number for ticket in visit.house.state.tickets.values() if ticket.appointment},
        draft=draft,
        differences=await asyncio.to_thread(compare, draft.before.appointments, draft.after) if draft else None,
        rules=hall.file.rules,
        columns=COLUMNS,
        limits=(ROWS_MAX, BYTES_MAX // 1024),
        shown_max=SHOWN_MAX,
    )


async def check(visit: Visit) -> Told:
    """Look through a list, and show what it would change."""
    form = await visit.form(Imported)
    text = await table_of(visit, form.text)
    now = await listed(visit.house)
    try:
        read = await asyncio.to_thread(read_list, text, visit.house.hall, visit.house.clock.now())
    except NotTheListError as error:
        raise refused(f"不能导入：{error}", 400) from error
    after = merged(now.appointments, read.appointments, keeps=form.how == "more")
    visit.house.drafts.put(visit.by, "slots", Draft(read=read, before=now, after=after))
    return Told("", to=f"{PAGE}?draft=1")


async def take_over(visit: Visit) -> Told:
    """Have the list that was looked through hold from now on."""
    draft = visit.house.drafts.get(visit.by, "slots", Draft)
    if draft is None:
        raise refused("没有待导入的名单，请重新选择文件")
    if draft.read.mistakes:
        raise refused("名单有误，请改正后重新导入")
    found = compare(draft.before.appointments, draft.after)
    await keep(visit, draft.after, draft.before.digest)
    visit.house.drafts.drop(visit.by, "slots")
    words = f"新增{len(found.new)}条，修改{len(found.changed)}条，删除{len(found.gone)}条"
    visit.note("slots", f"导入预约名单：{words}")
    return _done(f"名单已生效：{words}")


async def add(visit: Visit) -> Told:
    """Enter one, such as of somebody who phones."""
    form, now, hall = await visit.form(One), await listed(visit.house), visit.house.hall
    _refuse_unreadable(now)
    used = {one.code for one in now.appointments}
    try:
        code = code_of(form.code) if form.code else _free_code(used)
        service = service_of(form.service, hall)
    except MistakeError as error:
        raise refused(str(error), 400) from error
    if code in used:
        raise refused(f"预约码 {code} 已使用，请换一个")
    first, last = (_moment(visit, form.day, one) for one in (form.start, form.end))
    if last <= first or last <= visit.house.clock.now():
        raise refused("结束时间须晚于开始时间和现在", 400)
    one = Appointment(code=code, service=service, start=first, end=last)
    await keep(visit, (*now.appointments, one), now.digest)
    visit.note("slots", f"登记预约 {code}")
    return _done(f"已登记，预约码 {code}，请告知群众", day=form.day)


async def cancel(visit: Visit) -> Told:
    """Take one off the list."""
    form, now = await visit.form(Cancelled), await listed(visit.house)
    _refuse_unreadable(now)
    gone = next((one for one in now.appointments if one.code == form.code), None)
    if gone is None:
        raise refused("名单中没有这个预约码，可能刚被他人取消")
    await keep(visit, (one for one in now.appointments if one is not gone), now.digest)
    visit.note("slots", f"取消预约 {form.code}")
    return _done(f"预约 {form.code} 已取消", day=f"{local(gone.start, visit.house.hall.zone):%Y-%m-%d}")


async def settings(visit: Visit) -> Told:
    """Change the letter of their numbers, and how late one may come."""
    form, rules = await visit.form(Settings), visit.house.hall.file.rules
    common.still(form, rules)
    wanted: dict[str, Any] = {
        "appointment_letter": form.appointment_letter.strip().upper(),
        "appointment_late_min": form.appointment_late_min,
    }
    return await common.change(visit, common.changes(("rules",), rules, wanted), to=PAGE, step=form.step)


async def template(visit: Visit) -> Response:
    """Return an empty list to be filled in; its example is not imported."""
    tomorrow = local(visit.house.clock.now(), visit.house.hall.zone).date() + timedelta(days=1)
    row = f"例1001,{visit.house.hall.services[0].code},{tomorrow} 09:00,{tomorrow} 09:30"
    return _download(f"{','.join(COLUMNS.values())}\r\n{row}\r\n".encode("utf-8-sig"), "appointments-template.csv")


async def export(visit: Visit) -> Response:
    """Return the list as it is."""
    now = await listed(visit.house)
    visit.note("slots", f"导出预约名单 {len(now.appointments)} 条")
    data = await asyncio.to_thread(as_table, in_order(now.appointments), visit.house.hall)
    return _download(data, "appointments.csv")


def _done(words: str, **query: str) -> Told:
    """The page that one is led to says what was done: a code has to be read out to somebody."""
    return Told(words, to=f"{PAGE}?{urlencode({**query, 'said': words})}")


def _download(data: bytes, name: str) -> Response:
    return Response(data, media_type="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _refuse_unreadable(now: Listed) -> None:
    if now.mistake:
        raise refused("现有名单文件有误，请先导入完整的名单")


def _free_code(used: set[str]) -> str:
    """A code that nobody can guess from another one."""
    for _ in range(1000):
        code = f"{secrets.randbelow(1_000_000):06}"
        if code not in used:
            return code
    raise refused("预约码已用尽")


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise refused("日期须写成 2026-11-23", 400) from None


def _moment(visit: Visit, day: str, hour: str) -> int:
    try:
        moment = datetime.strptime(f"{_day(day)} {hour.replace('：', ':')}", f"%Y-%m-%d {HOUR}")  # noqa: DTZ007
    except ValueError:
        raise refused("时间须写成 09:00", 400) from None
    return round(moment.replace(tzinfo=visit.house.hall.zone).timestamp() * 1000)


def _by_day(appointments: tuple[Appointment, ...], zone: ZoneInfo) -> dict[str, list[Appointment]]:
    """Return day to what is agreed for it; thousands of them take their time, so this is done beside the loop."""
    found: dict[str, list[Appointment]] = {}
    for one in in_order(appointments):
        found.setdefault(f"{local(one.start, zone):%Y-%m-%d}", []).append(one)
    return found


DECLARED: tuple[Declared, ...] = (
    Page(path=PAGE, permission="slots", show=show, menu="预约"),
    Page(path=f"{PAGE}/template.csv", permission="slots", show=template),
    Page(path=f"{PAGE}/list.csv", permission="slots", show=export),
    Action(path=f"{PAGE}/check", permission="slots", do=check),
    Action(path=f"{PAGE}/take-over", permission="slots", do=take_over),
    Action(path=f"{PAGE}/add", permission="slots", do=add),
    Action(path=f"{PAGE}/cancel", permission="slots", do=cancel),
    Action(path=f"{PAGE}/settings", permission="slots", do=settings),
)

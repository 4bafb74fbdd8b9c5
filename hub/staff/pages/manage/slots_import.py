"""A list of appointments as people have it (M24): a CSV of any spreadsheet, looked through line by line."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from hub.config import Hall
from hub.rules.commands import Appointment
from hub.staff.pages.manage.sheets import NotTheListError, rows_of

MISTAKES_MAX = 20
SHOWN = 20
COLUMNS = {"code": "预约码", "service": "业务", "from": "开始", "to": "结束"}
_NAMES = (
    {words: key for key, words in COLUMNS.items()}
    | {key: key for key in COLUMNS}
    | {
        "预约号": "code",
        "业务代码": "service",
        "开始时间": "from",
        "结束时间": "to",
    }
)
_MOMENT = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T　]+(\d{1,2})[:：](\d{2})(?:[:：]\d{2})?")
_HOUR = re.compile(r"(\d{1,2})[:：](\d{2})(?:[:：]\d{2})?")
_EXAMPLE = "例"


class Read(Struct, frozen=True, kw_only=True):
    """What a list says. mistakes: which line, what is wrong, what to do; with one, nothing of the list counts.

    remarks: what is let through, and yet worth a look.
    """

    appointments: tuple[Appointment, ...]
    mistakes: tuple[str, ...]
    remarks: tuple[str, ...]


class MistakeError(ValueError):
    """A line that cannot be understood."""


def read_list(text: str, hall: Hall, now: int) -> Read:
    """Return what a list says, and all that is wrong with it; raise NotTheListError where it is none."""
    rows = rows_of(text)
    if not rows:
        raise NotTheListError("名单是空的；请至少填一行标题")
    columns, remarks = _columns(rows[0][1])
    found: dict[str, Appointment] = {}
    at_line: dict[str, int] = {}
    mistakes = []
    for line, cells in rows[1:]:
        if cells[0].startswith(_EXAMPLE):
            continue
        try:
            one = _appointment({key: _cell(cells, at) for key, at in columns.items()}, hall)
            if one.code in found:
                raise MistakeError(f"预约码 {one.code} 与第{at_line[one.code]}行重复，请换一个")
        except MistakeError as error:
            mistakes.append(f"第{line}行：{error}")
            continue
        found[one.code], at_line[one.code] = one, line
    listed = tuple(found.values())
    return Read(appointments=listed, mistakes=_first(mistakes), remarks=(*remarks, *_remarks(listed, hall, now)))


def _columns(title: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    columns = {_NAMES[one]: at for at, one in enumerate(title) if one in _NAMES}
    if missing := [words for key, words in COLUMNS.items() if key not in columns]:
        raise NotTheListError(f"第1行：缺少列“{'”、“'.join(missing)}”；第1行须为标题 {','.join(COLUMNS.values())}")
    extra = [one[:SHOWN] for one in title if one and one not in _NAMES]
    return columns, [f"未导入的列：{'、'.join(extra)}（名单不保存个人信息）"] if extra else []


def _cell(cells: Sequence[str], at: int) -> str:
    return cells[at] if at < len(cells) else ""


def _first(mistakes: Sequence[str]) -> tuple[str, ...]:
    rest = len(mistakes) - MISTAKES_MAX
    return (*mistakes[:MISTAKES_MAX], *([f"另有{rest}行有误"] if rest > 0 else []))


def _appointment(row: dict[str, str], hall: Hall) -> Appointment:
    start, end = _moment(row["from"], "开始"), row["to"]
    if hour := _HOUR.fullmatch(end):
        last = _made(start.year, start.month, start.day, int(hour[1]), int(hour[2]), shown=end, column="结束")
    else:
        last = _moment(end, "结束")
    if last <= start:
        raise MistakeError(f"结束 {end[:SHOWN]} 不晚于开始，请改正时间")
    first_ms, last_ms = (round(one.replace(tzinfo=hall.zone).timestamp() * 1000) for one in (start, last))
    return Appointment(code=code_of(row["code"]), service=service_of(row["service"], hall), start=first_ms, end=last_ms)


def code_of(written: str) -> str:
    """Return the code; raise MistakeError where it is none."""
    if re.fullmatch(r"[0-9]{4,6}", written):
        return written
    if re.fullmatch(r"[0-9]{1,3}", written):
        raise MistakeError(f"预约码 {written} 不足4位；前面的0可能被表格软件去掉了，请把该列设为“文本”")
    raise MistakeError(f"预约码 {_shown(written)} 须为4至6位数字")


def service_of(written: str, hall: Hall) -> str:
    """Return the code of a service that was named by its code or its name; raise MistakeError where there is none."""
    for one in hall.services:
        if written.upper() == one.code or written in (one.name, f"{one.code} {one.name}"):
            return one.code
    known = "、".join(f"{one.code} {one.name}" for one in hall.services)
    raise MistakeError(f"没有业务 {_shown(written)}，请填写：{known}")


def _moment(written: str, column: str) -> datetime:
    found = _MOMENT.fullmatch(written)
    if not found:
        raise MistakeError(f"{column} {_shown(written)} 须写成 2026-11-23 09:00")
    year, month, day, hour, minute = map(int, found.groups())
    return _made(year, month, day, hour, minute, shown=written, column=column)


def _made(year: int, month: int, day: int, hour: int, minute: int, *, shown: str, column: str) -> datetime:
    try:
        return datetime(year, month, day, hour, minute)  # noqa: DTZ001  (the hall's zone is put in later)
    except ValueError:
        raise MistakeError(f"{column} {_shown(shown)} 不是日历上的时间，请改正") from None


def _shown(written: str) -> str:
    return f"“{written[:SHOWN]}”" if written else "（空）"


def _remarks(listed: Sequence[Appointment], hall: Hall, now: int) -> Iterator[str]:
    past = sum(one.end <= now for one in listed)
    if past:
        yield f"{past}条已过时间，不再有效"
    outside = [one.code for one in listed if one.end > now and not _is_open(one, hall)]
    if outside:
        more = f"等{len(outside)}条" if len(outside) > 5 else ""
        yield f"不在办公时间内：{'、'.join(outside[:5])}{more}，请核对"


def _is_open(one: Appointment, hall: Hall) -> bool:
    from hub.calendar import business_day, schedule

    spans = schedule(business_day(one.start, hall.zone, hall.day_begins), hall.hours, hall.zone)
    return spans is None or any(start <= one.start < end for start, end in spans)

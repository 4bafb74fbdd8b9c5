"""The dissatisfaction record as a table (整改清单, S17), for a spreadsheet; nobody's name stands in it by default."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from hub.calendar import business_day
from hub.cells import harmless
from hub.clock import local
from hub.config import Hall, kept_hall
from hub.contacts import Contact
from hub.rules.complaints import Complaint
from hub.sheet import workbook
from hub.words import ASPECTS, LEVELS

Kind = Literal["csv", "xlsx"]
CHANNELS = {"rating": "窗口评价", "hotline": "12345热线工单", "written": "书面", "phone": "电话", "visit": "来访"}
OUTCOMES = {"at-once": "立行立改", "rectified": "限期整改", "explained": "解释说明"}
GROUNDS = {"mistaken": "误评", "malicious": "恶意差评"}
APPEALS = {"lodged": "申诉待复核", "accepted": "申诉成立", "rejected": "申诉不成立"}
CALL_BACKS = {
    "content": "已回访 认可",
    "not-content": "已回访 仍不满意",
    "withdrawn": "已回访 撤回意见",
    "no-answer": "未接通",
    "wrong-number": "号码有误",
    "declined": "拒绝回访",
}
COLUMNS = (
    "编号",
    "来源",
    "工单号",
    "时间",
    "业务",
    "窗口",
    "号码",
    "评价等级",
    "不满意方面",
    "内容",
    "责任人工号",
    "状态",
    "回访时限",
    "首次回访",
    "办结时限",
    "办结时间",
    "是否逾期",
    "处理结果",
    "整改措施",
    "申诉",
)
CONTACT_COLUMNS = ("姓名", "联系电话")
SHEET = "整改清单"


def state_words(one: Complaint) -> str:
    """Return how far it is, in words."""
    if not one.is_open:
        return "已办结"
    if one.appeal == "lodged":
        return APPEALS["lodged"]
    if not one.owner:
        return "待接办"
    return "限期整改中" if one.plan else "办理中"


def was_late(hall: Hall, one: Complaint, today: str) -> bool:
    """Return whether it is overdue, or was settled after its last day."""
    if one.settled_at is None:
        return one.is_overdue(today)
    return "" < one.settle_by < business_day(one.settled_at, hall.zone, hall.day_begins)


def appeal_words(one: Complaint) -> str:
    """Return what became of an appeal; the level beside it is as it was given."""
    return f"{GROUNDS[one.grounds]}（{APPEALS[one.appeal]}）" if one.grounds and one.appeal else ""


def table(
    hall: Hall, items: Sequence[Complaint], today: str, contacts: Mapping[str, Contact] | None = None
) -> list[tuple[str, ...]]:
    """Return the table with its head. contacts: whom to call back, for the one table that may show it."""
    head = COLUMNS if contacts is None else (*COLUMNS, *CONTACT_COLUMNS)
    rows: list[tuple[str, ...]] = [head]
    for one in items:
        cells: tuple[str, ...] = _cells(hall, one, today)
        if contacts is not None:
            contact = contacts.get(one.id)
            cells += (contact.name, contact.phone) if contact else ("", "")
        rows.append(tuple(str(harmless(cell)) for cell in cells))
    return rows


def _cells(hall: Hall, one: Complaint, today: str) -> tuple[str, ...]:
    return (
        one.id,
        CHANNELS[one.channel],
        one.reference,
        _moment(hall, one.at),
        hall.service_name(one.service) if one.service else "",
        f"{one.counter}号窗口" if one.counter else "",
        one.number,
        LEVELS.get(one.level, ""),
        ASPECTS.get(one.aspect, ""),
        one.words,
        one.owner,
        state_words(one),
        day_words(one.contact_by),
        _moment(hall, one.called_at),
        day_words(one.settle_by),
        _moment(hall, one.settled_at),
        "是" if was_late(hall, one, today) else "否",
        OUTCOMES[one.outcome] if one.outcome else "",
        one.plan,
        appeal_words(one),
    )


def day_words(day: str) -> str:
    """Return a day, YYYYMMDD, as people write it; empty where there is none."""
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if day else ""


def file_of(
    kind: Kind, hall: Path, items: Sequence[Complaint], today: str, contacts: Mapping[str, Contact] | None = None
) -> bytes:
    """Return the table as a file. hall: the hall's own file; this is for the worker, which has no hall of its own."""
    rows = table(kept_hall(hall), items, today, contacts)
    return xlsx_bytes(rows) if kind == "xlsx" else csv_bytes(rows)


def csv_bytes(rows: Sequence[Sequence[str]]) -> bytes:
    """Return a table of comma separated values, with the mark by which spreadsheets know UTF-8."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def xlsx_bytes(rows: Sequence[Sequence[str]]) -> bytes:
    """Return a table as a workbook; every cell is a text, none a formula or a link."""
    return workbook(lambda book: _fill(book, rows), title=SHEET)


def _fill(book: Any, rows: Sequence[Sequence[str]]) -> None:
    sheet = book.add_worksheet(SHEET)
    bold = book.add_format({"bold": True})
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write_string(at, column, cell, bold if at == 0 else None)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(1, len(rows) - 1), len(rows[0]) - 1)
    sheet.set_column(0, len(rows[0]) - 1, 14)


def _moment(hall: Hall, at: int | None) -> str:
    return f"{local(at, hall.zone):%Y-%m-%d %H:%M}" if at is not None else ""

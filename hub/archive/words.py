"""The archive in words: the table that spreadsheets open, and the page that explains the folder to whoever finds it."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from hub.archive.manifest import Manifest
from hub.archive.records import NOT_ASKED, UNRATED, Record
from hub.archive.steps import Step
from hub.cells import harmless
from hub.clock import local
from hub.config import Hall
from hub.words import ASPECTS, LEVELS

STEPS = {
    "taken": "取号",
    "printed": "出票",
    "voided": "作废",
    "print-doubted": "出票待核实",
    "call-doubted": "是否已叫号待核实",
    "doubt-passed-on": "转人工核实",
    "print-moved": "换机打印",
    "print-repeated": "补打",
    "number-shown": "屏显号码",
    "vouched": "确认持号",
    "cancelled": "取消",
    "class-given": "确认类别",
    "prechecked": "预审",
    "called": "呼叫",
    "recalled": "重呼",
    "begun": "开始办理",
    "finished": "办结",
    "missed": "过号",
    "no-show": "弃号",
    "parked": "挂起",
    "returned": "回到队列",
    "transferred": "转移",
    "left": "未办（当日结束）",
    "served-by-hand": "人工办理",
    "rated": "评价",
    "aspect-named": "评价方面",
    "rating-closed": "评价超时",
    "notice": "一次性告知",
    "slip": "打印单据",
}
OUTCOMES = {
    "done": "办结",
    "no-show": "弃号",
    "left": "未办",
    "cancelled": "取消",
    "void": "作废",
    "open": "未结束",
}
RATINGS = {NOT_ASKED: "无评价环节", UNRATED: "未评价"} | {str(level): words for level, words in LEVELS.items()}
STEPS_TITLE = "经过"
Columns = dict[str, Callable[[Record], Any]]


class Table:
    """Records as rows of a table for people. hall: whose names stand for codes."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._columns = self._coming() | self._course() | self._result()

    def head(self) -> str:
        """Return the first line."""
        return _line(self._columns)

    def line(self, record: Record) -> str:
        """Return the line of a record."""
        return _line(make(record) for make in self._columns.values())

    def cells(self, record: Record) -> dict[str, str]:
        """Return a record as title to content; its steps aside."""
        return {title: str(make(record)) for title, make in self._columns.items() if title != STEPS_TITLE}

    def step_words(self, step: Step, day: str) -> str:
        """Return a step of a business day in words: 09:12:30 呼叫 3号窗 陈警官(027001)."""
        return " ".join(filter(None, self.step_cells(step, day)))

    def step_cells(self, step: Step, day: str) -> tuple[str, str, str, str]:
        """Return a step as moment, what it is, place, person; empty where there is none."""
        moment = local(step.at, self._hall.zone)
        at = f"{moment:%H:%M:%S}" if f"{moment:%Y%m%d}" == day else f"{moment:%Y-%m-%d %H:%M:%S}"
        words = STEPS[step.what]
        if step.what == "rated":
            words = f"{words}{RATINGS.get(step.detail, step.detail)}"
        return at, words, f"{step.counter}号窗" if step.counter else "", self.person(step.by)

    def person(self, number: str) -> str:
        """Return somebody's name and number; the number alone where he is not in the hall's file any more."""
        known = self._hall.plan.people.get(number)
        return f"{known.name}({number})" if known else number

    def _moment(self, at: int | None) -> str:
        return "" if at is None else f"{local(at, self._hall.zone):%Y-%m-%d %H:%M:%S}"

    def _coming(self) -> Columns:
        hall, moment = self._hall, self._moment
        return {
            "业务日": lambda one: one.day,
            "序号": lambda one: one.serial,
            "号码": lambda one: one.number,
            "业务": lambda one: hall.service_name(one.service),
            "取号业务": lambda one: hall.service_name(one.first_service),
            "是否优先": lambda one: _yes(one.has_priority),
            "是否刷身份证": lambda one: _yes(one.identity_read),
            "取号设备": lambda one: hall.place_of(one.dispenser) if one.dispenser else "",
            "取号人员": lambda one: self.person(one.taken_by),
            "取号时间": lambda one: moment(one.taken_at),
            "离线取号时间": lambda one: moment(one.told_at),
            "备用号": lambda one: _yes(one.is_reserve),
            "预约编号": lambda one: one.appointment,
            "预约开始": lambda one: moment(one.slot_from),
            "预约结束": lambda one: moment(one.slot_to),
        }

    def _course(self) -> Columns:
        moment = self._moment
        return {
            "首次呼叫": lambda one: moment(one.called_at),
            "开始办理": lambda one: moment(one.begun_at),
            "结束时间": lambda one: moment(one.ended_at),
            "等候（秒）": lambda one: _seconds(one.waited_ms),
            "办理（秒）": lambda one: _seconds(one.served_ms),
            "呼叫次数": lambda one: one.calls,
            "重呼次数": lambda one: one.recalls,
            "过号次数": lambda one: one.missed,
            "挂起次数": lambda one: one.parked,
            "转移次数": lambda one: one.transfers,
            "窗口": lambda one: " ".join(map(str, one.counters)),
            "人员": lambda one: " ".join(map(self.person, one.staff)),
            "首问窗口": lambda one: one.first_counter or "",
            "首问责任人": lambda one: self.person(one.first_person),
        }

    def _result(self) -> Columns:
        hall = self._hall
        return {
            "状态": lambda one: OUTCOMES[one.outcome],
            "办理结果": lambda one: hall.result_name(one.result),
            "不予受理原因": lambda one: hall.reason_name("refused", one.reason),
            "承诺日期": lambda one: one.promised,
            "补齐期限": lambda one: one.deadline,
            "是否收费": lambda one: "" if one.fee is None else _yes(one.fee),
            "评价": lambda one: RATINGS.get(one.rating, one.rating),
            "不满意方面": lambda one: ASPECTS.get(one.aspect, ""),
            "投诉编号": lambda one: " ".join(one.complaints),
            "告知单": lambda one: " ".join(one.notices),
            "其他单据": lambda one: " ".join(one.papers),
            "未署名操作": lambda one: one.unnamed,
            STEPS_TITLE: lambda one: "；".join(self.step_words(step, one.day) for step in one.steps),
        }


def _line(cells: Iterable[Any]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(map(harmless, cells))
    return text.getvalue()


def _yes(is_so: bool) -> str:
    return "是" if is_so else "否"


def _seconds(length_ms: int | None) -> int | str:
    return "" if length_ms is None else length_ms // 1000


def read_me(hall: Hall, manifest: Manifest) -> str:
    """Return the page that lies in the folder."""
    return "\n".join(_read_me(hall, manifest)) + "\n"


def _read_me(hall: Hall, made: Manifest) -> Iterator[str]:
    by = Table(hall).person(made.made_by) or "（未设工号）"
    yield f"{hall.name}　办事档案　{_day(made.first_day)} 至 {_day(made.last_day)}"
    yield ""
    yield f"制作时间：{local(made.made_at, hall.zone):%Y-%m-%d %H:%M:%S}　制作人：{by}"
    yield f"共 {made.records} 件，{len(made.days)} 个业务日；另有 {made.unnamed} 次窗口操作没有署名"
    yield f"日志第 {made.first_row} 行至第 {made.last_row} 行"
    yield ""
    yield "本文件夹的内容："
    yield "  records.csv　　　　　每个号码一行，可用表格软件打开（UTF-8）"
    yield "  records.jsonl　　　　同样的内容，每行一件，含每一步的时间、窗口和工号，供其他系统读取"
    if made.has_rows:
        yield "  rows.jsonl.gz　　　　日志原文，逐行带校验值，是以上两份的依据；含优先类别，仅供本单位存档"
    yield "  manifest.json　　　　清单：每个文件的大小和 SHA-256 校验值、件数、日志首末行及其校验值"
    yield "  manifest.json.sha256　清单本身的 SHA-256 校验值"
    yield ""
    yield "核对方法：lintel archive --verify 本文件夹；也可用 sha256sum -c manifest.json.sha256 核对清单。"
    yield "任何一个字节被改动都会查出。请勿增删、改名或重新保存其中的文件。"
    yield ""
    yield "说明："
    yield "  1. 档案中没有群众的姓名、证件号码和电话。“是否刷身份证”只说明是否读过证件。"
    yield "  2. “是否优先”不区分类别，不反映当事人的身份或健康状况。"
    yield "  3. “是否收费”由单位填写在自己的台账中，本系统不收费，也不知道是否收费。"
    yield "  4. “未评价”表示可以评价而没有评价，不等于满意。"
    yield "  5. 时间为大厅所在地时间；records.jsonl 中的时间为 1970 年以来的毫秒数。"


def _day(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"

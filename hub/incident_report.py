"""What went wrong in a hall, from its journal, as a report for the bureau (M42): page, table and single lines."""

import csv
import functools
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path

from msgspec import Struct

from hub.cells import harmless
from hub.config import Hall, kept_hall
from hub.journal import read_rows
from hub.rules.alerts import PRINTER_WRONG
from hub.rules.incidents import Incident, Incidents, Rows, incidents
from hub.words import PRINTERS

DAY_MS = 86_400_000
TELLING = ("DayOpened", "FaultDeclared", "FaultCleared", "OutageNoted", "DeviceReported")
"""Facts without which there is no incident; numbers are looked for only where there was one."""
WHAT = {
    "fault": "系统故障（人工报告）",
    "hub": "排队主机停止运行",
    "broker": "设备通信中断",
    "journal": "数据无法保存",
    "no-tickets": "全部取号机不能出号",
    "lost": "设备离线",
    "printer": "打印机故障",
    "reader": "读卡器故障",
    "panel": "显示屏故障",
    "keys": "按键故障",
    "lamps": "指示灯故障",
    "tone": "提示音故障",
    "arrow": "方向灯故障",
    "voice": "语音播报故障",
}
PRINTER = dict(zip(PRINTER_WRONG, PRINTERS, strict=True))
COLUMNS = ("情况", "开始", "恢复", "历时（秒）", "报告人", "解除人", "设备", "影响号码数", "影响号码")
NUMBERS_MAX = 20


class Line(Struct, frozen=True, kw_only=True):
    """An incident as a row of a page; moments as people read them. until: empty while it lasts."""

    what: str
    since: str
    until: str
    seconds: int
    by: str
    cleared_by: str
    devices: str
    numbers: str
    count: int


class Told(Struct, frozen=True, kw_only=True):
    """All incidents of some days. report: text to be sent on. table: comma separated values."""

    report: str
    table: str
    lines: list[Line]


def report_incidents(path: Path, hall: Hall | None, first: date | None, last: date | None, now: int) -> Told:
    """Return what went wrong from a day to a day, both included; None: as far as the journal goes."""
    dispensers, begin = _dispensers(hall), _begin(hall, first)
    found = incidents(_rows(path, begin, TELLING), dispensers, now=now)
    if found:
        found = incidents(_rows(path, begin), dispensers, now=now)
    return _told(hall, found, first, last, now)


def report_again(journal: Path, hall_file: Path, first: date, last: date, now: int) -> Told:
    """Return the same for a page that is looked at again and again: only rows that are new since are read."""
    hall = kept_hall(hall_file)
    dispensers = tuple(_dispensers(hall) or ())
    reading = _reading(journal, journal.stat().st_ino, _begin(hall, first), dispensers)
    return _told(hall, reading.found(now), first, last, now)


def _told(hall: Hall | None, found: list[Incident], first: date | None, last: date | None, now: int) -> Told:
    zone = _zone(hall)
    within = [one for one in found if _is_within(one, first, last, zone)]
    page = Page(hall, zone)
    lines = [page.line(one, now) for one in within]
    return Told(report=page.report(within, first, last), table=page.table(within), lines=lines)


def _zone(hall: Hall | None) -> tzinfo:
    return hall.zone if hall else datetime.now(UTC).astimezone().tzinfo or UTC


def _dispensers(hall: Hall | None) -> list[str] | None:
    return [one.name for one in hall.devices if one.kind == "dispenser"] if hall else None


def _begin(hall: Hall | None, first: date | None) -> int:
    return 0 if first is None else int(datetime.combine(first, time(), _zone(hall)).timestamp() * 1000) - DAY_MS


class _Reading:
    """The incidents since a moment, of a journal to which rows are only ever added while anybody looks."""

    def __init__(self, journal: Path, begin: int, dispensers: tuple[str, ...]) -> None:
        self._journal, self._since = journal, begin
        self._incidents = Incidents(dispensers)
        self._last_row = 0

    def found(self, now: int) -> list[Incident]:
        """Return all of them. now: ms, until when what is not over lasts."""
        for row in read_rows(self._journal, self._last_row + 1, since=self._since):
            self._incidents.add(row.at, row.content().facts)
            self._last_row = row.row
        self._incidents.last_at = max(self._incidents.last_at, now)
        return self._incidents.found()


@functools.lru_cache(maxsize=1)
def _reading(journal: Path, _inode: int, begin: int, dispensers: tuple[str, ...]) -> _Reading:
    """The last one is kept; another file, day or hall begins anew."""
    return _Reading(journal, begin, dispensers)


def _rows(path: Path, begin: int, telling: tuple[str, ...] = ()) -> Rows:
    for row in read_rows(path, since=begin, words=tuple(f'"event":"{one}"' for one in telling)):
        yield row.at, row.content().facts


class Page:
    """The report in words. hall: for names; None: codes stand for them."""

    def __init__(self, hall: Hall | None, zone: tzinfo) -> None:
        self._hall = hall
        self._zone = zone

    def report(self, found: list[Incident], first: date | None, last: date | None) -> str:
        """Return all incidents as a page, with room for what only people know."""
        made = f"{datetime.now(UTC).astimezone(self._zone):%Y-%m-%d %H:%M}"
        span = f"{first or '最早记录'} 至 {last or '最近记录'}"
        open_ones = sum(one.until is None for one in found)
        head = [
            f"突发情况报告　{self._hall.name if self._hall else ''}".rstrip("　"),
            f"期间 {span}　制表 {made}",
            f"共{len(found)}起，未恢复{open_ones}起",
        ]
        lines = [line for at, one in enumerate(found, 1) for line in self._lines(at, one)]
        foot = ["", "报送单位＿＿＿＿＿＿　报送时间＿＿＿＿＿＿　报送人＿＿＿＿＿＿"] if found else []
        return "\n".join([*head, *lines, *foot])

    def table(self, found: list[Incident]) -> str:
        """Return all incidents as a table of comma separated values."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        writer.writerows(map(harmless, self._cells(one)) for one in found)
        return text.getvalue()

    def _lines(self, at: int, one: Incident) -> Iterator[str]:
        yield ""
        yield f"{at}. {_what(one)}"
        yield f"   开始 {self._moment(one.since)}{self._by('报告人', one.by)}"
        if one.until is None:
            yield "   尚未恢复"
        else:
            yield f"   恢复 {self._moment(one.until)}{self._by('解除人', one.cleared_by)}　历时{_span(one)}"
        yield f"   影响设备 {_devices(one)}"
        if one.numbers:
            more = f" 等{len(one.numbers)}个" if len(one.numbers) > NUMBERS_MAX else f"（{len(one.numbers)}个）"
            yield f"   影响号码 {'、'.join(one.numbers[:NUMBERS_MAX])}{more}"
        yield "   原因＿＿＿＿＿＿＿＿　处置措施＿＿＿＿＿＿＿＿"

    def _cells(self, one: Incident) -> tuple[str | int, ...]:
        return (
            _what(one),
            self._moment(one.since),
            self._moment(one.until) if one.until is not None else "",
            one.length_ms(one.since) // 1000 if one.until is not None else "",
            self._person(one.by),
            self._person(one.cleared_by),
            _devices(one),
            len(one.numbers),
            " ".join(one.numbers),
        )

    def _moment(self, at: int) -> str:
        return f"{datetime.fromtimestamp(at / 1000, self._zone):%Y-%m-%d %H:%M:%S}"

    def _by(self, what: str, who: str) -> str:
        return f"　{what} {self._person(who)}" if who else ""

    def _person(self, who: str) -> str:
        person = self._hall.plan.people.get(who) if self._hall else None
        return f"{person.name} {who}" if person else who

    def line(self, one: Incident, now: int) -> Line:
        """Return one of them as a row of a page."""
        return Line(
            what=_what(one),
            since=self._moment(one.since),
            until="" if one.until is None else self._moment(one.until),
            seconds=one.length_ms(now) // 1000,
            by=self._person(one.by),
            cleared_by=self._person(one.cleared_by),
            devices=_devices(one),
            numbers="、".join(one.numbers[:NUMBERS_MAX]),
            count=len(one.numbers),
        )


def _is_within(one: Incident, first: date | None, last: date | None, zone: tzinfo) -> bool:
    """An incident belongs to every day that it touches."""
    begin = datetime.fromtimestamp(one.since / 1000, zone).date()
    end = date.max if one.until is None else datetime.fromtimestamp(one.until / 1000, zone).date()
    return (last is None or begin <= last) and (first is None or end >= first)


def _what(one: Incident) -> str:
    words = WHAT.get(one.what, f"{one.what}故障")
    if one.what == "printer":
        return PRINTER.get(one.why, words)
    return f"{words}（{one.why}）" if one.why else words


def _devices(one: Incident) -> str:
    return "、".join(one.devices) or "全部"


def _span(one: Incident) -> str:
    return str(timedelta(seconds=one.length_ms(one.since) // 1000))

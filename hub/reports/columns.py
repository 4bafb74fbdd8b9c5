"""The columns of a report, as Chinese halls expect them, and their values as words."""

from collections.abc import Callable
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from hub.clock import local
from hub.reports.answer import LEVELS, DeviceLine, Line, Point, Report
from hub.reports.question import TITLES
from hub.words import volume_words

Shape = Literal["count", "share", "time", "change"]
Group = Literal["业务量", "等待与办理", "评价与告知"]
NOTHING = "—"
GROUPS: tuple[Group, ...] = ("业务量", "等待与办理", "评价与告知")
COURSE = ("日期", "取号量", "呼叫量", "办理量", "弃号量", "平均等待")
DEVICES = ("设备", "24小时可用率", "故障次数", "统计时长（小时）")


class Column(Struct, frozen=True, kw_only=True):
    """A column. value: of a line; None where there is none. shape: share is a part of 1, time is in milliseconds."""

    title: str
    group: Group
    shape: Shape
    value: Callable[[Line], float | None]
    is_brief: bool = False


def _count(title: str, group: Group, value: Callable[[Line], float | None], *, brief: bool = False) -> Column:
    return Column(title=title, group=group, shape="count", value=value, is_brief=brief)


def _share(title: str, group: Group, value: Callable[[Line], float | None], *, brief: bool = False) -> Column:
    return Column(title=title, group=group, shape="share", value=value, is_brief=brief)


def _time(title: str, value: Callable[[Line], float | None], *, brief: bool = False) -> Column:
    return Column(title=title, group="等待与办理", shape="time", value=value, is_brief=brief)


def _level(level: int) -> Column:
    return _count(LEVELS[level], "评价与告知", lambda line: line.now.ratings.get(level, 0))


def _ms(length_s: int | None) -> int | None:
    return None if length_s is None else length_s * 1000


COLUMNS: tuple[Column, ...] = (
    _count("取号量", "业务量", lambda line: line.now.taken, brief=True),
    _count("呼叫量", "业务量", lambda line: line.now.called, brief=True),
    _count("办理量", "业务量", lambda line: line.now.served, brief=True),
    _share("办理率", "业务量", lambda line: line.now.served_rate),
    _count("弃号量", "业务量", lambda line: line.now.no_show, brief=True),
    _share("弃号率", "业务量", lambda line: line.now.no_show_rate, brief=True),
    _count("退号量", "业务量", lambda line: line.now.cancelled),
    _count("未办结量", "业务量", lambda line: line.now.left),
    _count("重呼次数", "业务量", lambda line: line.now.recalled),
    _count("转出量", "业务量", lambda line: line.now.transferred),
    _count("暂挂次数", "业务量", lambda line: line.now.parked),
    _count("上期办理量", "业务量", lambda line: line.before.served),
    Column(title="环比", group="业务量", shape="change", value=lambda line: line.growth, is_brief=True),
    _time("平均等待", lambda line: line.now.waits.mean_ms, brief=True),
    _time("等待中位数", lambda line: _ms(line.now.waits.median_s)),
    _time("九成等待不超过", lambda line: _ms(line.now.waits.p90_s)),
    _time("最长等待", lambda line: line.now.waits.longest_ms, brief=True),
    _count("超时等待量", "等待与办理", lambda line: line.now.waits.over),
    _share("超时等待率", "等待与办理", lambda line: line.now.waits.over_rate, brief=True),
    _time("平均办理", lambda line: line.now.services.mean_ms, brief=True),
    _time("办理中位数", lambda line: _ms(line.now.services.median_s)),
    _time("九成办理不超过", lambda line: _ms(line.now.services.p90_s)),
    _time("最长办理", lambda line: line.now.services.longest_ms),
    _count("超时办理量", "等待与办理", lambda line: line.now.services.over),
    _share("超时办理率", "等待与办理", lambda line: line.now.services.over_rate),
    *(_level(level) for level in LEVELS),
    _count("未评价", "评价与告知", lambda line: line.now.unrated, brief=True),
    _share("满意率", "评价与告知", lambda line: line.now.content_rate, brief=True),
    _count("一次性告知", "评价与告知", lambda line: line.now.notices),
    _count("其中口头告知", "评价与告知", lambda line: line.now.oral),
)


def words_of(column: Column, line: Line) -> str:
    """Return a cell as people read it."""
    value = column.value(line)
    if value is None:
        return NOTHING
    if column.shape == "time":
        return time_words(value)
    if column.shape == "count":
        return str(value)
    if column.shape == "change":
        return f"{'↑' if value > 0 else '↓' if value < 0 else ''}{abs(value):.1%}"
    return f"{value:.1%}"


def time_words(length_ms: float | None) -> str:
    """Return 1:02:03 or 2:03."""
    if length_ms is None:
        return NOTHING
    minutes, seconds = divmod(int(length_ms / 1000 + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def point_words(at: str) -> str:
    """Return what a place on a picture is called: 9时, 2026-11-20, 2026-11."""
    if len(at) <= 2:
        return f"{at}时"
    return f"{at[:4]}-{at[4:6]}-{at[6:]}" if len(at) == 8 else f"{at[:4]}-{at[4:]}"


def point_cells(point: Point) -> list[str]:
    """Return the cells under `COURSE` of an hour, day or month."""
    counts = (point.taken, point.called, point.served, point.no_show)
    return [point_words(point.at), *map(str, counts), time_words(point.wait_ms)]


def device_cells(device: DeviceLine) -> list[str]:
    """Return the cells under `DEVICES`."""
    percent = NOTHING if device.percent is None else f"{device.percent:g}%"
    return [device.name, percent, str(device.faults), f"{device.known_ms / 3_600_000:.1f}"]


def title_of(report: Report) -> str:
    """Return what stands over a report: 东湖派出所综合服务大厅周报."""
    unit = f"（{report.unit}）" if report.unit else ""
    return f"{report.hall}{unit}{TITLES[report.span.kind]}"


def as_of_words(report: Report) -> str:
    """Return until when the figures reach: 2026-11-22 17:30."""
    return local(report.as_of, ZoneInfo(report.zone)).strftime("%Y-%m-%d %H:%M")


def notes(report: Report) -> list[str]:
    """Return what is said under the tables, a sentence each."""
    return [*_volume(report), *_slow(report), *_overtime(report), *_basic(report)]


def _volume(report: Report) -> list[str]:
    advice = report.windows
    if advice is None:
        return []
    return [
        f"有业务的工作日 {report.business_days} 天，日均取号 {advice.volume} 笔（{volume_words(advice.volume)}）；"
        f"全厅 {advice.counters} 个窗口，建议开放 {advice.wanted} 个。"
    ]


def _slow(report: Report) -> list[str]:
    if not report.wait_limit_ms:
        return []
    limit = f"{report.wait_limit_ms / 60_000:g}"
    over = "已超过" if report.is_slow else "未超过"
    return [f"平均等待{over} {limit} 分钟；日平均等待超过 {limit} 分钟的有 {report.slow_days} 天。"]


def _overtime(report: Report) -> list[str]:
    if not report.late_closings:
        return []
    minutes = round(report.overtime_ms / 60_000)
    return [f"延时服务 {report.late_closings} 次，共 {minutes} 分钟。"]


def _basic(report: Report) -> list[str]:
    return [f"未评价的 {report.as_basic} 件按本地规定计为基本满意。"] if report.as_basic else []

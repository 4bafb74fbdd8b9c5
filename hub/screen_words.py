"""The words of the hall screen, and how it writes hours, dates and what a page is as of."""

from datetime import date
from zoneinfo import ZoneInfo

from hub.clock import local
from hub.rules.phase import Phase

PHASES: dict[Phase, str] = {"before": "未上班", "open": "上班", "break": "午休", "closing": "延时", "closed": "下班"}
"""The states that a hall makes public (M29); in the morning nobody has gone home yet."""
CLOSING = "停止取号，继续办理"
FAULT = "系统故障，请听从引导员安排"
STATUSES = {"called": "正在呼叫", "serving": "办理中", "idle": "空闲", "paused": "暂停服务"}
KINDS = {"police": "民警", "auxiliary": "辅警", "guide": "引导员", "office": "内勤"}
ARROWS = {"": "", "left": "←", "right": "→", "up": "↑"}
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
GUIDE = {
    "basis": "审批依据",
    "conditions": "申请条件",
    "materials": "申请材料",
    "place": "办证地点",
    "times": "办证时间",
    "process": "办理流程",
    "time_limit": "办理时限",
    "fee": "收费标准",
}
"""The eight things of M35, in the order of the source."""


def id_words(kind: str) -> str:
    """Return what the number of somebody of that kind is called."""
    return "警号" if kind == KINDS["police"] else "工号"


def hour(at_ms: int, zone: ZoneInfo) -> str:
    """Return a moment as 08:30."""
    return f"{local(at_ms, zone):%H:%M}"


def opening(at_ms: int, now: int, zone: ZoneInfo) -> str:
    """Return when the hall opens: 今日14:00, 明日08:30 or 11月30日（周一）08:30."""
    then, today = local(at_ms, zone), local(now, zone)
    days = (then.date() - today.date()).days
    if days < 2:
        return f"{('今日', '明日')[max(0, days)]}{then:%H:%M}"
    return f"{then.month}月{then.day}日（{WEEKDAYS[then.weekday()]}）{then:%H:%M}"


def day_words(iso: str) -> str:
    """Return a date of the hall's file as people write it: 10月1日（周四）."""
    day = date.fromisoformat(iso)
    return f"{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"


def as_of(version: str, effective: str) -> str:
    """Return what stands at the foot of a public page (M21), empty where nothing is known."""
    words = [f"版本 {version}"] if version else []
    if effective:
        day = date.fromisoformat(effective)
        words.append(f"{day.year}年{day.month}月{day.day}日起施行")
    return "　".join(words)


def week(spans: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the hours of Monday to Sunday, neighbours with the same hours in one: (周一至周五, 08:30-12:00)."""
    found: list[tuple[int, int, str]] = []
    for at, words in enumerate(spans):
        if found and found[-1][2] == words:
            found[-1] = (found[-1][0], at, words)
        else:
            found.append((at, at, words))
    return [(_days(first, last), words.replace(" ", "　") or "休息") for first, last, words in found]


def _days(first: int, last: int) -> str:
    return WEEKDAYS[first] if first == last else f"{WEEKDAYS[first]}至{WEEKDAYS[last]}"

"""The hub's own computer on the page for maintainers: what it has left, when certificates end, how its copies are."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from hub.clock import local
from hub.copies.watch import DRILL_EVERY_MS, SILENT_MS
from hub.endings import WARN_DAYS
from hub.upkeep_words import duration, fault_words
from hub.watch.hub_now import HubNow
from hub.watch.pulse import LOW_BYTES

LOW_MEMORY_BYTES = 100 << 20
CERTIFICATES = {
    "broker": "消息服务证书",
    "pages": "网页证书",
    "authority": "大厅根证书",
    "authority-before": "旧根证书",
    "broker-authority": "外部消息服务根证书",
}

Line = tuple[str, str, bool]
"""What it is, how it is, and whether that is as it should be."""


def hub_lines(now: HubNow, at: int, zone: ZoneInfo) -> list[Line]:
    """Return what there is to say. at: ms of the computer's clock, by which copies tell their moments."""
    is_roomy = not 0 <= now.free_bytes < LOW_BYTES
    has_memory = not 0 <= now.available_bytes < LOW_MEMORY_BYTES
    return [
        ("软件版本", now.version, True),
        ("已运行", duration(now.up_s * 1000), True),
        ("程序占用内存", _size(now.rss_bytes), True),
        ("主机可用内存", _size(now.available_bytes), has_memory),
        ("磁盘可用空间", _room(now), is_roomy),
        *_certificates(now),
        *_copies(now, at, zone),
    ]


def _room(now: HubNow) -> str:
    return f"{_size(now.free_bytes)}（共{_size(now.disk_bytes)}）" if now.free_bytes >= 0 else _size(-1)


def _certificates(now: HubNow) -> Iterator[Line]:
    for name, days in sorted(now.days.items(), key=lambda one: one[1]):
        words = f"{days}天后到期" if days >= 0 else "已过期"
        yield CERTIFICATES[name], words, days >= WARN_DAYS


def _copies(now: HubNow, at: int, zone: ZoneInfo) -> Iterator[Line]:
    if now.copies is None:
        yield "数据备份", "未设置", True
        return
    is_silent = at - now.copies.at > SILENT_MS
    for one in now.copies.copies:
        kind = "silent" if is_silent else one.kind
        words = f"：{fault_words('copies', kind)}" if kind else "：正常"
        since = f"，最近完整备份于{local(one.at, zone):%m-%d %H:%M}" if kind and one.at else ""
        yield "数据备份", f"{one.folder}{words}{since}", not kind
    if now.drill is None:
        yield "恢复演练", "尚未进行", False
        return
    is_late = at - now.drill.at > DRILL_EVERY_MS
    result = "通过" if now.drill.is_well else "未通过"
    yield "恢复演练", f"{local(now.drill.at, zone):%m-%d %H:%M} {result}", now.drill.is_well and not is_late


def _size(size: int) -> str:
    if size < 0:
        return "未知"
    return f"{size / (1 << 30):.1f} GB" if size >= 1 << 30 else f"{size >> 20} MB"

"""The page for maintainers, /devices: every device's health, every fault and whose it is; for reading only (M34)."""

from collections.abc import Iterable
from html import escape
from zoneinfo import ZoneInfo

from hardware.kinds import kind_words
from hardware.version import VERSION
from hub.clock import local, wall_ms
from hub.maintenance import DeviceNow, DevicesNow
from hub.repelled import KINDS
from hub.upkeep import FaultTicket
from hub.upkeep_words import PHASES, RESETS, STATES, WORKS, duration, fault_words, or_dash
from hub.watch.hub_now import HubNow
from hub.web.hub_lines import hub_lines

DEVICES = (
    "设备",
    "类别",
    "窗口",
    "状态",
    "持续",
    "固件",
    "升级",
    "空闲内存",
    "运行",
    "重启原因",
    "连接",
    "时钟偏差",
    "24小时可用",
)
HUB = ("项目", "现状")
REPELLED = ("拦截", "次数")
FAULTS = ("设备", "故障", "开始", "历时", "责任方", "类别", "电话")

_PAGE = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>设备 · {hall}</title>
<link rel="icon" href="/screen/icon.svg">
<link rel="stylesheet" href="/screen/devices.css">
<script type="module" src="/screen/devices.js"></script>
<header><h1>{hall}</h1><p>设备与故障 · {moment} · 版本 {version} <strong id="state" role="status"></strong></p></header>
<main>
<section aria-label="概况" class="sums">{sums}</section>
<section><h2>未恢复的故障</h2>{present}</section>
<section><h2>设备</h2>{devices}</section>
{hub}<section><h2>24小时内已恢复</h2>{over}</section>
<section><h2>主机启动以来拦截</h2>{repelled}</section>
</main>
</html>
"""


def devices_page(now: DevicesNow, hub: HubNow | None = None) -> str:
    """Return the page as HTML. hub: how its computer is, None where nobody knows."""
    zone = ZoneInfo(now.zone)
    present = [ticket for ticket in now.faults if ticket.until is None]
    over = [ticket for ticket in now.faults if ticket.until is not None]
    return _PAGE.format(
        hall=escape(now.hall),
        moment=f"{local(now.at, zone):%Y-%m-%d %H:%M:%S}",
        version=escape(VERSION),
        sums=_sums(now, present),
        present=_faults(present, zone, now.at) if present else '<p class="well">没有未恢复的故障</p>',
        devices=_table(DEVICES, [_device(one, now.at) for one in now.devices], [_mood(one) for one in now.devices]),
        hub=_hub(hub, zone) if hub else "",
        over=_faults(over, zone, now.at) if over else "<p>无</p>",
        repelled=_repelled(now) if now.repelled else "<p>无</p>",
    )


def _sums(now: DevicesNow, present: list[FaultTicket]) -> str:
    """The numbers that one looks for first."""
    there = sum(one.state == "ready" for one in now.devices)
    shares = [one.percent for one in now.devices if one.percent is not None]
    lowest = f"{min(shares):g}%" if shares else "–"
    found = (
        ("在线设备", f"{there} / {len(now.devices)}"),
        ("未恢复故障", str(len(present))),
        ("自助设备24小时可用率", lowest),
    )
    return "".join(f"<div><strong>{escape(value)}</strong><span>{escape(words)}</span></div>" for words, value in found)


def _repelled(now: DevicesNow) -> str:
    lines = [(words, str(now.repelled[kind])) for kind, words in KINDS.items() if kind in now.repelled]
    return _table(REPELLED, lines, [""] * len(lines))


def _mood(device: DeviceNow) -> str:
    if device.state != "ready":
        return "gone"
    return "wrong" if device.faults else ""


def _device(device: DeviceNow, at: int) -> tuple[str, ...]:
    health = device.health
    drift = None if health.drift_ms is None else f"{health.drift_ms} 毫秒"
    signal = None if health.rssi is None else f"{health.rssi} dBm"
    links = " · ".join(filter(None, (None if health.links is None else f"{health.links} 次", signal)))
    return (
        f"{device.label} {device.name}".strip(),
        kind_words(device.kind),
        or_dash(device.counter),
        "有故障" if device.state == "ready" and device.faults else STATES.get(device.state, device.state),
        or_dash(None if device.since is None else duration(at - device.since)),
        or_dash(device.fw),
        or_dash(device.update, PHASES),
        or_dash(None if health.free is None else f"{health.free} 字节"),
        or_dash(None if health.up_s is None else duration(health.up_s * 1000)),
        or_dash(health.reset, RESETS),
        or_dash(links),
        or_dash(drift),
        or_dash(None if device.percent is None else f"{device.percent:g}%"),
    )


def _faults(tickets: Iterable[FaultTicket], zone: ZoneInfo, at: int) -> str:
    lines = [
        (
            ticket.device,
            fault_words(ticket.part, ticket.what),
            f"{local(ticket.since, zone):%m-%d %H:%M:%S}",
            duration((at if ticket.until is None else ticket.until) - ticket.since),
            ticket.party.name,
            WORKS[ticket.party.work],
            or_dash(ticket.party.phone),
        )
        for ticket in tickets
    ]
    return _table(FAULTS, lines, [""] * len(lines))


def _hub(hub: HubNow, zone: ZoneInfo) -> str:
    lines = hub_lines(hub, wall_ms(), zone)
    table = _table(HUB, [line[:2] for line in lines], ["" if is_well else "wrong" for *_, is_well in lines])
    return f"<section><h2>主机</h2>{table}</section>"


def _table(titles: Iterable[str], lines: Iterable[Iterable[str]], moods: Iterable[str]) -> str:
    """A table that a narrow window scrolls by itself; every cell is text."""
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in titles)
    body = "".join(
        f'<tr class="{mood}">' + "".join(f"<td>{escape(cell)}</td>" for cell in line) + "</tr>"
        for line, mood in zip(lines, moods, strict=True)
    )
    return f'<div class="wide" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'

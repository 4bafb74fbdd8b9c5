"""``lintel devices``: how every device of a running hub is, and what is wrong with whom to ask (M34)."""

import argparse
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from hub.cli.options import add_state_option, default_state
from hub.cli.table import table
from hub.clock import local
from hub.config import load_hall
from hub.door import send_order
from hub.maintenance import DeviceNow, DevicesNow
from hub.office import ShowDevices
from hub.upkeep import FaultTicket
from hub.upkeep_words import PHASES, RESETS, STATES, duration, fault_words, or_dash

TITLES = (
    "设备",
    "类别",
    "窗口",
    "状态",
    "持续",
    "固件",
    "升级",
    "内存",
    "运行",
    "重启",
    "连接",
    "偏差ms",
    "24h%",
    "故障",
)
FAULT_TITLES = ("设备", "故障", "开始", "历时", "责任方", "电话")
EPILOG = """example:
  lintel devices hall.toml
  lintel devices hall.toml --json

Asks the running hub; no PIN is needed, for its door opens for its own user alone. 内存: free bytes of a node. 连接: how
often it connected since its start. 偏差: how far its clock went astray in five minutes. 24h%: of the last 24 hours that
a self-service device could be used."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "devices",
        help="show how every device is, and its faults with who puts them right",
        description="Show the devices of a running hub: state, firmware, health, faults.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", help="the hall's file, hall.toml")
    add_state_option(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the devices; NobodyThereError where no hub runs."""
    hall = load_hall(args.file)
    reply = send_order(args.state or default_state(hall), "", "", ShowDevices())
    if args.json:
        print(bytes(reply.found).decode())
        return 0
    now = msgspec.json.decode(reply.found, type=DevicesNow)
    print(table(TITLES, [_line(device, now.at) for device in now.devices]))
    present = [ticket for ticket in now.faults if ticket.until is None]
    if present:
        print("\n" + table(FAULT_TITLES, [_fault(ticket, now) for ticket in present]))
    return 0


def _line(device: DeviceNow, at: int) -> tuple[str, ...]:
    health = device.health
    return (
        device.name,
        device.kind,
        or_dash(device.counter),
        STATES.get(device.state, device.state),
        or_dash(None if device.since is None else duration(at - device.since)),
        or_dash(device.fw),
        or_dash(device.update, PHASES),
        or_dash(health.free),
        or_dash(None if health.up_s is None else duration(health.up_s * 1000)),
        or_dash(health.reset, RESETS),
        or_dash(health.links),
        or_dash(health.drift_ms),
        or_dash(None if device.percent is None else f"{device.percent:g}"),
        "、".join(fault_words(ticket.part, ticket.what) for ticket in device.faults),
    )


def _fault(ticket: FaultTicket, now: DevicesNow) -> tuple[str, ...]:
    since = local(ticket.since, ZoneInfo(now.zone))
    return (
        ticket.device,
        fault_words(ticket.part, ticket.what),
        f"{since:%Y-%m-%d %H:%M:%S}",
        duration(now.at - ticket.since),
        ticket.party.name,
        or_dash(ticket.party.phone),
    )

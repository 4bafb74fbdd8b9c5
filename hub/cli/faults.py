"""``lintel faults``: the fault log of a journal, the time that every repair took, and whose it is (M4, M34)."""

import argparse
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from hub.cli.table import table
from hub.clock import local
from hub.config import Hall, load_hall
from hub.journal import read_rows
from hub.rules.availability import DAY_MS, Availability
from hub.rules.fault_log import Fault, FaultLog
from hub.upkeep import SELF_SERVICE, party_of
from hub.upkeep_words import fault_words

TITLES = ("设备", "故障", "开始", "恢复", "分钟")
PARTY_TITLES = ("责任方", "电话")
MINUTE_MS = 60_000
DEFAULT_ZONE = "Asia/Shanghai"


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "faults",
        help="list what was wrong with devices, since when, and how long it took to be put right",
        description="List the faults in a journal: device, what, since, until, minutes.",
        epilog="example:\n  lintel faults ~/.local/state/lintel/donghu/journal.db --device dispenser-1",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, help="the journal, journal.db in a hub's state folder")
    parser.add_argument("--device", help="this device only")
    parser.add_argument(
        "--hall", type=Path, help=f"the hall's file: time zone (else {DEFAULT_ZONE}), who is responsible"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the faults; OSError or ValueError where the journal cannot be read."""
    hall = load_hall(args.hall) if args.hall else None
    if hall and args.device:
        hall.device(args.device)
    log, use, end = FaultLog(), Availability(), 0
    for row in read_rows(args.file):
        facts, end = row.content().facts, row.at
        log.take(row.at, facts)
        use.take(row.at, facts)
    log.faults.sort(key=lambda fault: fault.since)
    found = [fault for fault in log.faults if args.device in (None, fault.device)]
    shares = _shares(hall, use, end, args.device) if hall else {}
    if args.json:
        told: dict[str, object] = {"faults": [_content(fault, hall) for fault in found]}
        print(msgspec.json.encode(told | ({"available_percent": shares} if hall else {})).decode())
        return 0
    zone = hall.zone if hall else ZoneInfo(DEFAULT_ZONE)
    if not found:
        print(f"{args.device or '本厅'}：没有故障记录")
    else:
        print(table((*TITLES, *(PARTY_TITLES if hall else ())), [_line(fault, zone, hall) for fault in found]))
    if shares:
        print("24小时可用率  " + "  ".join(f"{name} {share:g}%" for name, share in shares.items()))
    return 0


def _shares(hall: Hall, use: Availability, end: int, only: str | None) -> dict[str, float]:
    """Return of what share of the journal's last 24 hours each self-service device could be used (M34)."""
    names = [one.name for one in hall.devices if one.kind in SELF_SERVICE and only in (None, one.name)]
    found = {name: use.percent(name, end - DAY_MS, end) for name in names}
    return {name: share for name, share in found.items() if share is not None}


def _content(fault: Fault, hall: Hall | None) -> dict[str, object]:
    content: dict[str, object] = msgspec.to_builtins(fault) | {"minutes": _minutes(fault)}
    return content | ({"party": msgspec.to_builtins(party_of(hall.file.upkeep, fault))} if hall else {})


def _line(fault: Fault, zone: ZoneInfo, hall: Hall | None) -> tuple[str, ...]:
    minutes = _minutes(fault)
    until = _moment(fault.until, zone) if fault.until is not None else "未恢复"
    words, lasted = fault_words(fault.part, fault.what), "" if minutes is None else f"{minutes}"
    line = (fault.device, words, _moment(fault.since, zone), until, lasted)
    if hall is None:
        return line
    party = party_of(hall.file.upkeep, fault)
    return (*line, party.name, party.phone)


def _minutes(fault: Fault) -> float | None:
    """Return how long it lasted, None where it is not over."""
    return None if fault.until is None else round((fault.until - fault.since) / MINUTE_MS, 1)


def _moment(at: int, zone: ZoneInfo) -> str:
    moment: datetime = local(at, zone)
    return f"{moment:%Y-%m-%d %H:%M:%S}"

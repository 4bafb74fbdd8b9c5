"""``lintel faults``: the fault log of a journal, with the time that every repair took (M4)."""

import argparse
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from hub.clock import local
from hub.config import load_hall
from hub.journal import read_rows
from hub.rules.alerts import PRINTER_WRONG
from hub.rules.fault_log import LOST, Fault, fault_log
from hub.words import PRINTERS

TITLES = ("设备", "故障", "开始", "恢复", "分钟")
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
    parser.add_argument("--hall", type=Path, help=f"the hall's file, for its time zone (default {DEFAULT_ZONE})")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the faults; OSError or ValueError where the journal cannot be read."""
    rows = ((row.row, row.at, row.content().facts) for row in read_rows(args.file))
    found = [fault for fault in fault_log(rows) if args.device in (None, fault.device)]
    if args.json:
        content = [msgspec.to_builtins(fault) | {"minutes": _minutes(fault)} for fault in found]
        print(msgspec.json.encode({"faults": content}).decode())
    else:
        zone = load_hall(args.hall).zone if args.hall else ZoneInfo(DEFAULT_ZONE)
        print(_table([_line(fault, zone) for fault in found]))
    return 0


def _line(fault: Fault, zone: ZoneInfo) -> tuple[str, ...]:
    minutes = _minutes(fault)
    until = _moment(fault.until, zone) if fault.until is not None else "未恢复"
    return fault.device, _words(fault), _moment(fault.since, zone), until, "" if minutes is None else f"{minutes}"


def _words(fault: Fault) -> str:
    if not fault.part:
        return "失去联系" if fault.what == LOST else fault.what
    if fault.part == "printer" and fault.what in PRINTER_WRONG:
        return PRINTERS[PRINTER_WRONG.index(fault.what)]
    return f"{fault.part} {fault.what}"


def _minutes(fault: Fault) -> float | None:
    """Return how long it lasted, None where it is not over."""
    return None if fault.until is None else round((fault.until - fault.since) / MINUTE_MS, 1)


def _moment(at: int, zone: ZoneInfo) -> str:
    moment: datetime = local(at, zone)
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _table(lines: list[tuple[str, ...]]) -> str:
    table = [TITLES, *lines]
    widths = [max(map(_width, column)) for column in zip(*table, strict=True)]
    return "\n".join("  ".join(map(_padded, line, widths)).rstrip() for line in table)


def _width(words: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in words)


def _padded(words: str, width: int) -> str:
    return words + " " * (width - _width(words))

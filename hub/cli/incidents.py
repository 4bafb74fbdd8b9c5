"""``lintel incidents``: what went wrong in a hall, as a report for the bureau (M42) and as a fault log (M4)."""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from hub.clock import wall_ms
from hub.config import load_hall
from hub.incident_report import report_incidents


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "incidents",
        help="report what went wrong: when, who was affected, when it was over",
        description="Report declared faults, outages of the hub and of devices, from a journal, to be sent on.",
        epilog="example:\n  lintel incidents ~/.local/state/lintel/donghu/journal.db --hall hall.toml\n"
        "  lintel incidents journal.db --from 20261101 --to 20261130 --csv incidents.csv",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, help="the journal, journal.db in a hub's state folder")
    parser.add_argument("--from", dest="first", metavar="YYYYMMDD", help="the first day (default: the journal's)")
    parser.add_argument("--to", dest="last", metavar="YYYYMMDD", help="the last day (default: the journal's)")
    parser.add_argument("--hall", type=Path, help="the hall's file: names, dispensers and time zone stand in it")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write a table too, which spreadsheets open")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the report; ValueError where a day cannot be understood."""
    hall = load_hall(args.hall) if args.hall else None
    told = report_incidents(args.file, hall, _day(args.first, "--from"), _day(args.last, "--to"), wall_ms())
    if args.csv:
        args.csv.write_text(told.table, encoding="utf-8-sig", newline="")
    print(told.report)
    return 0


def _day(typed: str | None, option: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError as error:
        raise ValueError(f"{option} {typed}: no such day; give one as YYYYMMDD") from error

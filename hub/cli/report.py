"""``lintel report``: the hall's statistics of a day, week, month, year or any days, on the terminal or as files."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import msgspec

from hub.cli.table import table
from hub.reports import question
from hub.reports.answer import Report
from hub.reports.columns import (
    COLUMNS,
    COURSE,
    DEVICES,
    device_cells,
    notes,
    point_cells,
    title_of,
    words_of,
)
from hub.reports.make import make_report
from hub.reports.question import BY_WORDS, By, Question, Span

SPANS: dict[str, tuple[Callable[[str], Span], str]] = {
    "day": (question.day, "a business day: 2026-11-20"),
    "week": (question.week, "an ISO week, Monday to Sunday: 2026-W47"),
    "month": (question.month, "a month: 2026-11"),
    "year": (question.year, "a year: 2026"),
}


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "report",
        help="the hall's statistics of a day, week, month or any days, as table, XLSX, CSV or PDF",
        description="Count what a hall's journal says: numbers, calls, services, waits, ratings, devices.",
        epilog="example:\n  lintel report ~/.local/state/lintel/donghu --hall hall.toml --week 2026-W47 --by counter\n"
        "  lintel report ~/.local/state/lintel/donghu --hall hall.toml --month 2026-11 --by person --xlsx 11.xlsx",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, help="the hub's state folder, in which its journal.db is")
    parser.add_argument("--hall", type=Path, required=True, help="the hall's file")
    spans = parser.add_mutually_exclusive_group(required=True)
    for name, (_make, words) in SPANS.items():
        spans.add_argument(f"--{name}", help=words)
    spans.add_argument("--days", nargs=2, metavar=("FIRST", "LAST"), help="from a day to another, both included")
    parser.add_argument("--by", choices=get_args(By), default="counter", help="one line for each (default counter)")
    parser.add_argument("--unit", help="only the services of this unit")
    for form in ("csv", "xlsx", "pdf"):
        parser.add_argument(f"--{form}", type=Path, metavar="FILE", help=f"write it as {form.upper()}")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the report and write its files; OSError or ValueError where it cannot be made."""
    report = make_report(args.folder, args.hall, Question(span=_span(args), by=args.by, unit=args.unit))
    _write(report, args)
    print(msgspec.json.encode(report).decode() if args.json else _words(report))
    return 0


def _span(args: argparse.Namespace) -> Span:
    if args.days:
        return question.between(*args.days)
    name = next(name for name in SPANS if getattr(args, name) is not None)
    return SPANS[name][0](getattr(args, name))


def _write(report: Report, args: argparse.Namespace) -> None:
    """What makes files is loaded only where one is asked for."""
    if args.csv:
        from hub.reports.to_csv import csv_of

        args.csv.write_bytes(csv_of(report))
    if args.xlsx:
        from hub.reports.to_xlsx import xlsx_of

        args.xlsx.write_bytes(xlsx_of(report))
    if args.pdf:
        from hub.reports.to_pdf import pdf_of

        args.pdf.write_bytes(pdf_of(report))


def _words(report: Report) -> str:
    head = f"{title_of(report)}  {report.span.words}"
    brief = [column for column in COLUMNS if column.is_brief]
    lines = [[line.name, *(words_of(column, line) for column in brief)] for line in (*report.lines, report.total)]
    parts = [head, table([BY_WORDS[report.by], *(column.title for column in brief)], lines)]
    if report.hours:
        parts.append(table(["时段", *COURSE[1:]], [point_cells(point) for point in report.hours]))
    if report.devices:
        parts.append(table(DEVICES, [device_cells(one) for one in report.devices]))
    return "\n\n".join([*parts, "\n".join(notes(report))])

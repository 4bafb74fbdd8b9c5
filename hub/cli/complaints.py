"""``lintel complaints``: complaints and low ratings that are to be settled, and the table of all of them (S16, S17)."""

import argparse
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from hub.calendar import business_day, day_begin
from hub.clock import wall_ms
from hub.complaints import Which, call_back_share, select
from hub.complaints_record import LOOK_BACK_MS, past
from hub.complaints_table import CHANNELS, csv_bytes, day_words, state_words, table, was_late, xlsx_bytes
from hub.config import Hall, load_hall
from hub.rules.complaints import Complaint
from hub.words import ASPECTS, LEVELS

EPILOG = """example:
  lintel complaints ~/.local/state/lintel/donghu --hall hall.toml --overdue
  lintel complaints ~/.local/state/lintel/donghu --hall hall.toml --csv list.csv --xlsx list.xlsx

The tables have what was settled too. Names and phone numbers of citizens stand in none of this."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "complaints",
        help="list complaints and low ratings: owner, state, deadlines, what is overdue",
        description="List the complaints and low ratings that are not settled; write the table of all of them.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("state", type=Path, metavar="STATE", help="the hub's state folder, with its journal.db")
    parser.add_argument("--hall", type=Path, required=True, help="the hall's file: names and holidays stand in it")
    parser.add_argument("--overdue", action="store_true", help="only what should have been done already")
    parser.add_argument("--from", dest="first", metavar="YYYYMMDD", help="settled ones from this day on (last year)")
    parser.add_argument("--on", dest="day", metavar="YYYYMMDD", help="the day to look from (default today)")
    parser.add_argument("--csv", type=Path, metavar="F", help="write the table as comma separated values")
    parser.add_argument("--xlsx", type=Path, metavar="F", help="write the table as a workbook")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print one line for each, what is due first stands first; ValueError where a day cannot be understood."""
    hall = load_hall(args.hall)
    today = _day(args.day, "--on") or business_day(wall_ms(), hall.zone, hall.day_begins)
    until = day_begin(today, hall.zone, hall.day_begins)
    first = _day(args.first, "--from")
    since = day_begin(first, hall.zone, hall.day_begins) if first else until - LOOK_BACK_MS
    every = past(args.state / "journal.db", since)
    which: Which = "overdue" if args.overdue else "open"
    shown = select(every, which, by="", today=today)
    rows = table(hall, shown if args.overdue else select(every, "all", by="", today=today), today)
    for path, bytes_of in ((args.csv, csv_bytes), (args.xlsx, xlsx_bytes)):
        if path:
            path.write_bytes(bytes_of(rows))
    print("\n".join([*(_line(hall, one, today) for one in shown), *_foot(every, shown, overdue=args.overdue)]))
    return 0


def _line(hall: Hall, one: Complaint, today: str) -> str:
    level = LEVELS.get(one.level, CHANNELS[one.channel])
    service = hall.service_name(one.service) if one.service else ""
    counter = f"{one.counter}号窗口" if one.counter else ""
    person = hall.plan.people.get(one.owner)
    owner = f"{person.name}（{one.owner}）" if person else one.owner
    due = f"{day_words(one.settle_by)}到期" if one.settle_by else ""
    late = "逾期" if was_late(hall, one, today) else "应回访" if one.awaits_call(today) else ""
    words = (one.id, level, ASPECTS.get(one.aspect, ""), service, counter, one.number, state_words(one), owner, due)
    return "  ".join(filter(None, (*words, late)))


def _foot(every: list[Complaint], shown: list[Complaint], *, overdue: bool) -> Iterator[str]:
    yield f"共{len(shown)}件{'逾期' if overdue else '未办结'}"
    share = call_back_share(every)
    if share.percent is not None:
        yield f"实名差评回访率{share.percent:g}%（{share.called}/{share.due}）"


def _day(typed: str | None, option: str) -> str:
    try:
        return date.fromisoformat(typed).strftime("%Y%m%d") if typed else ""
    except ValueError as error:
        raise ValueError(f"{option} {typed}: no such day; give one as YYYYMMDD") from error

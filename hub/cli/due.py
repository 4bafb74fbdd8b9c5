"""``lintel due``: the promised dates that are near, so that people are told before the time is up (M16)."""

import argparse
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from hub.calendar import working_days
from hub.config import Hall, load_hall
from hub.journal import read_rows
from hub.rules import events


class Promise(Struct, frozen=True, kw_only=True):
    """A date that was promised. day: business day of the ticket; due: the promised one; both YYYYMMDD.

    is_citizens: he promised to bring what was missing (M23).
    """

    due: str
    day: str
    number: str
    service: str
    counter: int
    person: str
    is_citizens: bool = False


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "due",
        help="list the promised dates that are near",
        description="List what was promised for today and the next working days: whom to tell before the time is up.",
        epilog="example:\n  lintel due ~/.local/state/lintel/donghu/journal.db --days 3 --hall hall.toml",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, help="the journal, journal.db in a hub's state folder")
    parser.add_argument("--days", type=int, default=3, metavar="N", help="working days to look ahead (default 3)")
    parser.add_argument("--from", dest="first", metavar="YYYYMMDD", help="the day to look from (default today)")
    parser.add_argument("--hall", type=Path, help="the hall's file: names and holidays stand in it")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print one line a promise, the nearest first; ValueError where the days cannot be understood."""
    first = _day(args.first)
    if not 0 <= args.days <= 99:
        raise ValueError(f"--days {args.days}: give a number of working days from 0 to 99")
    hall = load_hall(args.hall) if args.hall else None
    last = (first, *working_days(first, hall.hours if hall else None, args.days))[-1]
    facts = (fact for row in read_rows(args.file) for fact in row.content().facts)
    near = [one for one in promises(facts) if first <= one.due <= last]
    for one in sorted(near, key=lambda one: (one.due, one.day, one.number)):
        print(_line(one, hall))
    if not near:
        print(f"{_words(first)}至{_words(last)}没有到期的承诺")
    return 0


def promises(facts: Iterable[events.Fact]) -> Iterator[Promise]:
    """Yield every promise of a journal's facts, in the order in which they were made."""
    day, known = "", dict[int, tuple[str, str]]()
    for fact in facts:
        match fact:
            case events.DayOpened():
                day, known = fact.day, {}
            case events.TicketTaken():
                known[fact.serial] = fact.number, fact.service
            case events.TicketTransferred():
                known[fact.serial] = known[fact.serial][0], fact.service
            case events.TicketFinished(promised=due) if due:
                number, service = known[fact.serial]
                yield Promise(due=due, day=day, number=number, service=service, counter=fact.counter, person=fact.by)
            case events.TicketFinished(deadline=due) if due:
                number, service = known[fact.serial]
                yield Promise(
                    due=due,
                    day=day,
                    number=number,
                    service=service,
                    counter=fact.counter,
                    person=fact.by,
                    is_citizens=True,
                )


def _day(typed: str | None) -> str:
    if typed is None:
        return datetime.now(UTC).astimezone().strftime("%Y%m%d")
    try:
        return date.fromisoformat(typed).strftime("%Y%m%d")
    except ValueError as error:
        raise ValueError(f"--from {typed}: no such day; give one as YYYYMMDD") from error


def _line(one: Promise, hall: Hall | None) -> str:
    person = hall.plan.people.get(one.person) if hall else None
    clerk = f"{person.name} {one.person}" if person else one.person or "—"
    service = hall.service_name(one.service) if hall else one.service
    until = "补交到期" if one.is_citizens else "到期"
    return f"{_words(one.due)}{until}  {one.number}  {service}  {_words(one.day)}受理  {one.counter}号窗口  {clerk}"


def _words(day: str) -> str:
    return f"{day[:4]}年{int(day[4:6])}月{int(day[6:])}日"

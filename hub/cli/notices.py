"""``lintel notices``: finds the notices that were given, for those who may; every look is journalled (M15, M26)."""

import argparse
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from hub.cli.person import ask_person, refusal
from hub.clock import local, wall_ms
from hub.config import Hall, load_hall
from hub.door import NobodyThereError, send_order
from hub.given_notices import Found, find_notices
from hub.journal import Body, Entry, Journal, read_rows
from hub.lock import locked
from hub.names import read_names
from hub.orders import LookUp
from hub.people import pin_matches
from hub.rules import events
from hub.words import REFUSED

EPILOG = """example:
  lintel notices ~/.local/state/lintel/donghu/journal.db --hall hall.toml --serial 20261123-G001
  lintel notices journal.db --hall hall.toml --from 20261101 --to 20261130

Asks for number and PIN of a person with the role viewer (办件查看员). That he looked, and for what, is written into
the journal before anything is shown."""


class NotAllowedError(PermissionError):
    """Whoever asks may not see notices."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "notices",
        help="find notices (一次性告知单) by serial or day",
        description="Find the notices that were given, by their serial or by days.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, help="the journal, journal.db in a hub's state folder")
    parser.add_argument("--hall", type=Path, required=True, help="the hall's file: people and names stand in it")
    parser.add_argument("--serial", default="", help="of one notice, such as 20261123-G001")
    parser.add_argument("--from", dest="first", default="", metavar="YYYYMMDD", help="the first day")
    parser.add_argument("--to", dest="last", default="", metavar="YYYYMMDD", help="the last day")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what was found, one notice a line and its items below; raise NotAllowedError for who may not look."""
    look = LookUp(serial=args.serial, first=_day(args.first, "--from"), last=_day(args.last, "--to"))
    if not (look.serial or (look.first and look.last)):
        raise ValueError("say which: --serial SERIAL, or --from YYYYMMDD and --to YYYYMMDD")
    _check(look)
    hall = load_hall(args.hall)
    person, pin = ask_person()
    _note(hall, args.file, person, pin, look)
    found = list(find_notices(args.file, look))
    names = read_names(args.file.parent / "names.json")
    for one in found:
        print("\n".join(_lines(hall, one, names.get(one.given.own_serial, ""))))
    print(f"共{len(found)}份告知")
    return 0


def _check(look: LookUp) -> None:
    """Where no hub runs, nobody else looks at what would be journalled, a name for instance."""
    try:
        msgspec.convert(msgspec.to_builtins(look), LookUp)
    except msgspec.ValidationError:
        raise ValueError(f"--serial {look.serial}: no such serial; give one such as 20261123-G001") from None


def _note(hall: Hall, journal: Path, person: str, pin: str, look: LookUp) -> None:
    """Have the running hub note the look; where none runs, note it oneself."""
    try:
        reply = send_order(journal.parent, person, pin, look)
    except NobodyThereError:
        _note_alone(hall, journal, person, pin, look)
        return
    if not reply.is_done:
        raise NotAllowedError(refusal(reply.words, role="viewer"))


def _note_alone(hall: Hall, path: Path, person: str, pin: str, look: LookUp) -> None:
    known = hall.person(person)
    if known is None or not pin_matches(pin, known.pin):
        raise NotAllowedError(refusal(REFUSED["wrong-pin"]))
    if "viewer" not in known.roles:
        raise NotAllowedError(refusal(REFUSED["not-authorised"], role="viewer"))
    next(read_rows(path), None)  # a path that is no journal must not become one
    with locked(path.parent):
        journal = Journal(path)
        try:
            at = max(wall_ms(), journal.last_at)
            looked = events.NoticesLookedUp(by=person, serial=look.serial, first=look.first, last=look.last, at=at)
            journal.append([Entry(at=at, body=Body(facts=(looked,)))])
        finally:
            journal.close()


def _lines(hall: Hall, one: Found, name: str) -> Iterator[str]:
    given = one.given
    person = hall.plan.people.get(given.by)
    clerk = f"{person.name}（{given.by}）" if person else given.by or "—"
    at = f"{local(given.at, hall.zone):%Y-%m-%d %H:%M}"
    how = "口头" if given.oral else "书面"
    service = hall.service_name(given.service)
    words = (given.own_serial, at, f"{given.counter}号窗口", service, how, clerk, one.number, name)
    yield "  ".join(filter(None, words))
    yield from (f"    {place}、{item}" for place, item in enumerate(given.items, 1))


def _day(typed: str, option: str) -> str:
    if not typed:
        return ""
    try:
        return date.fromisoformat(typed).strftime("%Y%m%d")
    except ValueError as error:
        raise ValueError(f"{option} {typed}: no such day; give one as YYYYMMDD") from error

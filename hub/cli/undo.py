"""``lintel undo``: takes one change of a hall's file back, by the hub that runs or in the file alone."""

import argparse
from typing import Any

from hub.cli.edits import NotDoneError, send
from hub.cli.options import add_state_option, default_state
from hub.cli.person import ask_person, refusal
from hub.clock import wall_ms
from hub.config import Hall, load_hall
from hub.door import NobodyThereError
from hub.edits.permission import may_change, places_in
from hub.edits.prepare import prepare_undo
from hub.edits.ready import NotChangedError
from hub.edits.record import Record, Records, replace_text
from hub.lock import locked
from hub.office import UndoChange
from hub.people import pin_matches
from hub.words import REFUSED

EPILOG = """example:
  lintel undo hall.toml 7

Number 7 as `lintel edits hall.toml` lists it. Where no hub runs, the file alone is changed, and the next start says so
in the journal."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register ``lintel undo``."""
    parser = parsers.add_parser(
        "undo",
        help="take one change of a hall's file back",
        description="Take one change of a hall's file back; what was changed later stays.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", help="the hall's file, hall.toml")
    parser.add_argument("number", type=int, help="number of the change")
    add_state_option(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Take a change back, by the hub or, where none runs, in the file; raise NotDoneError where that cannot be."""
    hall = load_hall(args.file)
    state = args.state or default_state(hall)
    person, pin = ask_person() if hall.file.people else ("", "")
    try:
        return send(state, person, pin, UndoChange(number=args.number))
    except NobodyThereError:
        with locked(state):
            print(_undo_in_the_file(hall, Records(state), args.number, person, pin))
    return 0


def _undo_in_the_file(hall: Hall, records: Records, number: int, person: str, pin: str) -> str:
    record = records.get(number)
    _check(hall, record, person, pin)
    try:
        ready = prepare_undo(hall.path, hall.text, record)
    except NotChangedError as error:
        raise NotDoneError(str(error)) from error
    made = Record(
        number=records.next_number(),
        by=person,
        at=wall_ms(),
        words=ready.words,
        undoes=number,
        before=ready.before,
        after=ready.after,
    )
    records.put(made)
    replace_text(hall.path, ready.after)
    return f"第{made.number}次修改：{made.words}；中枢启动后生效"


def _check(hall: Hall, record: Record, person: str, pin: str) -> None:
    if not hall.file.people:
        return
    known = hall.person(person)
    if known is None or not pin_matches(pin, known.pin):
        raise NotDoneError(refusal(REFUSED["wrong-pin"]))
    if not may_change(known.roles, places_in(record)):
        raise NotDoneError(REFUSED["not-authorised"])

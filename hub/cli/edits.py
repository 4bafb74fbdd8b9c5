"""``lintel edits``: who has changed what in a hall's file, and changing it while the hub works."""

import argparse
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hub.cli.options import add_state_option, default_state
from hub.cli.person import ask_person, refusal
from hub.cli.table import table
from hub.clock import local
from hub.config import Hall, load_hall
from hub.door import send_order
from hub.edits.kinds import Add, Edit, Place, Put, Remove
from hub.edits.record import Made, Records
from hub.office import AdoptFile, ChangeFile, FileOrder

TITLES = ("编号", "时间", "人员", "内容")
BY_HAND = "手工"
EPILOG = """example:
  lintel edits hall.toml
  lintel edits hall.toml --set 'rules.recalls_max=5' --set 'services.A.guide.fee="免费"'
  lintel edits hall.toml --add 'services={ code = "D", name = "车管" }' --remove devices.lintel-4
  lintel edits hall.toml --adopt

Without --set, --add, --remove and --adopt it lists the changes. A change is made by the hub that runs, while people
wait; number and PIN of a person with a role for it are asked for, unless the hall's file has no people."""


class NotDoneError(PermissionError):
    """The hub does not change the hall's file."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register ``lintel edits``."""
    parser = parsers.add_parser(
        "edits",
        help="list the changes of a hall's file, or change it while the hub works",
        description="List the changes of a hall's file, or change it while the hub works.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", help="the hall's file, hall.toml")
    add_state_option(parser)
    parser.add_argument(
        "--set", action=_Edit, dest="edits", metavar="PLACE=VALUE", help="let a place have a TOML value"
    )
    parser.add_argument("--add", action=_Edit, dest="edits", metavar="ARRAY={...}", help="add an entry to a list")
    parser.add_argument("--remove", action=_Edit, dest="edits", metavar="PLACE", help="take a key or an entry out")
    parser.add_argument("--adopt", action="store_true", help="take what was written into the file by hand")
    parser.set_defaults(run=run)


class _Edit(argparse.Action):
    """Keeps --set, --add and --remove in the order in which they were given."""

    def __call__(self, parser: Any, args: argparse.Namespace, value: Any, option: str | None = None) -> None:
        try:
            edit = edit_of(str(option), str(value))
        except ValueError as error:
            raise argparse.ArgumentError(self, str(error)) from error
        args.edits = [*(args.edits or ()), edit]


def edit_of(option: str, words: str) -> Edit:
    """Return the edit that an option stands for; raise ValueError where it cannot be understood."""
    if option == "--remove":
        return Remove(at=_place(words))
    name, equals, written = words.partition("=")
    if not equals:
        raise ValueError(f"{words}: write it as PLACE=VALUE, the value as in TOML")
    try:
        value = tomllib.loads(f"value = {written}")["value"]
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{written}: no value of TOML ({error}); put a text into quotes") from error
    if option == "--set":
        return Put(at=_place(name), value=value)
    if not isinstance(value, dict):
        raise ValueError(f'{written}: an entry is a table such as {{ code = "D" }}')
    return Add(to=_place(name), value=value)


def _place(words: str) -> Place:
    """Return the place that is meant: counters by their number, pages by their title or place."""
    steps: list[str | int] = list(words.strip().split("."))
    if steps[0] == "counters" and len(steps) > 1 and str(steps[1]).isdecimal():
        steps[1] = int(steps[1])
    if steps[:2] == ["screen", "pages"] and len(steps) > 2 and str(steps[2]).isdecimal():
        steps[2] = int(steps[2])
    return tuple(steps)


def run(args: argparse.Namespace) -> int:
    """List, or hand the edits in at the hub's door; raise NotDoneError where it refuses."""
    hall = load_hall(args.file)
    state = args.state or default_state(hall)
    if args.edits or args.adopt:
        return _ask(hall, state, ChangeFile(edits=tuple(args.edits)) if args.edits else AdoptFile())
    made = Records(state).list()
    print(table(TITLES, [_line(hall, one) for one in made]) if made else "还没有修改过")
    return 0


def _ask(hall: Hall, state: Path, order: FileOrder) -> int:
    person, pin = ask_person() if hall.file.people else ("", "")
    return send(state, person, pin, order)


def send(state: Path, person: str, pin: str, order: FileOrder) -> int:
    """Hand an order in at the hub's door and print what came of it; raise NotDoneError where it refuses."""
    reply = send_order(state, person, pin, order)
    if not reply.is_done:
        raise NotDoneError(refusal(reply.words))
    print(reply.words)
    return 0


def _line(hall: Hall, made: Made) -> Sequence[str]:
    known = hall.person(made.by)
    at = f"{local(made.at, hall.zone):%Y-%m-%d %H:%M}"
    return str(made.number), at, f"{made.by} {known.name}" if known else made.by or BY_HAND, made.words

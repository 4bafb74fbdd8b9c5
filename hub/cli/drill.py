"""``lintel drill``: proves that the hall can be brought back from its copies; every night, by lintel-drill.timer."""

import argparse
from pathlib import Path
from typing import Any

from hub.as_owner import as_owner
from hub.cli.options import add_state_option, default_state
from hub.config import load_hall

EPILOG = """example:
  lintel drill hall.toml --state /var/lib/lintel

Brings each copy back into a folder that is thrown away, compares it with the hall, and has the hub start there, on the
loopback alone. The running hub tells the result in its journal and on the health page. See docs/copies.md."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "drill",
        help="prove that the hall can be brought back from its copies",
        description="Bring the hall back from its copies for trial, and tell how that went.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", help="the hall's file, hall.toml")
    add_state_option(parser, "the hub's state folder")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Drill with every copy; 1 where one of them is of no use."""
    from hub.copies.code import FILE, kept_code
    from hub.copies.drill import drills  # the cryptography library
    from hub.copies.gather import Source
    from hub.copies.known import tell_drill

    hall = load_hall(args.file)
    state = args.state or default_state(hall)
    if not hall.file.copies.to:
        raise ValueError(f"{args.file}: [copies] names no folder, so there is nothing to drill with")
    code = kept_code(state)
    if code is None:
        raise ValueError(f"{state / FILE} is not there; make the recovery code: lintel copies code")
    source = Source(hall=hall.id, file=Path(args.file).absolute(), state=state)
    with as_owner(state):
        done = list(drills(source, hall.file.copies.to, code))
    for one in done:
        print(one.words)
    worst = next((one for one in done if not one.is_well), done[0])
    with as_owner(state):
        tell_drill(state, worst)
    return 0 if worst.is_well else 1

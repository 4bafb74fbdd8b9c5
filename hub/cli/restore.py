"""``lintel restore``: brings a hall back from a copy, on a new Raspberry Pi or in place of what is damaged."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from hub.clock import wall_ms
from hub.installing.machine import Machine
from hub.installing.names import HALL_FILE
from hub.installing.record import Book
from hub.lock import InUseError, locked

EPILOG = """example:
  lintel restore /media/lintel-copy
  lintel restore /media/lintel-copy --state ~/lintel-state --to ~/lintel-hall --code-file code.txt

Asks for the recovery code. What is in the two folders is put aside in them, in before-... The hub has to be stopped;
start it afterwards. Where the stick had been out for longer before the hub died, say so: --lost 600. See
docs/copies.md."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "restore",
        help="bring a hall back from a copy",
        description="Bring a hall's files and journal back from a copy, so that its hub goes on where it was.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("copy", type=Path, help="the copy's folder, such as /media/lintel-copy")
    parser.add_argument("--state", type=Path, default=Path("/var/lib/lintel"), help="the hub's folder (%(default)s)")
    parser.add_argument("--to", type=Path, default=Path("/etc/lintel"), help="folder of the hall's file (%(default)s)")
    parser.add_argument("--code-file", type=Path, help="file with the recovery code, instead of being asked for it")
    parser.add_argument(
        "--lost", type=float, default=2.0, metavar="SECONDS", help="for how long the copy was behind (%(default)s)"
    )
    parser.add_argument("--day", default="", metavar="YYYYMMDD", help="the files as they were at the end of that day")
    parser.add_argument("--journal-only", action="store_true", help="without the code: the records and nothing else")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Restore; ValueError or OSError with one sentence where it cannot be done."""
    from hub.copies.restore import journal_only, open_copy, restore  # the cryptography library

    if not 0 <= args.lost <= 86_400:
        raise ValueError(f"--lost {args.lost:g}: give seconds, a day of them at most")
    if args.journal_only:
        row = journal_only(open_copy(args.copy, None), args.state)
        print(f"{args.state / 'journal.db'}: {row} rows; files and secrets can be had with the code alone")
        return 0
    open_copy(args.copy, None)  # that it cannot be is said before anybody has typed 24 letters
    _check_free(args.state)
    code = _code(args.code_file)
    copy = open_copy(args.copy, code, day=args.day)
    made = restore(copy, args.state, args.to, code, lost_s=args.lost, now=wall_ms())
    for folder in made.aside:
        print(f"what was there before is in {folder}")
    print(f"{made.file} and {made.state} are as they were; the hub can be started now: {_start_of(made.file)}")
    print("Afterwards ask at the guide's desk who of the numbers named there still waits.")
    return 0


def _start_of(file: Path) -> str:
    """Return what starts the hub. Of an installed one the firewall and the units follow the file that came back."""
    asked = Book(Machine()).record.asked if file == Path(HALL_FILE) else None
    return "systemctl start lintel-hub" if asked is None else f"lintel install {file}{asked.options}"


def _check_free(state: Path) -> None:
    """Raise OSError, with the remedy, where this folder cannot be restored into now."""
    if not state.exists():
        return
    if not os.access(state, os.W_OK | os.X_OK):
        raise PermissionError(f"{state} cannot be written; begin with sudo")
    try:
        with locked(state):
            return
    except InUseError as error:
        raise InUseError(f"a hub runs with {state}; systemctl stop lintel-hub lintel-copies, then restore") from error


def _code(file: Path | None) -> str:
    from hub.copies.code import parse_code

    if file:
        return parse_code(file.read_text(encoding="utf-8"))
    print("recovery code: ", end="", file=sys.stderr, flush=True)
    return parse_code(sys.stdin.readline())

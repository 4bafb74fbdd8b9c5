"""``lintel pin``: makes of a PIN or badge what the hall's file may keep."""

import argparse
import getpass
import sys
from typing import Any

from hub.people import PinError, hash_badge, hash_pin

EPILOG = """example:
  lintel pin
  echo 4711 | lintel pin
  lintel pin --badge donghu

Put the printed line into the hall's file, as pin = "..." or badge = "..." of one of its [[people]]."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "pin",
        help="make a PIN's hash for the hall's file",
        description="Ask for a PIN of 4 to 8 digits, twice, and print its slow hash. The PIN itself is kept nowhere.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--badge", metavar="HALL", help="a badge of 9 to 12 digits instead, for the hall of this id")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the hash; raise PinError where the digits are none, or were not typed twice alike."""
    digits = _ask("badge: " if args.badge else "PIN: ")
    print(hash_badge(digits, args.badge) if args.badge else hash_pin(digits))
    return 0


def _ask(prompt: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    digits = getpass.getpass(prompt)
    if getpass.getpass("once more: ") != digits:
        raise PinError("the two differ; try again")
    return digits

"""``lintel pin``: makes of a PIN what the hall's file may keep."""

import argparse
import getpass
import sys
from typing import Any

from hub.people import PinError, hash_pin

EPILOG = """example:
  lintel pin
  echo 4711 | lintel pin

Put the printed line into the hall's file, as pin = "..." of one of its [[people]]."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "pin",
        help="make a PIN's hash for the hall's file",
        description="Ask for a PIN of 4 to 8 digits, twice, and print its slow hash. The PIN itself is kept nowhere.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)


def run(_args: argparse.Namespace) -> int:
    """Print the hash; raise PinError where the PIN is none, or was not typed twice alike."""
    if not sys.stdin.isatty():
        print(hash_pin(sys.stdin.readline().strip()))
        return 0
    pin = getpass.getpass("PIN: ")
    if getpass.getpass("once more: ") != pin:
        raise PinError("the two differ; try again")
    print(hash_pin(pin))
    return 0

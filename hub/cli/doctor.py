"""``lintel doctor``: finds what is wrong with a hall and its computer, and says what to do."""

import argparse
from pathlib import Path
from typing import Any

import msgspec

from hub.cli.options import add_state_option, default_state
from hub.config import Hall, HallError, load_hall
from hub.doctor.examine import examine
from hub.doctor.finding import Finding
from hub.doctor.place import Place
from hub.installing.names import HALL_FILE, STATE

INSTALLED = Path(HALL_FILE), Path(STATE)
MARKS = {"ok": "ok     ", "wrong": "WRONG  ", "unknown": "unknown"}
EPILOG = """example:
  lintel doctor
  lintel doctor hall.toml --state ~/.local/state/lintel/donghu
  lintel doctor --json

One line for each thing that was looked at; what is wrong has what to do behind the arrow. As root, or as the hub's
user, everything can be looked at. Exit code: 0 nothing is wrong, 1 something is."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "doctor",
        help="find what is wrong with a hall and its computer, and say what to do",
        description="Look at a hall's file, the hub's folder, the computer, the network, the devices, the copies.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    file, _ = INSTALLED
    parser.add_argument("file", nargs="?", type=Path, default=file, help=f"the hall's file (default: {file})")
    add_state_option(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON array instead of lines")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what was found; 1 where something is wrong."""
    hall = _hall(args.file)
    place = Place(file=args.file, hall=hall, state=args.state or _state(args.file, hall))
    found = []
    for finding in examine(place):
        found.append(finding)
        if not args.json:
            print(_line(finding), flush=True)
    if args.json:
        print(msgspec.json.encode(found).decode())
    return 1 if any(one.how == "wrong" for one in found) else 0


def _hall(file: Path) -> Hall | None:
    try:
        return load_hall(file)
    except HallError:
        return None


def _state(file: Path, hall: Hall | None) -> Path:
    installed, state = INSTALLED
    return state if file == installed or hall is None else default_state(hall)


def _line(finding: Finding) -> str:
    remedy = f"  -> {finding.remedy}" if finding.remedy else ""
    return f"{MARKS[finding.how]} {finding.check}: {finding.says}{remedy}"

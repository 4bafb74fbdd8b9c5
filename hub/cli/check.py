"""``lintel check``: says whether a hall's file is sound."""

import argparse
from pathlib import Path
from typing import Any

from hub.appointments import read_appointments
from hub.broker_checks import in_the_clear
from hub.config import Hall, load_hall
from hub.form_checks import check_forms
from hub.leases import shortage
from hub.unshowable import unshowable


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "check",
        help="say whether a hall's file is sound",
        description="Read a hall's file, its board files and its templates of papers; name the first mistake with "
        "file, line and remedy.",
        epilog="example:\n  lintel check examples/five-counters.toml",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", help="the hall's file, hall.toml")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what the hall consists of; a mistake is a HallError, TemplateError or AppointmentError."""
    hall = load_hall(args.file)
    own = check_forms(hall.forms, hall.printers)
    notes = [*unshowable(hall), *([_appointments(hall.appointments, hall)] if hall.appointments else [])]
    notes += [sentence] if (sentence := shortage(hall)) else []
    print(f"{args.file}: sound")
    print(f"  {hall.name}: services {len(hall.services)}, counters {len(hall.counters)}, devices {len(hall.devices)}")
    notes += [sentence] if (sentence := in_the_clear(hall.file, hall.file.broker.host)) else []
    if own:
        print(f"  templates of its own in {hall.forms}: {own}")
    for sentence in notes:
        print(f"  {sentence}")
    return 0


def _appointments(path: Path, hall: Hall) -> str:
    """Say how many are in the list of appointments, which may come later than the hall's file."""
    if not path.exists():
        return f"appointments: no file {path.name} beside this file; until it is there nobody has one"
    return f"appointments: {len(read_appointments(path, hall.zone))} in {path.name}"

"""``lintel render ticket``: draws a ticket as the printer puts it out, read back from its bytes."""

import argparse
from datetime import datetime
from pathlib import Path
from typing import Any

from hub.config import load_hall
from hub.slips import ahead_words, hall_values
from printers.forms import Forms
from printers.output import print_bytes
from printers.profile import profile, profiles
from sim.paper import read_slips

EXAMPLE_HALL = Path(__file__).parents[1] / "examples" / "five-counters.toml"


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "ticket",
        help="draw a ticket as the printer puts it out",
        description="Draw a ticket of a hall, read back from the bytes that the printer would get.",
        epilog="example:\n  lintel render ticket -o ticket.png\n  lintel render ticket --number B007 -o b007.png",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--hall", default=str(EXAMPLE_HALL), help="the hall's file (default: the example of five)")
    parser.add_argument("--number", help="the ticket's number (default: 012 of the hall's first service)")
    parser.add_argument("--copy", action="store_true", help="a second copy, marked 补打")
    parser.add_argument("--profile", choices=profiles(), default="generic-58", help="the printer (default: generic-58)")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the picture, a PNG file")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Draw it."""
    hall = load_hall(args.hall)
    number = args.number or f"{hall.services[0].code}012"
    service = next((one for one in hall.services if number.startswith(one.code)), None)
    if service is None or not number[1:].isdecimal():
        codes = ", ".join(one.code for one in hall.services)
        raise ValueError(
            f"--number {number}: give a letter of {codes} and a number, such as {hall.services[0].code}012"
        )
    now = datetime.now(hall.zone)
    values = hall_values(hall) | {
        "number": number,
        "service": service.name,
        "ahead": "3",
        "ahead_words": ahead_words(3),
        "expected": "15分钟",
        "counters": hall.counters_for(service.code),
        "time": f"{now:%Y-%m-%d %H:%M}",
        "serial": f"{now:%Y%m%d}-000012",
        "check": "K7QM",
        "copy": "（补打）" if args.copy else "",
    }
    printer = profile(args.profile)
    data = print_bytes(Forms(hall.path.parent / "forms").fill("ticket", values), printer)
    (slip,) = read_slips(data, width_dots=printer.width_dots)
    slip.image.save(args.output, "PNG")
    print(f"{args.output}: {len(data)} bytes")
    return 0

"""``lintel render ticket``: draws a ticket as the printer puts it out, read back from its bytes."""

import argparse
from datetime import datetime
from pathlib import Path
from typing import Any

from hub.config import load_hall
from hub.slips import foot_of
from printers.ticket import Ticket, ticket_bytes
from sim.paper import read_slips

EXAMPLE_HALL = Path(__file__).parents[1] / "examples" / "five-counters.toml"
WIDTH_DOTS = {58: 384, 80: 576}


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
    foot = foot_of(hall)
    ticket = Ticket(
        hall=hall.name,
        number=number,
        service=service.name,
        ahead=3,
        taken_at=datetime.now(hall.zone),
        counters=hall.counters_for(service.code),
        serial=f"{datetime.now(hall.zone):%Y%m%d}-000012",
        check="K7QM",
        is_copy=args.copy,
    )
    data = ticket_bytes(ticket, foot)
    (slip,) = read_slips(data, width_dots=WIDTH_DOTS[foot.paper_mm])
    slip.image.save(args.output, "PNG")
    print(f"{args.output}: {len(data)} bytes")
    return 0

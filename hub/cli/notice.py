"""``lintel notice``: has a counter's printer put out a notice with a name and further items (M15, M37)."""

import argparse
from typing import Any

import msgspec

from hub.cli.options import add_state_option, default_state
from hub.cli.person import ask, ask_person
from hub.config import Hall, load_hall
from hub.door import send_order
from hub.orders import GiveNotice

EPILOG = """example:
  lintel notice hall.toml --counter 1 --missing 1,3 --item 监护人同意书 --name
  lintel notice hall.toml --counter 1 --service A --missing 2 --oral

Asks for number and PIN of whoever works at the counter, and with --name for the citizen's name. The name goes to the
counter's printer and nowhere else unless the hall's file says keep_names. Further items are kept with the notice, so
no name belongs in them."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "notice",
        help="print a notice of what is missing (一次性告知单) at a counter",
        description="Have the running hub print a notice in two parts at a counter, or record an oral one.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", help="the hall's file, hall.toml")
    add_state_option(parser)
    parser.add_argument("--counter", type=int, required=True, help="where it is printed")
    parser.add_argument("--missing", default="", metavar="1,3", help="places in the service's list of materials")
    parser.add_argument("--item", action="append", default=[], metavar="TEXT", help="something else; may come again")
    parser.add_argument("--service", default="", metavar="LETTER", help="default: that of the counter's ticket")
    parser.add_argument("--name", action="store_true", help="ask for the citizen's name, or leave a line for it")
    parser.add_argument("--oral", action="store_true", help="it was told by word of mouth: record it, print nothing")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Hand the order in and say what came of it; 1 where the hub refuses."""
    hall = load_hall(args.file)
    missing = _places(args.missing)
    if args.counter not in hall.plan.counters:
        raise ValueError(f"no counter {args.counter}; the hall has {', '.join(map(str, hall.plan.counters))}")
    if not missing and not args.item:
        raise ValueError("nothing is missing; name it with --missing 1,3 or --item TEXT")
    if args.service:
        _check_places(hall, args.service, missing)
    person, pin = ask_person()
    order = GiveNotice(
        counter=args.counter,
        missing=missing,
        items=tuple(args.item),
        oral=args.oral,
        service=args.service,
        name=ask("姓名: ") if args.name else "",
    )
    msgspec.convert(msgspec.to_builtins(order), GiveNotice)
    reply = send_order(args.state or default_state(hall), person, pin, order)
    print(" ".join(filter(None, (reply.own_serial, reply.words))))
    return 0 if reply.is_done else 1


def _check_places(hall: Hall, code: str, missing: tuple[int, ...]) -> None:
    """Refuse what the list of a service does not have; raise ValueError."""
    service = next((one for one in hall.services if one.code == code), None)
    if service is None:
        raise ValueError(f"no service {code}; the hall has {', '.join(one.code for one in hall.services)}")
    beyond = [place for place in missing if not 1 <= place <= len(service.materials)]
    if beyond:
        raise ValueError(f"--missing {beyond[0]}: materials of {code} has {len(service.materials)} entries")


def _places(typed: str) -> tuple[int, ...]:
    places = [place.strip() for place in typed.split(",") if place.strip()]
    if not all(place.isascii() and place.isdecimal() for place in places):
        raise ValueError(f"--missing {typed}: give places in the service's list, such as 1,3")
    return tuple(map(int, places))

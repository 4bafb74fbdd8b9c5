"""``lintel reserve``: numbers to keep in a drawer, which are given by hand when nothing works (M41)."""

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PIL import Image

from hardware.board import UartPrinter
from hub.config import Hall, load_hall
from printers.forms import Forms
from printers.layout import Cut, Document
from printers.output import print_bytes
from printers.profile import Profile, profile
from printers.raster import rows_of

LAST = 999
CUT_ROWS = 24
DASH_DOTS = 12
EPILOG = """example:
  lintel reserve hall.toml --count 50 --printer dispenser-1
  lintel reserve hall.toml --from 51 --count 50 -o reserve.bin
  lintel reserve hall.toml --from 51 --count 50 -o reserve.png

Go on where the last bundle ended, also on another day, so that no two papers in the drawer have one number; after 999
begin at 1 again, when the first bundle is used up. When the hall works again, guide or duty officer enter who still
waits: menu, 备用号."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "reserve",
        help="print numbers to keep for the day on which nothing works",
        description="Lay out numbers that are given by hand while the hall cannot work, for a printer or as a file.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, help="the hall's file, hall.toml")
    parser.add_argument("--from", dest="first", type=int, default=1, metavar="N", help="the first number (default 1)")
    parser.add_argument("--count", type=int, default=50, metavar="N", help="how many (default 50)")
    parser.add_argument(
        "--profile", metavar="NAME", help="the printer's model, for -o (default: the first dispenser's)"
    )
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--printer", metavar="DEVICE", help="a device of the hall whose printer is at this Raspberry Pi")
    where.add_argument("-o", dest="output", type=Path, metavar="FILE", help="a file: a picture for .png, else bytes")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print them; ValueError where they cannot be."""
    hall = load_hall(args.file)
    numbers = numbers_of(hall, args.first, args.count)
    forms = Forms(hall.path.parent / "forms")
    slips = [slip_of(hall, forms, number) for number in numbers]
    if args.printer:
        _print(hall, args.printer, slips)
    else:
        _write(args.output, slips, _profile(hall, args.profile))
    print(f"{numbers[0]} to {numbers[-1]}: {args.printer or args.output}; the next bundle begins at {_next(args)}")
    return 0


def numbers_of(hall: Hall, first: int, count: int) -> list[str]:
    """Return a bundle's numbers; ValueError where it does not lie in 1 to 999."""
    if first < 1 or count < 1 or first + count - 1 > LAST:
        raise ValueError(f"--from {first} --count {count}: numbers go from 1 to {LAST}; give a bundle within them")
    return [f"{hall.plan.reserve_letter}{number:03}" for number in range(first, first + count)]


def slip_of(hall: Hall, forms: Forms, number: str) -> Document:
    """Return one number as it is printed. It has no date: whoever gives it out says when, at its back-entry."""
    texts = hall.file.ticket
    values = {"hall": hall.name, "number": number, "rule": texts.rule, "enquiry_phone": texts.enquiry_phone}
    return forms.fill("reserve", values)


def picture_of(slips: Iterable[Document], printer: Profile) -> Image.Image:
    """Return slips one below the other, with a dashed line where they are to be cut."""
    rows: list[int] = []
    for slip in slips:
        for element in slip:
            rows += _cut_rows(printer) if isinstance(element, Cut) else rows_of(element, printer)
    data = b"".join(row.to_bytes(printer.width_dots // 8, "big") for row in rows)
    ink = Image.frombytes("1", (printer.width_dots, len(rows)), data)
    return ink.point(lambda dot: 255 - dot)


def _cut_rows(printer: Profile) -> list[int]:
    dashes = "".join("1" if at // DASH_DOTS % 2 else "0" for at in range(printer.width_dots))
    return [0] * CUT_ROWS + [int(dashes, 2)] * 2 + [0] * CUT_ROWS


def _next(args: argparse.Namespace) -> int:
    return int((args.first + args.count - 1) % LAST + 1)


def _profile(hall: Hall, name: str | None) -> Profile:
    boards = (hall.boards[one.name] for one in hall.devices if one.kind in ("dispenser", "printer"))
    usual = next((board.printer.profile for board in boards if board.printer), "generic-58")
    return profile(name or usual)


def _write(path: Path, slips: list[Document], printer: Profile) -> None:
    if path.suffix.lower() == ".png":
        picture_of(slips, printer).save(path)
    else:
        path.write_bytes(b"".join(print_bytes(slip, printer) for slip in slips))


def _print(hall: Hall, device: str, slips: list[Document]) -> None:
    """Print slip by slip, so that a roll that ends says after which number; OSError where the printer is not well."""
    from printers.escpos_printer import open_printer  # python-escpos is on a Raspberry Pi only

    board = hall.boards[hall.device(device).name]
    if not board.printer:
        raise ValueError(f"{device} has no printer; name a device that has one, or write a file with -o")
    if isinstance(board.printer, UartPrinter):
        raise ValueError(f"the printer of {device} is at a node, not at this Raspberry Pi; write a file with -o")
    printer = open_printer(board.printer)
    try:
        for at, slip in enumerate(slips):
            try:
                printer.print_slip(print_bytes(slip, profile(board.printer.profile)))
            except OSError as error:
                raise OSError(
                    f"{device}: {error} after {at} of {len(slips)}; see to it, then go on with --from"
                ) from error
    finally:
        printer.close()

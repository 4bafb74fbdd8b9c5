"""Commands for where things stand on the paper: margins, tabs, feeds, cuts. Args: the bytes after the command's two."""

from collections.abc import Callable

from sim.paper.machine import Asked, Machine
from sim.paper.sheet import LINE_DOTS
from sim.paper.type import CELL_DOTS

CUT_FEED_DOTS = 40
"""From the print head to the cutter."""
_FEEDING = (65, 66, 97, 98, 103, 104)


def _word(args: bytes) -> int:
    return int.from_bytes(args[:2], "little")


def _align(machine: Machine, args: bytes) -> None:
    if args[0] not in (0, 1, 2, 48, 49, 50):
        machine.report(b"\x1ba" + args, "alignment is 0, 1 or 2")
    elif machine.sheet.is_at_line_start:
        machine.ruling.align = args[0] & 3
    else:
        machine.report(b"\x1ba" + args, "alignment counts at the beginning of a line only")


def _upside_down(machine: Machine, args: bytes) -> None:
    if machine.sheet.is_at_line_start:
        machine.ruling.is_upside_down = bool(args[0] & 1)
    else:
        machine.report(b"\x1b{" + args, "upside-down counts at the beginning of a line only")


def _margin(machine: Machine, args: bytes) -> None:
    machine.ruling.margin = round(_word(args) * machine.unit_x_dots)


def _area(machine: Machine, args: bytes) -> None:
    machine.ruling.area = round(_word(args) * machine.unit_x_dots)


def _move_to(machine: Machine, args: bytes) -> None:
    machine.sheet.x = round(_word(args) * machine.unit_x_dots)


def _move_by(machine: Machine, args: bytes) -> None:
    dots = int.from_bytes(args[:2], "little", signed=True) * machine.unit_x_dots
    machine.sheet.x = max(0, machine.sheet.x + round(dots))


def _tabs(machine: Machine, args: bytes) -> None:
    cell = CELL_DOTS * machine.latin.width + machine.latin.after
    machine.ruling.tabs = [column * cell for column in args[:-1]]


def _spacing(machine: Machine, args: bytes) -> None:
    machine.ruling.spacing = round(args[0] * machine.unit_y_dots)


def _usual_spacing(machine: Machine, _args: bytes) -> None:
    machine.ruling.spacing = LINE_DOTS


def _spacing_in_parts(part: int) -> Callable[[Machine, bytes], None]:
    """``ESC +`` and ``ESC A``, as older printers have them: parts of an inch."""

    def space(machine: Machine, args: bytes) -> None:
        machine.ruling.spacing = round(args[0] * machine.dots_an_inch / part)

    return space


def _units(machine: Machine, args: bytes) -> None:
    """``GS P x y``: parts of an inch; 0 is one dot."""
    machine.unit_x_dots, machine.unit_y_dots = (machine.dots_an_inch / part if part else 1.0 for part in args)


def _feed_lines(machine: Machine, args: bytes) -> None:
    machine.sheet.feed(args[0] * machine.ruling.spacing)


def _feed_dots(machine: Machine, args: bytes) -> None:
    machine.sheet.feed(round(args[0] * machine.unit_y_dots))


def _cut(machine: Machine, args: bytes) -> None:
    mode = args[0]
    if mode not in (0, 1, 48, 49, *_FEEDING):
        machine.report(b"\x1dV" + args, "no such cut")
        return
    _cut_now(machine, args, feed=CUT_FEED_DOTS + args[1] if mode in _FEEDING else 0)


def _cut_now(machine: Machine, args: bytes, feed: int = 0) -> None:
    if not machine.sheet.is_at_line_start:
        machine.report(b"\x1dV" + args, "a cut within a line")
        machine.sheet.end_line()
    machine.sheet.feed(feed)
    machine.asked = Asked(is_cut=True)


def line_feed(machine: Machine, _args: bytes) -> None:
    """Print the line."""
    machine.sheet.end_line()


COMMANDS: dict[bytes, Callable[[Machine, bytes], None]] = {
    b"\x1ba": _align,
    b"\x1b{": _upside_down,
    b"\x1dL": _margin,
    b"\x1dW": _area,
    b"\x1b$": _move_to,
    b"\x1b\\": _move_by,
    b"\x1bD": _tabs,
    b"\x1b3": _spacing,
    b"\x1b2": _usual_spacing,
    b"\x1b+": _spacing_in_parts(360),
    b"\x1bA": _spacing_in_parts(60),
    b"\x1dP": _units,
    b"\x1bd": _feed_lines,
    b"\x1bJ": _feed_dots,
    b"\x1dV": _cut,
    b"\x1bi": _cut_now,
    b"\x1bm": _cut_now,
}

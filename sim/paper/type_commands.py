"""Commands for how characters look. Each gets the machine and the bytes after the command's two."""

from collections.abc import Callable

from sim.paper.characters import COUNTRIES, PAGES
from sim.paper.machine import Machine


def _print_mode(machine: Machine, args: bytes) -> None:
    """``ESC !`` counts for single-byte characters; bold for all."""
    mode = args[0]
    machine.style(is_bold=bool(mode & 0x08))
    machine.style_latin(
        is_small=bool(mode & 0x01),
        width=2 if mode & 0x20 else 1,
        height=2 if mode & 0x10 else 1,
        underline=1 if mode & 0x80 else 0,
    )


def _chinese_mode(machine: Machine, args: bytes) -> None:
    mode = args[0]
    machine.style_chinese(
        width=2 if mode & 0x04 else 1, height=2 if mode & 0x08 else 1, underline=1 if mode & 0x80 else 0
    )


def _size(machine: Machine, args: bytes) -> None:
    machine.style(width=(args[0] >> 4 & 7) + 1, height=(args[0] & 7) + 1)


def _quadruple(machine: Machine, args: bytes) -> None:
    factor = 2 if args[0] & 1 else 1
    machine.style_chinese(width=factor, height=factor)


def _font(machine: Machine, args: bytes) -> None:
    if args[0] not in (0, 1, 48, 49):
        machine.report(b"\x1bM" + args, "no such font")
    machine.style_latin(is_small=bool(args[0] & 1))


def _underline(args: bytes) -> int:
    """Thickness in dots: 0, 1 or 2, also as digits."""
    return args[0] & 0x0F if args[0] in (0, 1, 2, 48, 49, 50) else 0


def _page(machine: Machine, args: bytes) -> None:
    if args[0] in PAGES:
        machine.page = args[0]
    else:
        machine.report(b"\x1bt" + args, f"code page {args[0]} is not known here")


def _country(machine: Machine, args: bytes) -> None:
    if args[0] < len(COUNTRIES):
        machine.country = args[0]
    else:
        machine.report(b"\x1bR" + args, f"country {args[0]} is not known here")


def _chinese(is_on: bool) -> Callable[[Machine, bytes], None]:
    def switch(machine: Machine, _args: bytes) -> None:
        machine.is_chinese = is_on

    return switch


def _code(machine: Machine, args: bytes) -> None:
    """``ESC 9``: 0 is GBK, what such printers have anyway."""
    if args[0]:
        machine.report(b"\x1b9" + args, "of the codes only GBK is known here")


COMMANDS: dict[bytes, Callable[[Machine, bytes], None]] = {
    b"\x1b@": lambda machine, _: machine.init(),
    b"\x1b!": _print_mode,
    b"\x1d!": _size,
    b"\x1c!": _chinese_mode,
    b"\x1cW": _quadruple,
    b"\x1bM": _font,
    b"\x1bE": lambda machine, args: machine.style(is_bold=bool(args[0] & 1)),
    b"\x1bG": lambda machine, args: machine.style(is_struck_twice=bool(args[0] & 1)),
    b"\x1dB": lambda machine, args: machine.style(is_inverse=bool(args[0] & 1)),
    b"\x1b-": lambda machine, args: machine.style_latin(underline=_underline(args)),
    b"\x1c-": lambda machine, args: machine.style_chinese(underline=_underline(args)),
    b"\x1bV": lambda machine, args: machine.style_latin(is_turned=bool(args[0] & 1)),
    b"\x1b ": lambda machine, args: machine.style_latin(after=args[0]),
    b"\x1cS": lambda machine, args: machine.style_chinese(before=args[0], after=args[1]),
    b"\x1bt": _page,
    b"\x1bR": _country,
    b"\x1c&": _chinese(True),
    b"\x1c.": _chinese(False),
    b"\x1b9": _code,
}

"""Commands for QR codes (``GS ( k``) and bar codes (``GS k``)."""

from collections.abc import Callable
from functools import lru_cache

import segno
from PIL import Image

from sim.paper import bars
from sim.paper.machine import Machine
from sim.paper.type import CELL_DOTS, HEIGHT_DOTS, type_of

QR = 49
MOST_BYTES = 7089


def symbol(machine: Machine, data: bytes, body: bytes) -> None:
    """``GS ( k``: of the two-dimensional codes only QR."""
    if len(body) < 2 or body[0] != QR or body[1] not in _QR:
        machine.report(data, "of the two-dimensional codes only QR is known here")
        return
    _QR[body[1]](machine, body[2:])


def _model(machine: Machine, args: bytes) -> None:
    if args[:1] not in (b"1", b"2", b"3"):
        machine.report(b"\x1d(k1A" + args, "no such model of QR code")
    elif args[:1] == b"1":
        machine.report(b"\x1d(k1A" + args, "QR codes of model 1 are drawn as model 2")
    machine.qr.is_micro = args[:1] == b"3"


def _module(machine: Machine, args: bytes) -> None:
    if args and 1 <= args[0] <= 16:
        machine.qr.module_dots = args[0]
    else:
        machine.report(b"\x1d(k1C" + args, "a module has 1 to 16 dots")


def _level(machine: Machine, args: bytes) -> None:
    if args and 48 <= args[0] <= 51:
        machine.qr.level = "lmqh"[args[0] - 48]
    else:
        machine.report(b"\x1d(k1E" + args, "no such error correction")


def _store(machine: Machine, args: bytes) -> None:
    if len(args) - 1 > MOST_BYTES:
        machine.report(b"\x1d(k1P" + args, f"a QR code of {len(args) - 1} bytes")
        return
    machine.qr.text = args[1:].decode("utf-8", "replace")


def _print(machine: Machine, _args: bytes) -> None:
    wish = machine.qr
    try:
        picture = _drawn(wish.text, wish.is_micro, wish.level)
    except (segno.DataOverflowError, ValueError) as error:
        machine.report(b"\x1d(k\x03\x001Q", f"QR code: {error}")
        return
    side = picture.width * wish.module_dots
    if side > machine.sheet.area:
        machine.report(b"\x1d(k\x03\x001Q", f"a QR code of {side} dots on a print area of {machine.sheet.area}")
        return
    machine.sheet.qr.append(wish.text)
    machine.sheet.put_picture(picture.resize((side, side), Image.Resampling.NEAREST))


@lru_cache(maxsize=16)
def _drawn(text: str, is_micro: bool, level: str) -> Image.Image:
    """Return a code with a dot for a module: the last ones are kept, as what is printed again has the same."""
    code = segno.make(text, micro=is_micro, error=level, boost_error=False)
    picture = Image.new("1", (len(code.matrix), len(code.matrix)))
    picture.putdata([dot for row in code.matrix for dot in row])
    return picture


def _size_asked(_machine: Machine, _args: bytes) -> None:
    """Function 82 asks how large the code will be, which is nothing on paper."""


_QR = {65: _model, 67: _module, 69: _level, 80: _store, 81: _print, 82: _size_asked}


def _bar_code(machine: Machine, args: bytes) -> None:
    """``GS k``: data up to a NUL, or by its length."""
    data = args[2:] if args[0] >= 65 else args[1:-1]
    kind = bars.KINDS.get(args[0] if args[0] >= 65 else args[0] + 65)
    if not kind:
        machine.report(b"\x1dk" + args, f"bar code {args[0]} is not known here")
        return
    try:
        drawn = kind(data)
    except ValueError as error:
        machine.report(b"\x1dk" + args, str(error))
        return
    _draw_bars(machine, args, drawn)


def _draw_bars(machine: Machine, args: bytes, drawn: bars.Bars) -> None:
    wish = machine.bar
    width = len(drawn.modules) * wish.module_dots
    if width > machine.sheet.area:
        machine.report(b"\x1dk" + args, f"a bar code of {width} dots on a print area of {machine.sheet.area}")
        return
    picture = Image.new("1", (len(drawn.modules), 1))
    picture.putdata([int(module) for module in drawn.modules])
    machine.sheet.bars.append(drawn.words)
    words = _words(drawn.words)
    if wish.words & 1:
        machine.sheet.put_picture(words)
    machine.sheet.put_picture(picture.resize((width, wish.height), Image.Resampling.NEAREST))
    if wish.words & 2:
        machine.sheet.put_picture(words)
    if wish.words:
        machine.sheet.text.append(drawn.words)


def _words(text: str) -> Image.Image:
    picture = Image.new("1", (max(1, len(text)) * CELL_DOTS, HEIGHT_DOTS))
    for place, char in enumerate(text):
        picture.paste(type_of(char, False, False), (place * CELL_DOTS, 0))
    return picture


def _height(machine: Machine, args: bytes) -> None:
    machine.bar.height = max(1, args[0])


def _width(machine: Machine, args: bytes) -> None:
    if 1 <= args[0] <= 6:
        machine.bar.module_dots = args[0]
    else:
        machine.report(b"\x1dw" + args, "a bar has 1 to 6 dots")


def _place_of_words(machine: Machine, args: bytes) -> None:
    machine.bar.words = args[0] & 3


COMMANDS: dict[bytes, Callable[[Machine, bytes], None]] = {
    b"\x1dk": _bar_code,
    b"\x1dh": _height,
    b"\x1dw": _width,
    b"\x1dH": _place_of_words,
}

"""The back end for printers with Chinese: text in their own type, and a picture only of a line that they cannot set.

Epson, ESC/POS Command Reference; ``FS &`` as every Chinese printer has it.
"""

from collections.abc import Callable
from functools import lru_cache

from msgspec import Struct

from printers import escpos
from printers.charset import encode
from printers.layout import Align, Columns, Cut, Document, Element, Feed, Qr, Rule, Text, lines_of
from printers.profile import Profile
from printers.qr import module_dots_for
from printers.raster import bands, line_rows, qr_rows


class State(Struct, frozen=True):
    """What a printer was last told about its type; anew after ``ESC @``."""

    align: Align = "left"
    width: int = 1
    height: int = 1
    is_bold: bool = False


FRESH = State()


def print_native(document: Document, profile: Profile) -> bytes:
    """Return the ESC/POS bytes of a document, from init to cut."""
    encoded = encoder(profile)
    state = FRESH
    parts = [escpos.INIT, profile.starting]
    for element in document:
        data, state = encoded(element, state)
        parts.append(data)
    return b"".join(parts)


Encoder = Callable[[Element, State], tuple[bytes, State]]


@lru_cache(maxsize=32)
def encoder(profile: Profile) -> Encoder:
    """Return what encodes elements for one profile; most of a ticket is the same on every one of a hall."""

    @lru_cache(maxsize=512)
    def encoded(element: Element, state: State) -> tuple[bytes, State]:
        match element:
            case Text() | Columns() | Rule():
                return _lines(element, state, profile)
            case Qr():
                return _qr(element, state, profile)
            case Feed():
                return escpos.feed(element.lines) * bool(element.lines) + escpos.move(element.dots) * bool(
                    element.dots
                ), state
            case Cut():
                return escpos.cut(profile, is_full=element.is_full), state

    return encoded


def _lines(element: Text | Columns | Rule, state: State, profile: Profile) -> tuple[bytes, State]:
    parts = []
    for line in lines_of(element, profile.cells):
        data = encode(line.text, profile.charset)
        if data is None:
            parts.append(_aligned(state, "left"))
            parts += bands(line_rows(line, profile.width_dots), profile)
            state = State("left", state.width, state.height, state.is_bold)
        else:
            wanted = State(line.align, line.width, line.height, line.is_bold)
            parts += [change(state, wanted), data, escpos.LF]
            state = wanted
    return b"".join(parts), state


def _qr(code: Qr, state: State, profile: Profile) -> tuple[bytes, State]:
    if profile.qr == "native":
        data = escpos.qr_code(code.text, module_dots_for(code, profile.width_dots), code.level)
        return _aligned(state, code.align) + data, State(code.align, state.width, state.height, state.is_bold)
    pictures = b"".join(bands(qr_rows(code, profile.width_dots), profile))
    return _aligned(state, "left") + pictures, State("left", state.width, state.height, state.is_bold)


def change(now: State, wanted: State) -> bytes:
    """Return what tells a printer to set its type in another way."""
    data = _aligned(now, wanted.align)
    if (now.width, now.height) != (wanted.width, wanted.height):
        data += escpos.size(wanted.width, wanted.height)
    return data + escpos.bold(is_on=wanted.is_bold) if now.is_bold != wanted.is_bold else data


def _aligned(now: State, align: Align) -> bytes:
    return b"" if now.align == align else escpos.align(align)

"""The back end for printers without Chinese: the whole slip as pictures, in bands with ``GS v 0``.

Epson, ESC/POS Command Reference, GS v 0. White paper is fed, not sent, and what is made of dots of twice the size
is sent at half of it, because a serial printer takes a second for 1 to 11 KB.
"""

import re
from collections.abc import Iterator
from functools import lru_cache, reduce
from itertools import groupby
from operator import or_

from hardware.contract import JOB_WHOLE_BYTES
from printers import escpos
from printers.layout import Columns, Cut, Document, Element, Feed, Qr, Rule, Text, lines_of
from printers.profile import Profile
from printers.qr import matrix, module_dots_for
from printers.raster_type import SMALL, USUAL, Rows, Type, text_rows

LARGEST_BYTES = JOB_WHOLE_BYTES - 1024
"""What a device takes as one job, less what it says to its printer itself."""
WHITE_ROWS = 8
"""From how many white rows on feeding takes fewer bytes than sending."""
_REAL_TIME = re.compile(rb"\x10(?=[\x04\x05\x14])")


def print_raster(document: Document, profile: Profile) -> bytes:
    """Return the ESC/POS bytes of a document as pictures, from init to cut.

    What would be more than a device takes at once is set in small type.
    """
    data = _printed(document, profile, USUAL)
    return data if len(data) <= LARGEST_BYTES else _printed(document, profile, SMALL)


def _printed(document: Document, profile: Profile, size: Type) -> bytes:
    parts = [escpos.INIT, profile.starting]
    for element in document:
        if isinstance(element, Cut):
            parts.append(escpos.cut(profile, is_full=element.is_full))
        else:
            parts += bands(rows_of(element, profile, size), profile)
    return b"".join(parts)


def rows_of(element: Element, profile: Profile, size: Type = USUAL) -> Rows:
    """Return an element as rows of dots as wide as the paper."""
    match element:
        case Text() | Columns() | Rule():
            lines = lines_of(element, profile.width_dots // size.cell_w_dots)
            return tuple(row for line in lines for row in line_rows(line, profile.width_dots, size))
        case Qr():
            return qr_rows(element, profile.width_dots)
        case Feed():
            return (0,) * (element.lines * size.pitch_dots + element.dots)
        case _:
            return ()


def line_rows(line: Text, width_dots: int, size: Type = USUAL) -> Rows:
    """Return a line and the white beneath it: of normal type it has the pitch that printers have."""
    return text_rows(line, width_dots, size) + (0,) * (size.pitch_dots - size.cell_h_dots)


def qr_rows(code: Qr, width_dots: int) -> Rows:
    """Return a QR code's rows. Raises ValueError where its text is empty or too long for any paper."""
    modules = matrix(code.text, code.level)
    side = module_dots_for(code, width_dots)
    room = width_dots - len(modules) * side
    left = {"left": 0, "centre": room // 2 & ~1, "right": room & ~1}[code.align]
    rows = []
    for line in modules:
        bits = "".join(("1" if dark else "0") * side for dark in line)
        rows += [int(bits, 2) << room - left] * side
    return tuple(rows)


def bands(rows: Rows, profile: Profile) -> Iterator[bytes]:
    """Yield rows of the whole width as commands; the paper stands under the last of them."""
    for is_white, group in _runs(rows):
        if is_white:
            yield from feeds(len(group))
        else:
            limit = profile.raster_rows // 2 * 2
            for at in range(0, len(group), limit):
                yield picture(group[at : at + limit], profile)


def feeds(dots: int) -> Iterator[bytes]:
    """Yield the commands that move the paper by so many dots."""
    while dots > 0:
        yield escpos.move(min(dots, 255))
        dots -= 255


def picture(rows: Rows, profile: Profile) -> bytes:
    """Return rows of the whole width as one ``GS v 0``, without the white on its right.

    A real-time command among the dots would be obeyed (``DLE EOT``), so its first byte gets one dot more.
    """
    width, mode = profile.width_dots, 0
    if profile.raster_doubles and _is_doubled(rows, width):
        rows, width, mode = _halved(rows, width), width // 2, 3
    ink = reduce(or_, rows)
    white = (ink & -ink).bit_length() - 1 if ink else width
    wide = max(1, (width - white + 7) // 8)
    shift = width - wide * 8
    data = b"".join((row >> shift if shift >= 0 else row << -shift).to_bytes(wide, "big") for row in rows)
    head = b"\x1dv0" + bytes((mode,)) + wide.to_bytes(2, "little") + len(rows).to_bytes(2, "little")
    return head + _REAL_TIME.sub(b"\x18", data)


def _runs(rows: Rows) -> list[tuple[bool, Rows]]:
    """Return rows in turns of white and ink; only white of some height, or at an end, is worth a turn of its own."""
    turns: list[tuple[bool, Rows]] = []
    for is_white, group in groupby(rows, key=lambda row: not row):
        run = tuple(group)
        is_thin = is_white and turns and len(run) < WHITE_ROWS
        if turns and (is_thin or turns[-1][0] == is_white):
            turns[-1] = (turns[-1][0], turns[-1][1] + run)
        else:
            turns.append((is_white, run))
    return _with_white_end(turns)


def _with_white_end(turns: list[tuple[bool, Rows]]) -> list[tuple[bool, Rows]]:
    """Return turns whose last is white where thin white had been taken for ink at the very end."""
    if not turns or turns[-1][0] or turns[-1][1][-1]:
        return turns
    last = turns[-1][1]
    ink = max(at for at, row in enumerate(last) if row) + 1
    return [*turns[:-1], (False, last[:ink]), (True, last[ink:])]


def _is_doubled(rows: Rows, width: int) -> bool:
    """Tell whether the picture is made of squares of two by two dots."""
    if len(rows) % 2 or any(upper != lower for upper, lower in zip(rows[0::2], rows[1::2], strict=True)):
        return False
    evens = _evens(width)
    return all((row >> 1 ^ row) & evens == 0 for row in rows[0::2])


def _halved(rows: Rows, width: int) -> Rows:
    return tuple(int(f"{row:0{width}b}"[0::2], 2) for row in rows[0::2])


@lru_cache(maxsize=16)
def _evens(width: int) -> int:
    """Return every second dot from the right."""
    return int("01" * (width // 2), 2)

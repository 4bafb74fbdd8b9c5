"""Type for pictures: GNU Unifont's 16 px made 24 dots, so that a picture's lines are those of a printer's own type.

Two dots of the font become three, with the middle one inked where either is: every stroke is two dots wide and every
gap stays open, which a thermal head prints well. A row of dots is an int, leftmost dot highest.
"""

from functools import lru_cache

from msgspec import Struct

from displays.glyphs import COLUMN_PX, HEIGHT_PX, glyph, missing
from printers.layout import CELL_H_DOTS, CELL_W_DOTS, PITCH_DOTS, Text
from printers.rare_type import rare_rows
from printers.wrapping import cells, clean

Rows = tuple[int, ...]


class Type(Struct, frozen=True):
    """A size of type: the cell of a letter, and from one line to the next."""

    cell_w_dots: int
    cell_h_dots: int
    pitch_dots: int


USUAL = Type(CELL_W_DOTS, CELL_H_DOTS, PITCH_DOTS)
SMALL = Type(COLUMN_PX, HEIGHT_PX, 20)
"""The font as it is, 2 mm high: half as many characters again in a line, in less than half of the bytes."""


@lru_cache(maxsize=4096)
def char_rows(char: str, size: Type = USUAL) -> Rows:
    """Return the rows of a character of one or two cells; 〓 where no font has it. Raises FontMissingError."""
    rare = rare_rows(char, size.cell_h_dots) if missing(char) else None
    if rare:
        return rare
    columns = glyph(char)
    width_px = len(columns) // HEIGHT_PX * COLUMN_PX
    small = [0] * HEIGHT_PX
    for left in range(0, len(columns), HEIGHT_PX):
        for y in range(HEIGHT_PX):
            small[y] = small[y] << COLUMN_PX | columns[left + y]
    rows = small
    if size == USUAL:
        rows = _half_larger_down([_half_larger(row, width_px) for row in small])
    room = cells(char) * size.cell_w_dots - width_px * size.cell_w_dots // COLUMN_PX
    return tuple(row << room // 2 if room >= 0 else row >> -room for row in rows)


def unprintable(text: str) -> list[str]:
    """Return the characters that come out as 〓 even in a picture, each once, in order. Raises FontMissingError."""
    return [char for char in missing(clean(text)) if rare_rows(char, USUAL.cell_h_dots) is None]


def text_rows(text: Text, line_dots: int, size: Type = USUAL) -> Rows:
    """Return a line of text as rows as wide as the paper. text: one line, no wider than line_dots."""
    width = 0
    line = [0] * size.cell_h_dots
    for char in text.text:
        dots = cells(char) * size.cell_w_dots
        line = [row << dots | own for row, own in zip(line, char_rows(char, size), strict=True)]
        width += dots
    if text.is_bold:
        line = [row | row >> 1 for row in line]
    wide = [_times(row, width, text.width) for row in line]
    left = _left(line_dots - width * text.width, text)
    room = line_dots - width * text.width - left
    return tuple(row << room for row in wide for _ in range(text.height))


def _left(room: int, text: Text) -> int:
    """An even number, so that what is twice as large falls on whole bytes of a picture of half the size."""
    return {"left": 0, "centre": room // 2 & ~1, "right": room & ~1}[text.align]


@lru_cache(maxsize=4096)
def _half_larger(row: int, width_px: int) -> int:
    """Return two dots as three: the left, either, the right."""
    wide = 0
    for at in range(width_px - 2, -1, -2):
        left, right = row >> at + 1 & 1, row >> at & 1
        wide = wide << 3 | left << 2 | (left | right) << 1 | right
    return wide


def _half_larger_down(rows: list[int]) -> list[int]:
    pairs = zip(rows[0::2], rows[1::2], strict=True)
    return [row for upper, lower in pairs for row in (upper, upper | lower, lower)]


def _times(row: int, width: int, factor: int) -> int:
    """Return a row with every dot factor times as wide."""
    if factor == 1:
        return row
    return int("".join(bit * factor for bit in f"{row:0{width}b}"), 2)

"""The language of layout: what a slip is made of, and how its lines fall on paper, for every kind of printer alike.

Everything is counted in cells of 12 x 24 dots: ASCII takes one, all else two, as in a printer's Chinese type.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from printers.wrapping import cells, clean, longest_word, name_lines, wrap

Align = Literal["left", "centre", "right"]
Factor = Annotated[int, Meta(ge=1, le=8)]
CELL_W_DOTS, CELL_H_DOTS = 12, 24
PITCH_DOTS = 30
"""From one line of normal size to the next: 1/6 inch, as printers have it after ``ESC @``."""


class Text(Struct, frozen=True, cache_hash=True):
    """Words that are wrapped to the paper. width, height: 1 to 8 times the normal size.

    A word of letters and digits, such as a number, is never broken: where it is too wide, the text is set smaller.
    """

    text: str
    align: Align = "left"
    width: Factor = 1
    height: Factor = 1
    is_bold: bool = False


class Column(Struct, frozen=True, cache_hash=True):
    """One column of a row. width_cells: 0 for an equal share of what the others leave."""

    text: str
    width_cells: int = 0
    align: Align = "left"


class Columns(Struct, frozen=True, cache_hash=True):
    """Columns side by side, each wrapped within its own width."""

    columns: tuple[Column, ...]
    is_bold: bool = False


class Rule(Struct, frozen=True, cache_hash=True):
    """A line of one character over the whole width."""

    char: str = "-"


class Qr(Struct, frozen=True, cache_hash=True):
    """A QR code. module_dots: side of a module, smaller where the paper asks for it. level: error correction."""

    text: str
    module_dots: Annotated[int, Meta(ge=1, le=16)] = 4
    level: Literal["L", "M", "Q", "H"] = "M"
    align: Align = "centre"


class Feed(Struct, frozen=True, cache_hash=True):
    """Empty paper: lines of normal height, and dots of 0.125 mm, 0 to 255 each."""

    lines: int = 0
    dots: int = 0


class Cut(Struct, frozen=True, cache_hash=True):
    """The end of a piece of paper; a printer without a cutter moves it to where it is torn off."""

    is_full: bool = False


Element = Text | Columns | Rule | Qr | Feed | Cut
Document = tuple[Element, ...]


class TooWideError(ValueError):
    """Columns that leave no room for their text on this paper."""


def lines_of(element: Text | Columns | Rule, line_cells: int) -> tuple[Text, ...]:
    """Return an element as lines, none wider than the paper. Raises TooWideError for columns wider than it."""
    if isinstance(element, Text):
        return _text_lines(element, line_cells)
    if isinstance(element, Columns):
        return _column_lines(element, line_cells)
    char = clean(element.char)[:1] or "-"
    return (Text(char * (line_cells // max(1, cells(char)))),)


def widths_of(columns: tuple[Column, ...], line_cells: int) -> tuple[int, ...]:
    """Return how many cells each column takes; the last that shares gets the rest. Raises TooWideError."""
    given = sum(one.width_cells for one in columns)
    shares = [at for at, one in enumerate(columns) if not one.width_cells]
    share = (line_cells - given) // len(shares) if shares else 0
    widths = [one.width_cells or share for one in columns]
    if shares:
        widths[shares[-1]] += line_cells - given - share * len(shares)
    if sum(widths) > line_cells or min(widths, default=2) < 2:
        raise TooWideError(f"columns of {given} cells on paper of {line_cells}; make them narrower, each at least 2")
    return tuple(widths)


def _text_lines(text: Text, line_cells: int) -> tuple[Text, ...]:
    words = clean(text.text)
    if cells(words) * text.width <= line_cells:
        return (text if words == text.text else replace(text, text=words),)
    width, height = text.width, text.height
    while width > 1 and longest_word(words) * width > line_cells:
        width, height = width - 1, max(1, height - 1)
    line_cells = max(2, line_cells // width)
    lines = name_lines(words, line_cells) if text.align == "centre" else wrap(words, line_cells)
    return tuple(Text(line, text.align, width, height, text.is_bold) for line in lines)


def _column_lines(row: Columns, line_cells: int) -> tuple[Text, ...]:
    widths = widths_of(row.columns, line_cells)
    wrapped = [wrap(clean(one.text), width) for one, width in zip(row.columns, widths, strict=True)]
    rows = range(max(map(len, wrapped), default=0))
    return tuple(Text(_joined(row, wrapped, widths, at), is_bold=row.is_bold) for at in rows)


def _joined(row: Columns, wrapped: list[tuple[str, ...]], widths: tuple[int, ...], at: int) -> str:
    parts = (
        _padded(lines[at] if at < len(lines) else "", width, one.align)
        for one, lines, width in zip(row.columns, wrapped, widths, strict=True)
    )
    return "".join(parts).rstrip(" ")


def _padded(text: str, width_cells: int, align: Align) -> str:
    room = width_cells - cells(text)
    left = {"left": 0, "centre": room // 2, "right": room}[align]
    return " " * left + text + " " * (room - left)

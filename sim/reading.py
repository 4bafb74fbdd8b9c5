"""Reads text back from dots, as a person would: every cell of a panel is compared with the glyphs of its font."""

from functools import lru_cache

from displays.glyphs import COLUMN_PX, HEIGHT_PX, STAND_IN, glyph
from displays.small_font import CELL_H_PX, CELL_W_PX, SMALL, small_rows

UNREADABLE = "\ufffd"
STACKED_BELOW_PX = 48
"""Only narrower panels have small capitals one below the other: eight of them side by side go onto any other."""
_SPREAD = [sum((byte >> 7 - x & 1) << HEIGHT_PX * x for x in range(COLUMN_PX)) for byte in range(256)]
"""A byte of eight dots beside each other, a column of its own for each."""
_PUNCTUATION = "，。：；！？（）【】《》、“”·—…→←↑↓" + STAND_IN


def learn() -> None:
    """Look at every glyph of the font and remember it, which takes a while; who has not done it does at first sight."""
    _table()


def read_text(rows: list[list[int]]) -> str:
    """Return what stands on a panel. rows: dots from the top, 0 or 1; dots that are no glyph read as U+FFFD.

    The text may begin at any column. A panel higher than 16 has lines, of 16 px or twice that, in its middle; they are
    joined by spaces. A lower or a narrower one has small capitals.
    """
    if not any(map(any, rows)):
        return ""
    if len(rows) < HEIGHT_PX:
        return _small_line(rows)
    small_lines = len(rows) // CELL_H_PX if len(rows[0]) < STACKED_BELOW_PX else 1
    ways = [_stacked(rows, count) for count in range(1, small_lines + 1)]
    ways += [_lines(rows, scales) for scales in _layouts(len(rows) // HEIGHT_PX)]
    return min((way for way in ways if way is not None), key=_doubt, default=UNREADABLE)


@lru_cache(maxsize=8)
def _layouts(room: int) -> list[tuple[int, ...]]:
    """Return the ways to fill a panel with lines, each 1 or 2 times 16 px high, those with the fewest first."""
    found: list[tuple[int, ...]] = [()]
    for way in found:
        found += [(*way, scale) for scale in (2, 1) if sum(way) + scale <= room]
    return found[1:]


def _lines(rows: list[list[int]], scales: tuple[int, ...]) -> str | None:
    """Read a panel as lines of these heights; None where dots say that they are others."""
    top = (len(rows) - sum(scales) * HEIGHT_PX) // 2
    if any(map(any, rows[:top] + rows[top + sum(scales) * HEIGHT_PX :])):
        return None
    found = []
    for scale in scales:
        band = rows[top : top + scale * HEIGHT_PX]
        top += scale * HEIGHT_PX
        fine = [line[::scale] for line in band[::scale]]
        if scale > 1 and any(line != _wider(fine[y // scale], scale) for y, line in enumerate(band)):
            return None
        found.append(_line(fine))
    return " ".join(found)


def _wider(line: list[int], scale: int) -> list[int]:
    return [dot for dot in line for _ in range(scale)]


def _line(rows: list[list[int]]) -> str:
    columns = [0] * len(rows[0])
    for row in rows:
        columns = [column << 1 | dot for column, dot in zip(columns, row, strict=True)]
    return min((_read_from(columns, first) for first in range(COLUMN_PX)), key=_doubt).strip() if any(columns) else ""


def _stacked(rows: list[list[int]], count: int) -> str | None:
    """Read a narrow panel as so many small capitals one below the other; None where dots say that they are others."""
    top = (len(rows) - count * CELL_H_PX) // 2
    if any(map(any, rows[:top] + rows[top + count * CELL_H_PX :])):
        return None
    tops = range(top, top + count * CELL_H_PX, CELL_H_PX)
    return "".join(_small_line(rows[at : at + CELL_H_PX]) for at in tops)


def _small_line(rows: list[list[int]]) -> str:
    numbers = [int("".join(map(str, row)), 2) << 2 * CELL_W_PX for row in rows]
    return min((_small_from(numbers, len(rows[0]), first) for first in range(CELL_W_PX)), key=_doubt).strip()


def _small_from(numbers: list[int], width: int, first: int) -> str:
    """Read cells whose left edges are at ``first`` plus a multiple of their width.

    numbers: rows as numbers, leftmost dot highest, with room for two more cells after the last of their width dots.
    """
    table, mask = _small_table(), (1 << CELL_W_PX) - 1
    last = width + CELL_W_PX + CELL_W_PX - first
    shifts = range(last, last - width - CELL_W_PX, -CELL_W_PX)
    return "".join(table.get(tuple(row >> shift & mask for row in numbers), UNREADABLE) for shift in shifts)


@lru_cache(maxsize=1)
def _small_table() -> dict[tuple[int, ...], str]:
    return {tuple(row << 1 for row in small_rows(char)[1]): char for char in SMALL}


def _doubt(text: str) -> tuple[int, int]:
    return text.count(UNREADABLE), len(text)


def _read_from(columns: list[int], first: int) -> str:
    """Read cells whose left edges are at ``first`` plus a multiple of 8: the widest glyph that matches goes first."""
    padded = [0] * (COLUMN_PX - first) + columns + [0] * (2 * COLUMN_PX)
    cells = [tuple(padded[at : at + COLUMN_PX]) for at in range(0, len(padded) - COLUMN_PX + 1, COLUMN_PX)]
    table, found, at = _table(), [], 0
    while at < len(cells):
        wide = table.get(cells[at] + cells[at + 1]) if at + 1 < len(cells) else None
        narrow = table.get(cells[at])
        if narrow == " " or wide is None:
            found.append(narrow or UNREADABLE)
            at += 1
        else:
            found.append(wide)
            at += 2
    return "".join(found)


@lru_cache(maxsize=1)
def _table() -> dict[tuple[int, ...], str]:
    """Every character that GB2312 and ASCII have, by its columns of dots, each a number whose top dot is highest."""
    chars = [chr(code) for code in range(32, 127)] + list(_PUNCTUATION)
    chars += [
        bytes((row, cell)).decode("gb2312")
        for row in range(0xB0, 0xF8)
        for cell in range(0xA1, 0xFF)
        if _is_han(row, cell)
    ]
    table: dict[tuple[int, ...], str] = {}
    for char in chars:
        table.setdefault(_dots(glyph(char)), char)
    return table


def _is_han(row: int, cell: int) -> bool:
    return row != 0xD7 or cell <= 0xF9


def _dots(columns: bytes) -> tuple[int, ...]:
    dots = []
    for at in range(0, len(columns), HEIGHT_PX):
        spread = 0
        for byte in columns[at : at + HEIGHT_PX]:
            spread = spread << 1 | _SPREAD[byte]
        dots += [spread >> HEIGHT_PX * x & 0xFFFF for x in range(COLUMN_PX)]
    return tuple(dots)

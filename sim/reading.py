"""Reads text back from dots, as a person would: every cell of a panel is compared with Unifont's glyphs."""

from functools import lru_cache

from displays.glyphs import COLUMN_PX, HEIGHT_PX, STAND_IN, glyph

UNREADABLE = "\ufffd"
_PUNCTUATION = "，。：；！？（）【】《》、“”·—…→←↑↓" + STAND_IN


def read_text(rows: list[list[int]]) -> str:
    """Return what stands on a panel. rows: dots from the top, 0 or 1; dots that are no glyph read as U+FFFD.

    The text may begin at any column; on a panel higher than 16 it is read where the hub puts it, in the middle.
    """
    columns = [
        sum(row[x] << len(rows) - 1 - y for y, row in enumerate(rows)) for x in range(len(rows[0]) if rows else 0)
    ]
    if not any(columns):
        return ""
    columns = _level(columns, len(rows))
    return min((_read_from(columns, first) for first in range(COLUMN_PX)), key=_doubt).strip()


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


def _level(columns: list[int], height: int) -> list[int]:
    """Cut a panel that is higher than a glyph down to the band of 16 rows in its middle, where text is."""
    below = (height - HEIGHT_PX + 1) // 2
    return [column >> below & 0xFFFF for column in columns] if height > HEIGHT_PX else columns


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
        part = columns[at : at + HEIGHT_PX]
        dots += [sum((byte >> 7 - x & 1) << 15 - y for y, byte in enumerate(part)) for x in range(COLUMN_PX)]
    return tuple(dots)

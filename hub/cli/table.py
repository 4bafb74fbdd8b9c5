"""Tables on a console in which Chinese and Latin letters stand in columns."""

import unicodedata
from collections.abc import Sequence


def table(titles: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Return a table as text, as wide as its widest cells; a Chinese character is two columns wide.

    What devices say of themselves is shown as they say it, but moves no cursor and sets no terminal.
    """
    every = [[_harmless(cell) for cell in line] for line in (titles, *lines)]
    widths = [max(map(_width, column)) for column in zip(*every, strict=True)]
    return "\n".join("  ".join(map(_padded, line, widths)).rstrip() for line in every)


def _harmless(words: str) -> str:
    return words if words.isprintable() else "".join(char if char.isprintable() else "?" for char in words)


def _width(words: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in words)


def _padded(words: str, width: int) -> str:
    return words + " " * (width - _width(words))

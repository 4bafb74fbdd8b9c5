"""The marks in brackets before a line of a template: ``[centre 2x2 bold]``, ``[columns * 8>]``, ``[cut]``."""

import re
from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from printers.layout import Align, Column

What = Literal["text", "columns", "rule", "qr", "feed", "cut"]
Level = Literal["L", "M", "Q", "H"]
ALIGNS: tuple[Align, ...] = ("left", "centre", "right")
LEVELS: tuple[Level, ...] = ("L", "M", "Q", "H")
_MARKED = re.compile(r"\[([^\[\]]*)\] ?(.*)", re.DOTALL)
_SIZE = re.compile(r"([1-8])x([1-8])")
_COLUMN = re.compile(r"(\*|[0-9]{1,2})([<^>]?)")
_COLUMN_ALIGN: dict[str, Align] = {"": "left", "<": "left", "^": "centre", ">": "right"}


class MarksError(ValueError):
    """Marks that nobody can follow: what is wrong and what to write."""


class Marks(Struct, kw_only=True):
    """What the marks of a line say. if_field, unless_field: when the line is there; an empty name: always."""

    what: What = "text"
    align: Align = "left"
    width: int = 1
    height: int = 1
    is_bold: bool = False
    columns: tuple[Column, ...] = ()
    char: str = "-"
    module_dots: int = 4
    level: Level = "M"
    feed_lines: int = 0
    feed_dots: int = 0
    is_full: bool = False
    if_field: str = ""
    unless_field: str = ""


def read_marks(written: str) -> tuple[Marks, str]:
    """Return a line's marks and its words; a line without marks is text from the left. Raises MarksError."""
    marks = Marks()
    if not written.startswith("["):
        return marks, written
    found = _MARKED.fullmatch(written)
    if not found:
        raise MarksError("marks without their ]; write [centre] words, or [] before words that begin with [")
    words = found[1].split()
    while words:
        _read_mark(marks, words)
    if marks.what in ("rule", "feed", "cut") and found[2].strip():
        raise MarksError(f"words after [{marks.what}]; give them a line of their own")
    _check_looks(marks)
    return marks, found[2]


def _check_looks(marks: Marks) -> None:
    """Refuse what would be without effect."""
    looks = {
        "a size": (marks.width, marks.height) != (1, 1) and marks.what != "text",
        "bold": marks.is_bold and marks.what not in ("text", "columns"),
        "a place": marks.align != "left" and marks.what not in ("text", "qr"),
    }
    for look, is_idle in looks.items():
        if is_idle:
            raise MarksError(f"[{marks.what}] has no use for {look}; remove that mark")


def _read_mark(marks: Marks, words: list[str]) -> None:
    word = words.pop(0)
    size = _SIZE.fullmatch(word)
    if size:
        marks.width, marks.height = int(size[1]), int(size[2])
    elif word in ALIGNS:
        marks.align = word
    elif word == "bold":
        marks.is_bold = True
    elif word in ("if", "unless"):
        if not words:
            raise MarksError(f"{word} without a field; write [{word} copy]")
        setattr(marks, f"{word}_field", words.pop(0))
    elif word in KINDS:
        if marks.what != "text":
            raise MarksError(f"both {marks.what} and {word}; make two lines of them")
        marks.what = word  # type: ignore[assignment]
        KINDS[word](marks, words)
    else:
        known = ", ".join((*ALIGNS, "bold", "2x2", "if", "unless", *KINDS))
        raise MarksError(f"unknown mark {word!r}; there is {known}")


def _read_columns(marks: Marks, words: list[str]) -> None:
    columns = []
    while words and (one := _COLUMN.fullmatch(words[0])):
        words.pop(0)
        columns.append(Column("", 0 if one[1] == "*" else int(one[1]), _COLUMN_ALIGN[one[2]]))
    if len(columns) < 2:
        raise MarksError("columns need two widths or more in cells, * for what is left; write [columns * 8>]")
    marks.columns = tuple(columns)


def _read_rule(marks: Marks, words: list[str]) -> None:
    if words and len(words[0]) == 1:
        marks.char = words.pop(0)


def _read_qr(marks: Marks, words: list[str]) -> None:
    marks.align = "centre"
    while words and (words[0].isdecimal() or words[0] in LEVELS):
        word = words.pop(0)
        if word in LEVELS:
            marks.level = word
        elif _is_at_most(word, 16) and int(word):
            marks.module_dots = int(word)
        else:
            raise MarksError(f"a QR code with modules of {word} dots; give 1 to 16")


def _read_feed(marks: Marks, words: list[str]) -> None:
    count = words.pop(0) if words else "1"
    if not _is_at_most(count, 255):
        raise MarksError("how much to feed is not clear; write [feed 2] for lines or [feed 16 dots]")
    if words and words[0] == "dots":
        words.pop(0)
        marks.feed_dots = int(count)
    else:
        marks.feed_lines = int(count)


def _is_at_most(word: str, largest: int) -> bool:
    """Python refuses to make a number of thousands of digits, and a template is anybody's."""
    return word.isdecimal() and len(word) <= 3 and int(word) <= largest


def _read_cut(marks: Marks, words: list[str]) -> None:
    if words and words[0] == "full":
        words.pop(0)
        marks.is_full = True


KINDS: dict[str, Callable[[Marks, list[str]], None]] = {
    "columns": _read_columns,
    "rule": _read_rule,
    "qr": _read_qr,
    "feed": _read_feed,
    "cut": _read_cut,
}
"""What a line is, where it is not text."""

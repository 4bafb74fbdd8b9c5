"""Templates of slips: one line of the file is one line of the paper, with fields in braces; docs/forms.md has it all.

``[centre 2x2] {hall}``: marks in brackets first, then the words. A line whose fields are all empty is left out; one
with a field of several values comes once for each.
"""

import re
from collections.abc import Callable, Mapping

from msgspec import Struct

from printers.layout import Column, Columns, Cut, Document, Element, Feed, Qr, Rule, Text
from printers.marks import Marks, MarksError, read_marks

Row = tuple[str, ...]
Value = str | tuple[str, ...] | tuple[Row, ...]
Values = Mapping[str, Value]
INDEX = "#"
_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+")
_FIELD = re.compile(r"#|[a-z_]+(\.[0-9])?")


class TemplateError(ValueError):
    """A template with a mistake: ``file:line: what is wrong; remedy``."""


class Line(Struct, frozen=True):
    """One line of a template. parts: the words of each column; of most lines there is one. number: in the file."""

    marks: Marks
    parts: tuple["Words", ...]
    fields: tuple[str, ...]
    number: int

    @property
    def constant(self) -> Element | None:
        """What it makes whatever the values are, or None where it depends on them."""
        if self.fields or self.marks.if_field or self.marks.unless_field:
            return None
        return _element(self.marks, [words.filled({}, 1, 0) for words in self.parts])


class Words(Struct, frozen=True):
    """Words with fields. pieces: each the words before a field, and its name; an empty name is no field."""

    pieces: tuple[tuple[str, str], ...]

    def filled(self, values: Values, index: int, at: int) -> str:
        """Return the words for the at-th of several values, 0 the first; {#} becomes index."""
        return "".join(
            plain if not name else plain + (str(index) if name == INDEX else value_at(values, name, at))
            for plain, name in self.pieces
        )


class Template(Struct, frozen=True):
    """A template that was read. name: of the form."""

    name: str
    lines: tuple[Line, ...]

    def fill(self, values: Values) -> Document:
        """Return the document of one slip. A field that has no value is empty."""
        first = values.get("first_index") or "1"
        start = int(first) if isinstance(first, str) and first.isdecimal() else 1
        document: list[Element] = []
        for line in self.lines:
            document += _elements(line, values, start)
        return tuple(document)


def read_template(text: str, *, name: str, file: str, fields: frozenset[str]) -> Template:
    """Return a template. fields: those it may name. Raises TemplateError with file and line."""
    lines = []
    for number, written in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if written.startswith("#"):
            continue
        try:
            lines.append(_line(written.rstrip(), number, fields))
        except (MarksError, TemplateError) as error:
            raise TemplateError(f"{file}:{number}: {error}") from error
    if not lines or not isinstance(lines[-1].constant, Cut):
        raise TemplateError(f"{file}:{max(1, len(text.splitlines()))}: the slip is not cut off; end it with [cut]")
    return Template(name, tuple(lines))


def value_at(values: Values, name: str, at: int) -> str:
    """Return the value of a field; of several values the at-th, empty beyond the last. ``rows.0``: of a table's row."""
    base, _, column = name.partition(".")
    value = values.get(base, "")
    if isinstance(value, tuple):
        if at >= len(value):
            return ""
        value = value[at]
    if isinstance(value, str):
        return value if column in ("", "0") else ""
    return " ".join(value) if not column else value[int(column)] if int(column) < len(value) else ""


def _line(written: str, number: int, fields: frozenset[str]) -> Line:
    marks, words = read_marks(written)
    split = words.split("|") if marks.columns else [words]
    if marks.columns and len(split) != len(marks.columns):
        raise TemplateError(
            f"{len(marks.columns)} columns, but {len(split)} texts; divide the texts by | as many times as needed"
        )
    parts = tuple(_words(one.strip() if marks.columns else one, fields) for one in split)
    named = tuple(dict.fromkeys(name for part in parts for _, name in part.pieces if name))
    for name in (marks.if_field, marks.unless_field):
        if name:
            _check_field(name, fields)
    return Line(marks, parts, tuple(name for name in named if name != INDEX), number)


def _words(text: str, fields: frozenset[str]) -> Words:
    pieces: list[tuple[str, str]] = []
    plain = ""
    for piece in _PIECE.finditer(text):
        word = piece[0]
        if word in ("{{", "}}"):
            plain += word[0]
        elif piece[1] is not None:
            _check_field(piece[1], fields)
            pieces.append((plain, piece[1]))
            plain = ""
        elif word in "{}":
            raise TemplateError(f"a {word} without its other half; write {{field}}, or {word * 2} for the character")
        else:
            plain += word
    return Words((*pieces, (plain, "")) if plain else tuple(pieces))


def _check_field(name: str, fields: frozenset[str]) -> None:
    if name != INDEX and (not _FIELD.fullmatch(name) or name.partition(".")[0] not in fields):
        raise TemplateError(f"unknown field {{{name}}}; this form has {', '.join(sorted(fields))}")


def _elements(line: Line, values: Values, start: int) -> list[Element]:
    constant = line.constant
    if constant is not None:
        return [constant]
    marks = line.marks
    if (marks.if_field and not values.get(marks.if_field)) or (marks.unless_field and values.get(marks.unless_field)):
        return []
    counts = [len(value) for name in line.fields if isinstance(value := values.get(name.partition(".")[0]), tuple)]
    times = range(max(counts)) if counts else range(1)
    return [
        _element(marks, [words.filled(values, start + at, at) for words in line.parts])
        for at in times
        if not line.fields or any(value_at(values, name, at) for name in line.fields)
    ]


def _element(marks: Marks, texts: list[str]) -> Element:
    return _MAKERS[marks.what](marks, texts)


def _columns(marks: Marks, texts: list[str]) -> Columns:
    columns = (Column(text, one.width_cells, one.align) for text, one in zip(texts, marks.columns, strict=True))
    return Columns(tuple(columns), marks.is_bold)


_MAKERS: dict[str, Callable[[Marks, list[str]], Element]] = {
    "text": lambda marks, texts: (
        Text(texts[0], marks.align, marks.width, marks.height, marks.is_bold) if texts[0] else Feed(lines=1)
    ),
    "columns": _columns,
    "rule": lambda marks, _texts: Rule(marks.char),
    "qr": lambda marks, texts: Qr(texts[0], marks.module_dots, marks.level, marks.align),
    "feed": lambda marks, _texts: Feed(marks.feed_lines, marks.feed_dots),
    "cut": lambda marks, _texts: Cut(is_full=marks.is_full),
}

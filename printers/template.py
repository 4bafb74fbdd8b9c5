"""Templates of slips: one line of the file is one line of the paper, with fields in braces; docs/forms.md has it all.

``[centre 2x2] {hall}``: marks in brackets first, then the words. A line whose fields are all empty is left out; one
with a field of several values comes once for each.
"""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress

from msgspec import Struct
from msgspec.structs import replace

from printers.layout import Column, Columns, Cut, Document, Element, Feed, Qr, Rule, Text
from printers.marks import Marks, MarksError, read_marks

Row = tuple[str, ...]
Value = str | tuple[str, ...] | tuple[Row, ...]
Values = Mapping[str, Value]
INDEX = "#"
_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+")
_FIELD = re.compile(r"[a-z_]+(\.[0-9])?")


class TemplateError(ValueError):
    """A template with a mistake: ``file:line: what is wrong; remedy``."""


class Line(Struct, frozen=True):
    """One line of a template. number: in the file. fields: in the order in which formats count them; {#} comes last.

    formats: the words of each column, for `str.format`; of most lines there is one. constant: what it always makes,
    None where that depends on values.
    """

    marks: Marks
    formats: tuple[str, ...]
    fields: tuple[str, ...]
    number: int
    constant: Element | None = None

    def elements(self, values: Values, start: int) -> Iterable[Element]:
        """Return what the line makes of values: nothing, one element, or one for each of several values."""
        if self.constant is not None:
            return (self.constant,)
        marks = self.marks
        if marks.if_field and not values.get(marks.if_field):
            return ()
        if marks.unless_field and values.get(marks.unless_field):
            return ()
        found = [values.get(name) for name in self.fields]
        if None in found or tuple in map(type, found):
            return self._repeated(values, start)
        return (self._element(found, start),) if any(found) or not found else ()

    def _repeated(self, values: Values, start: int) -> list[Element]:
        several = [value for name in self.fields if isinstance(value := values.get(name.partition(".")[0]), tuple)]
        times = range(max(map(len, several), default=1))
        rows = ([value_at(values, name, at) for name in self.fields] for at in times)
        return [self._element(row, start + at) for at, row in enumerate(rows) if any(row)]

    def _element(self, found: Sequence[object], index: int) -> Element:
        return _MAKERS[self.marks.what](self.marks, [words.format(*found, index) for words in self.formats])


class Template(Struct, frozen=True):
    """A template that was read. name: of the form."""

    name: str
    lines: tuple[Line, ...]

    def fill(self, values: Values) -> Document:
        """Return the document of one slip. A field that has no value is empty."""
        first = values.get("first_index")
        start = int(first) if isinstance(first, str) and first.isdecimal() else 1
        return tuple(element for line in self.lines for element in line.elements(values, start))


def decoded(data: bytes) -> str:
    """Return a file's text: UTF-8, or what Notepad calls Unicode (UTF-16) and, on a Chinese Windows, ANSI (GB18030).

    Raises UnicodeDecodeError, with the place as UTF-8 has it.
    """
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        with suppress(UnicodeDecodeError):
            return data.decode("gb18030")
        raise error from None


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
    written_fields = dict.fromkeys(piece[1] for piece in _PIECE.finditer(words) if piece[1])
    named = [name for name in written_fields if name != INDEX]
    conditions = [name for name in (marks.if_field, marks.unless_field) if name]
    for name in (*named, *conditions):
        _check_field(name, fields)
    places = {name: at for at, name in enumerate((*named, INDEX))}
    formats = tuple(_format(one.strip() if marks.columns else one, places) for one in split)
    line = Line(marks, formats, tuple(named), number)
    if written_fields or conditions:
        return line
    return replace(line, constant=_MAKERS[marks.what](marks, [one.format() for one in formats]))


def _format(text: str, places: Mapping[str, int]) -> str:
    """Return words with their fields by place, as `str.format` has them. Raises TemplateError."""
    found = ""
    for piece in _PIECE.finditer(text):
        word = piece[0]
        if piece[1] is not None:
            if piece[1] not in places:
                raise TemplateError("a field without a name; write {hall}, or {{ and }} for the characters")
            found += f"{{{places[piece[1]]}}}"
        elif word in ("{", "}"):
            raise TemplateError(f"a {word} without its other half; write {{field}}, or {word * 2} for the character")
        else:
            found += word
    return found


def _check_field(name: str, fields: frozenset[str]) -> None:
    if not _FIELD.fullmatch(name) or name.partition(".")[0] not in fields:
        raise TemplateError(f"unknown field {{{name}}}; this form has {', '.join(sorted(fields))}")


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

"""Looks for what is wrong with a hall's own templates of papers, on the very printers of the hall."""

import stat
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from printers.forms import FORM_FIELDS, TemplateError
from printers.layout import Columns, Element, Feed, Text
from printers.output import print_bytes
from printers.profile import Profile
from printers.raster import LARGEST_BYTES
from printers.raster_type import unprintable
from printers.template import Line, Template, decoded, read_template
from printers.wrapping import cells, clean, longest_word

SIZE_BYTES_MAX = 20_000
"""The longest shipped template has 1 500."""
LINES_MAX = 200
"""The longest shipped template has 47; each line is set for every printer while nobody is served."""
FED_LINES_MAX = 100
TABLES = frozenset({"rows", "totals"})
"""The fields whose values are rows with columns: {rows.0}."""


def check_forms(folder: Path, profiles: Collection[Profile]) -> int:
    """Return how many templates a hall has of its own; raise TemplateError for the first mistake in one."""
    paths = sorted(folder.glob("*.txt"))
    for path in paths:
        read_sound(path, profiles)
    return len(paths)


def read_sound(path: Path, profiles: Collection[Profile]) -> Template:
    """Return a hall's own template of a form. profiles: of the printers on which it has to fit.

    Raises TemplateError with file, line and remedy for what cannot be read, names no form or field, is too wide for a
    printer or has a character that no font has.
    """
    if path.stem not in FORM_FIELDS:
        raise TemplateError(f"{path}:1: no form has this name; call it one of {', '.join(FORM_FIELDS)}")
    fields = FORM_FIELDS[path.stem]
    template = read_template(_text(path), name=path.stem, file=str(path), fields=fields)
    if len(template.lines) > LINES_MAX:
        raise TemplateError(f"{path}:{LINES_MAX + 1}: {len(template.lines)} lines; shorten it to {LINES_MAX}")
    for line in template.lines:
        for wrong in _mistakes(line, fields, profiles):
            raise TemplateError(f"{path}:{line.number}: {wrong}")
    for wrong in _too_long(template, fields, profiles):
        raise TemplateError(f"{path}:{template.lines[-1].number}: {wrong}")
    return template


def _text(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # a pipe would hold up whoever reads it for good
            raise TemplateError(f"{path}:1: not a file; put the template itself here")
        with path.open("rb") as file:
            data = file.read(SIZE_BYTES_MAX + 1)
        if len(data) > SIZE_BYTES_MAX:
            raise TemplateError(f"{path}:1: {path.stat().st_size} bytes; shorten it to {SIZE_BYTES_MAX}")
        text = decoded(data)
    except OSError as error:
        raise TemplateError(f"{path}:1: cannot be read ({error.strerror}); make it readable for the hub") from None
    except UnicodeDecodeError as error:
        number = data[: error.start].count(b"\n") + 1
        raise TemplateError(f"{path}:{number}: not UTF-8; save it from Notepad with the encoding UTF-8") from None
    return text


def _mistakes(line: Line, fields: frozenset[str], profiles: Collection[Profile]) -> Iterator[str]:
    """Yield what is wrong with one line. It is looked at with fields of one character, which nothing can be under."""
    for name in line.fields:
        if "." in name and name.partition(".")[0] not in TABLES:
            yield f"{{{name}}} has no columns; write {{{name.partition('.')[0]}}}"
    present = {line.marks.if_field, *(name.partition(".")[0] for name in line.fields)} - {line.marks.unless_field}
    for element in Template("", (line,)).fill(_least(present & fields)):
        yield from _absent(element)
        for profile in profiles:
            yield from _too_wide(element, profile)


def _too_long(template: Template, fields: frozenset[str], profiles: Collection[Profile]) -> Iterator[str]:
    """Yield why the whole is more paper than anybody wants, or more than a device takes at once."""
    document = template.fill(_least(fields))
    fed = sum(element.lines for element in document if isinstance(element, Feed))
    if fed > FED_LINES_MAX:
        yield f"{fed} empty lines on one slip; shorten it to {FED_LINES_MAX}"
    for profile in profiles:
        size_bytes = len(print_bytes(document, profile))
        if size_bytes > LARGEST_BYTES:
            where = f"a device (profile {profile.name})"
            yield f"{size_bytes} bytes, more than the {LARGEST_BYTES} that {where} takes; shorten it"


def _least(names: Iterable[str]) -> dict[str, str | tuple[tuple[str, ...], ...]]:
    return {name: (("0",) * 10,) if name in TABLES else "0" for name in names}


def _absent(element: Element) -> Iterator[str]:
    words = "".join(_texts(element))
    if absent := unprintable(words):
        yield f"no font has {' '.join(absent)}; write it otherwise"


def _texts(element: Element) -> Iterator[str]:
    if isinstance(element, Text):
        yield element.text
    elif isinstance(element, Columns):
        yield from (one.text for one in element.columns)


def _too_wide(element: Element, profile: Profile) -> Iterator[str]:
    """Yield what a paper has no room for: a word, a line in large type that would be broken, columns, a code."""
    where = f"paper of {profile.cells} cells (profile {profile.name})"
    if isinstance(element, Text):
        words = clean(element.text)
        wide = cells(words) * element.width if element.width > 1 else longest_word(words)
        if wide > profile.cells:
            yield f"{wide} cells are too wide for {where}; shorten the line, or take a smaller size"
    try:
        print_bytes((element,), profile)
    except ValueError as error:
        yield f"{error}, for {where}"

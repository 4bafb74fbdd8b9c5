"""A notice (一次性告知单) and its continuation sheets: six numbered lines a sheet, as the form has them (M15, M37)."""

from collections.abc import Mapping

from printers.forms import Forms
from printers.layout import Document
from printers.template import Value

ITEMS_PER_SHEET = 6
"""The form has six numbered lines."""


def sheets_of(items: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the items of each sheet, at least one sheet and at most six items on each."""
    starts = range(0, max(1, len(items)), ITEMS_PER_SHEET)
    return tuple(items[at : at + ITEMS_PER_SHEET] for at in starts)


def notice_document(forms: Forms, values: Mapping[str, Value], items: tuple[str, ...]) -> Document:
    """Return a notice with all its sheets as one job: both parts of the first, then both parts of every further one.

    values: the fields of the form notice without items and sheet. Where one sheet is enough, it does not count itself.
    """
    sheets = sheets_of(items)
    document: Document = ()
    for at, part in enumerate(sheets):
        words = f"第{at + 1}页，共{len(sheets)}页" if len(sheets) > 1 else ""
        name = "notice-more" if at else "notice"
        first = str(at * ITEMS_PER_SHEET + 1)
        document += forms.fill(name, {**values, "items": part, "sheet": words, "first_index": first})
    return document

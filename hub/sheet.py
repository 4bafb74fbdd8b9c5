"""Workbooks that spreadsheets open (XLSX), made in memory; the one place that knows the library that writes them."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
"""What somebody typed is a text, whatever it looks like."""


def workbook(fill: Callable[[Any], None], *, title: str, at: int | None = None) -> bytes:
    """Return a workbook's file. fill: is given the open book, of xlsxwriter. at: of which moment it is, ms, or now."""
    import xlsxwriter  # large, and not needed by a hub at work

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, OPTIONS)
    created = {} if at is None else {"created": datetime.fromtimestamp(at / 1000, UTC)}
    book.set_properties({"title": title, **created})
    fill(book)
    book.close()
    return file.getvalue()

"""What the worker process does for the pages of statistics: it makes a report and sets it, as HTML or as a file."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from hub.reports.answer import Report
from hub.reports.question import Question

if TYPE_CHECKING:
    from hub.reports.make import Reports

Form = Literal["csv", "xlsx", "pdf"]
DAYS_AT_ONCE = 20
"""A second or two: meanwhile nobody else gets an answer of the worker."""


class NoFontError(LookupError):
    """A PDF cannot be set, for no Chinese font is installed."""


class File(Struct, frozen=True):
    """A file. title: what people call it, without an ending."""

    title: str
    data: bytes


class BehindError(LookupError):
    """Many days of the journal have not been read yet; more of them have now."""


def fill_up(folder: Path, hall_file: Path) -> bool:
    """Read some days of the journal that were not read yet; return whether nothing is left to be read."""
    return _reports(folder, hall_file).catch_up(DAYS_AT_ONCE)


def page_of(folder: Path, hall_file: Path, question: Question) -> str:
    """Return the figures, tables and pictures as HTML, in which everything that somebody typed is escaped.

    Raises BehindError.
    """
    from hub.staff.reports.figures import html_of

    return html_of(_report(folder, hall_file, question))


def file_of(folder: Path, hall_file: Path, question: Question, form: Form) -> File:
    """Return a report as a file; raise BehindError, or NoFontError where a PDF's font is not installed."""
    from hub.reports.columns import title_of

    report = _report(folder, hall_file, question)
    make = _maker(form)
    try:
        data = make(report)
    except FileNotFoundError as error:
        raise NoFontError(str(error)) from error
    return File(f"{title_of(report)} {report.span.words}", data)


def _report(folder: Path, hall_file: Path, question: Question) -> Report:
    """Nobody waits at a page until ten years are read."""
    if not fill_up(folder, hall_file):
        raise BehindError
    return _reports(folder, hall_file).make(question)


@functools.cache
def _reports(folder: Path, hall_file: Path) -> "Reports":
    from hub.reports.make import Reports  # which the hub itself, that names the functions here, does not need

    return Reports(folder, hall_file)


def _maker(form: Form) -> Callable[[Report], bytes]:
    """Only the library that makes the form is loaded."""
    if form == "csv":
        from hub.reports.to_csv import csv_of

        return csv_of
    if form == "xlsx":
        from hub.reports.to_xlsx import xlsx_of

        return xlsx_of
    from hub.reports.to_pdf import pdf_of

    return pdf_of

"""A report as CSV, for programs and for a double click: one table, in which no cell is taken for a formula."""

import csv
import io

from hub.cells import harmless
from hub.reports.answer import Report
from hub.reports.columns import COLUMNS, words_of
from hub.reports.question import BY_WORDS


def csv_of(report: Report) -> bytes:
    """Return the file, UTF-8 with its mark, by which spreadsheets know it."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["统计期间", BY_WORDS[report.by], *(column.title for column in COLUMNS)])
    for line in (*report.lines, report.total):
        cells = [report.span.words, line.name, *(words_of(column, line) for column in COLUMNS)]
        rows.writerow([harmless(cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")

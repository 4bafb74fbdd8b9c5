"""A report as a workbook: figures as numbers that can be reckoned with, and pictures of the hours and the course."""

from collections.abc import Sequence
from typing import Any

from hub.reports.answer import Line, Point, Report
from hub.reports.columns import COLUMNS, COURSE, DEVICES, Column, as_of_words, notes, point_words, title_of
from hub.reports.question import BY_WORDS
from hub.sheet import workbook

DAY_MS = 86_400_000
FORMATS = {"count": "0", "share": "0.0%", "change": "+0.0%;-0.0%;0.0%", "time": "[h]:mm:ss"}
NAME_WIDTH = 24
HEAD_ROW = 3


def xlsx_of(report: Report) -> bytes:
    """Return the file."""
    return workbook(lambda book: _Book(book, report).fill(), title=title_of(report), at=report.as_of)


class _Book:
    """A workbook under way."""

    def __init__(self, book: Any, report: Report) -> None:
        self._book, self._report = book, report
        self._title = book.add_format({"bold": True, "font_size": 16})
        self._head = book.add_format(
            {
                "bold": True,
                "bg_color": "#DCE6F1",
                "border": 1,
                "text_wrap": True,
                "align": "center",
                "valign": "vcenter",
            }
        )
        self._words = book.add_format({"border": 1})
        self._shapes = {shape: book.add_format({"num_format": words, "border": 1}) for shape, words in FORMATS.items()}

    def fill(self) -> None:
        """Make all sheets."""
        self._figures()
        self._points("时段分布", "时段", self._report.hours, "column")
        self._points("走势", "日期", self._report.course, "line")
        if self._report.devices:
            self._devices()

    def _sheet(self, name: str, heads: Sequence[str]) -> Any:
        sheet = self._book.add_worksheet(name)
        sheet.write_string(0, 0, title_of(self._report), self._title)
        said = f"统计期间：{self._report.span.words}　数据截至：{as_of_words(self._report)}"
        sheet.write_string(1, 0, said)
        for column, head in enumerate(heads):
            sheet.write_string(HEAD_ROW, column, head, self._head)
        sheet.freeze_panes(HEAD_ROW + 1, 1)
        sheet.set_column(0, 0, NAME_WIDTH)
        sheet.set_column(1, len(heads), 10)
        sheet.set_row(HEAD_ROW, 32)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEAD_ROW)
        sheet.set_footer("&C第 &P 页，共 &N 页")
        return sheet

    def _figures(self) -> None:
        sheet = self._sheet("统计", [BY_WORDS[self._report.by], *(column.title for column in COLUMNS)])
        lines = (*self._report.lines, self._report.total)
        for row, line in enumerate(lines, HEAD_ROW + 1):
            sheet.write_string(row, 0, line.name, self._words)
            for at, column in enumerate(COLUMNS, 1):
                self._cell(sheet, row, at, column, line)
        for row, note in enumerate(notes(self._report), HEAD_ROW + len(lines) + 2):
            sheet.write_string(row, 0, note)

    def _cell(self, sheet: Any, row: int, at: int, column: Column, line: Line) -> None:
        value, shape = column.value(line), self._shapes[column.shape]
        if value is None:
            sheet.write_blank(row, at, None, shape)
        else:
            sheet.write_number(row, at, value / DAY_MS if column.shape == "time" else value, shape)

    def _points(self, name: str, head: str, points: Sequence[Point], kind: str) -> None:
        sheet = self._sheet(name, [head, *COURSE[1:]])
        for row, point in enumerate(points, HEAD_ROW + 1):
            sheet.write_string(row, 0, point_words(point.at), self._words)
            for at, count in enumerate((point.taken, point.called, point.served, point.no_show), 1):
                sheet.write_number(row, at, count, self._shapes["count"])
            if point.wait_ms is not None:
                sheet.write_number(row, 5, point.wait_ms / DAY_MS, self._shapes["time"])
        if points:
            sheet.insert_chart(HEAD_ROW, 7, self._chart(name, kind, HEAD_ROW + len(points)))

    def _chart(self, name: str, kind: str, last: int) -> Any:
        chart = self._book.add_chart({"type": kind})
        for column in (1, 3):  # what came, and what was served
            chart.add_series(
                {
                    "name": [name, HEAD_ROW, column],
                    "categories": [name, HEAD_ROW + 1, 0, last, 0],
                    "values": [name, HEAD_ROW + 1, column, last, column],
                }
            )
        chart.set_title({"name": name})
        chart.set_size({"width": 760, "height": 380})
        return chart

    def _devices(self) -> None:
        sheet = self._sheet("设备", DEVICES)
        for row, one in enumerate(self._report.devices, HEAD_ROW + 1):
            sheet.write_string(row, 0, one.name, self._words)
            if one.percent is not None:
                sheet.write_number(row, 1, one.percent / 100, self._shapes["share"])
            sheet.write_number(row, 2, one.faults, self._shapes["count"])
            sheet.write_number(row, 3, round(one.known_ms / 3_600_000, 1), self._words)

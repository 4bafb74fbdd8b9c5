"""A report as PDF, to be printed and filed: A4 across, every table with its head on every page, no word cut off."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, WrapMode, XPos, YPos
from fpdf.fonts import FontFace

from hub.reports.answer import Report
from hub.reports.columns import (
    COLUMNS,
    COURSE,
    DEVICES,
    GROUPS,
    as_of_words,
    device_cells,
    notes,
    point_cells,
    title_of,
    words_of,
)
from hub.reports.question import BY_WORDS

FONT = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")
RARE = Path("/usr/share/fonts/truetype/babelstone/BabelStoneHan.ttf")
"""For characters of names that the first has not."""
NAME_SHARE = 2.6
"""How many times as wide as the others the first column is."""
HEAD = FontFace(fill_color=(220, 230, 241))


def pdf_of(report: Report) -> bytes:
    """Return the file; raise FileNotFoundError where the font is not installed."""
    if not FONT.is_file():
        raise FileNotFoundError(f"{FONT}: no such font; install the package fonts-wqy-microhei")
    page = _Page(report)
    page.add_page()
    for group in GROUPS:
        columns = [column for column in COLUMNS if column.group == group]
        lines = [[line.name, *(words_of(one, line) for one in columns)] for line in (*report.lines, report.total)]
        page.put(group, [BY_WORDS[report.by], *(one.title for one in columns)], lines)
    for note in notes(report):
        page.say(note)
    page.put("时段分布", ["时段", *COURSE[1:]], [point_cells(point) for point in report.hours])
    page.put("走势", COURSE, [point_cells(point) for point in report.course])
    page.put("设备", DEVICES, [device_cells(one) for one in report.devices])
    return bytes(page.output())


class _Page(FPDF):
    """The paper, with what stands on every page of it."""

    def __init__(self, report: Report) -> None:
        super().__init__(orientation="landscape", unit="mm", format="A4")
        self._report = report
        self.set_creation_date(datetime.fromtimestamp(report.as_of / 1000, UTC))
        self.set_title(title_of(report))
        self.set_lang("zh-CN")
        self.add_font("han", fname=FONT)
        if RARE.is_file():
            self.add_font("rare", fname=RARE)
            self.set_fallback_fonts(["rare"], exact_match=False)
        self.set_margins(10, 10)
        self.set_auto_page_break(auto=True, margin=15)
        self.alias_nb_pages()

    def header(self) -> None:
        """Write whose report it is, of what, and until when."""
        self.set_font("han", size=14)
        self._line(title_of(self._report), 8)
        self.set_font("han", size=9)
        self._line(f"统计期间：{self._report.span.words}　数据截至：{as_of_words(self._report)}", 5)
        self.ln(2)

    def footer(self) -> None:
        """Write which page it is."""
        self.set_y(-12)
        self.set_font("han", size=8)
        self.cell(0, 6, f"第 {self.page_no()} 页，共 {{nb}} 页", align="C")

    def say(self, words: str) -> None:
        """Write a sentence."""
        self.set_font("han", size=9)
        self._line(words, 6)

    def put(self, name: str, heads: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
        """Set a table under its name, which does not stay alone at the foot of a page."""
        if not lines:
            return
        if self.will_page_break(40):
            self.add_page()
        self.ln(2)
        self.set_font("han", size=11)
        self._line(name, 7)
        self.set_font("han", size=8)
        align = ("LEFT", *["RIGHT"] * (len(heads) - 1))
        with self.table(
            headings_style=HEAD,
            borders_layout=TableBordersLayout.ALL,
            col_widths=(NAME_SHARE, *[1] * (len(heads) - 1)),
            line_height=5,
            padding=0.5,
            text_align=align,
            wrapmode=WrapMode.CHAR,
        ) as table:
            for cells in (heads, *lines):
                table.row(cells)

    def _line(self, words: str, height: float) -> None:
        self.multi_cell(0, height, words, new_x=XPos.LMARGIN, new_y=YPos.NEXT, wrapmode=WrapMode.CHAR)

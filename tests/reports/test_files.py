"""The files that a report is handed on in, read back by programs that did not write them; and the command."""

import argparse
import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest

from hub.cells import harmless
from hub.cli import report as command
from hub.reports import question
from hub.reports.answer import Line, Report, Sums
from hub.reports.columns import COLUMNS, time_words, words_of
from hub.reports.make import make_report
from hub.reports.question import Question
from hub.reports.to_csv import csv_of
from hub.reports.to_pdf import pdf_of
from hub.reports.to_xlsx import xlsx_of
from tests.reports.month import Month

RARE = "陈㛃𠮷"
LONG = "买买提·阿卜杜热合曼·艾合麦提"
HOSTILE = "=HYPERLINK(1)"


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Month:
    played = Month(tmp_path_factory.mktemp("files"), seed=5)
    played.play(10)
    played.journal.close()
    text = played.file.read_text("utf-8").replace("陈建国", RARE).replace("李梅", LONG, 1).replace("孙丽", HOSTILE)
    played.file.write_text(text, encoding="utf-8")
    return played


@pytest.fixture(scope="module")
def report(month: Month) -> Report:
    return make_report(month.folder, month.file, Question(span=question.week("2026-W45"), by="person"))


def every_line(report: Report) -> tuple[Line, ...]:
    return (*report.lines, report.total)


@pytest.mark.req("M27")
def test_the_csv_has_every_figure_and_no_formula(report: Report) -> None:
    content = csv_of(report)
    assert content.startswith(b"\xef\xbb\xbf"), "by which a spreadsheet knows that it is UTF-8"
    head, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert head == ["统计期间", "人员", *(column.title for column in COLUMNS)]
    assert {"呼叫量", "超时等待量", "超时等待率", "办理量", "办理率", "弃号量", "弃号率", "最长办理"} < set(head)
    for row, line in zip(rows, every_line(report), strict=True):
        assert row[2:] == [words_of(column, line) for column in COLUMNS]
    names = [row[1] for row in rows]
    assert f"'{HOSTILE}（027004）" in names
    assert f"{LONG}（027002）" in names
    assert all(cell[:1] not in ("=", "+", "-", "@") for row in rows for cell in row)


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\t=1", "\r=1"])
def test_what_a_spreadsheet_would_reckon_with_is_made_harmless(cell: str) -> None:
    assert harmless(cell) == "'" + cell


@pytest.mark.req("M27", "S28")
def test_the_workbook_has_numbers_that_can_be_reckoned_with(report: Report) -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_of(report)))
    assert book.sheetnames == ["统计", "时段分布", "走势", "设备"]
    _title, _span, _none, head, *rows = book["统计"].values
    assert head == ("人员", *(column.title for column in COLUMNS))
    for row, line in zip(rows, every_line(report), strict=False):
        assert row[0] == line.name
        for cell, column in zip(row[1:], COLUMNS, strict=True):
            assert_same(cell, column.value(line), column.shape)
    formulas = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert formulas == []
    hours = list(book["时段分布"].iter_rows(min_row=5, max_col=3, values_only=True))
    assert hours == [(f"{point.at}时", point.taken, point.called) for point in report.hours]
    assert [len(book[name]._charts) for name in ("时段分布", "走势")] == [1, 1]


def assert_same(cell: Any, value: float | None, shape: str) -> None:
    if shape == "time" and value is not None:
        days = cell.total_seconds() / 86_400 if isinstance(cell, timedelta) else _days(cell)
        assert days == pytest.approx(value / 86_400_000, abs=1e-8)
    else:
        assert cell == (value if value is None else pytest.approx(value))


def _days(cell: Any) -> float:
    """A time under a day is read as an hour of the clock."""
    if hasattr(cell, "hour"):
        return float(cell.hour * 3600 + cell.minute * 60 + cell.second + cell.microsecond / 1e6) / 86_400
    return float(cell)


@pytest.mark.req("M27")
def test_the_pdf_has_every_word_on_numbered_pages(report: Report) -> None:
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf_of(report))).pages]
    for number, text in enumerate(pages, 1):
        assert "东湖派出所综合服务大厅周报" in text
        assert "统计期间：2026年第45周（11月2日—11月8日）" in text
        assert f"第 {number} 页，共 {len(pages)} 页" in text
    words = "".join("".join(pages).split())
    assert f"{RARE}（027001）" in words
    assert f"{LONG}（027002）" in words
    for line in every_line(report):
        for group in ("业务量", "等待与办理", "评价与告知"):
            cells = [words_of(column, line) for column in COLUMNS if column.group == group]
            assert line.name + "".join(cells) in words
    for column in COLUMNS:
        assert column.title in words


def test_a_pdf_without_its_font_says_what_to_install(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.reports.to_pdf.FONT", Path("/none.ttc"))
    with pytest.raises(FileNotFoundError, match="install the package fonts-wqy-microhei"):
        pdf_of(report)


def test_files_of_an_empty_report(month: Month) -> None:
    nothing = make_report(month.folder, month.file, Question(span=question.day("2020-01-01")))
    assert len(csv_of(nothing).splitlines()) == 2
    assert openpyxl.load_workbook(io.BytesIO(xlsx_of(nothing))).sheetnames == ["统计", "时段分布", "走势"]
    assert len(pypdf.PdfReader(io.BytesIO(pdf_of(nothing))).pages) == 1


def test_a_table_of_many_pages_has_its_head_on_each(month: Month) -> None:
    days = make_report(month.folder, month.file, Question(span=question.month("2026-11"), by="day"))
    many = [Line(key=str(at), name=f"第{at}行", now=Sums(taken=at), before=Sums()) for at in range(90)]
    long = type(days)(**{name: getattr(days, name) for name in days.__struct_fields__} | {"lines": tuple(many)})
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf_of(long))).pages]
    first_group = [text for text in pages if "上期办理量" in text]
    assert len(first_group) >= 3
    assert all(f"第{at}行" in "".join(pages) for at in range(90))


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    command.add(parser.add_subparsers())
    args = parser.parse_args(["report", *words])
    return int(args.run(args))


@pytest.mark.req("M27", "S14")
def test_the_command_prints_and_writes(month: Month, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = [str(month.folder), "--hall", str(month.file), "--week", "2026-W45", "--by", "counter"]
    files = {form: tmp_path / f"week.{form}" for form in ("csv", "xlsx", "pdf")}
    assert run(*asked, *(word for form, path in files.items() for word in (f"--{form}", str(path)))) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[0] == "东湖派出所综合服务大厅周报  2026年第45周（11月2日—11月8日）"
    assert "3号窗口" in said
    assert "建议开放" in said
    assert [path.read_bytes()[:3] for path in files.values()] == [b"\xef\xbb\xbf", b"PK\x03", b"%PD"]
    assert run(*asked, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [line["name"] for line in told["lines"]] == ["未到窗口", "1号窗口", "2号窗口", "3号窗口"]
    assert sum(line["now"]["served"] for line in told["lines"]) == told["total"]["now"]["served"] > 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--week", "2026-47"], "'2026-47' is no week; write it as 2026-W47"),
        (["--week", "2026-W54"], "'2026-W54' is no week"),
        (["--month", "2026-13"], "'2026-13' is no month; write it as 2026-11"),
        (["--year", "0"], "'0' is no year; write it as 2026"),
        (["--day", "yesterday"], "'yesterday' is no day; write it as 2026-11-20"),
        (["--days", "2026-11-02", "2026-11-01"], "2026-11-01 is before 2026-11-02"),
    ],
)
def test_a_span_that_is_none_is_refused(month: Month, words: list[str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        run(str(month.folder), "--hall", str(month.file), *words)


@pytest.mark.parametrize(
    ("span", "before", "words"),
    [
        (question.week("2026-W01"), question.week("2025-W52"), "2026年第1周（12月29日—1月4日）"),
        (question.month("2028-03"), question.month("2028-02"), "2028年3月"),
        (question.year("2026"), question.year("2025"), "2026年"),
        (question.day("2026-01-01"), question.day("2025-12-31"), "2026年1月1日"),
        (
            question.between("2026-11-10", "2026-11-12"),
            question.between("2026-11-07", "2026-11-09"),
            "2026年11月10日—2026年11月12日",
        ),
    ],
)
def test_a_span_is_compared_with_the_one_before_it(span: question.Span, before: question.Span, words: str) -> None:
    assert span.before() == before
    assert span.words == words


def test_times_are_said_in_hours_minutes_and_seconds() -> None:
    assert [time_words(ms) for ms in (None, 0, 59_500, 3_599_499, 3_600_000)] == [
        "—",
        "0:00",
        "1:00",
        "59:59",
        "1:00:00",
    ]

"""The statistics' page (M27, S11, S13, S14, S22, S26, S28, M34): its figures are the report's, its files open."""

import asyncio
import csv
import io
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pypdf
import pytest

from hub.calendar import business_day
from hub.clock import wall_ms
from hub.reports.answer import Line, Point, Report, Sums
from hub.reports.columns import COLUMNS, GROUPS, device_cells, notes, point_cells, words_of
from hub.reports.make import Reports, make_report
from hub.reports.question import By, Question, Span, around
from hub.reports.store import Store
from hub.staff.reports import apart, nightly
from hub.staff.reports.apart import BehindError
from hub.staff.reports.figures import LINES_MAX, html_of
from hub.staff.reports.pictures import course_picture, hours_picture, ratings_of, waits_picture
from tests.reports.month import BEGINS, FILE, ZONE, Month
from tests.staff.house import MANAGERS, PIN, SUN, Visitor, open_house, staff_hall

HOSTILE = "<b>陈"
PIN_HASH = staff_hall().partition('pin = "')[2].partition('"')[0]
MANAGING = "".join(
    f'[[people]]\nid = "{number}"\nname = "管{role}"\npin = "{PIN_HASH}"\nkind = "office"\nroles = ["{role}"]\n\n'
    for role, number in MANAGERS.items()
)


def last_week() -> Span:
    """Return the week before that of the present business day, which on a Monday is still Sunday for some hours."""
    return around("week", date.fromisoformat(business_day(wall_ms(), ZONE, BEGINS)) - timedelta(days=7))


def play_a_week(folder: Path) -> str:
    """Play a hall that has a busy week behind it, and some days before; return its file."""
    month = Month(folder, seed=5, more=MANAGING)
    monday = last_week().first
    for count, days in enumerate((-4, -3, 0, 1, 2, 3, 4)):
        month.day(monday + timedelta(days=days), count)
        month.keep()
    month.journal.close()
    return FILE.replace("陈建国", HOSTILE) + MANAGING


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("played")


@pytest.fixture(scope="module")
def hall_file(played: Path) -> str:
    return play_a_week(played)


def report_of(folder: Path, span: Span, by: By = "counter", unit: str | None = None) -> Report:
    return make_report(folder, folder / "hall.toml", Question(span=span, by=by, unit=unit))


class Tables(HTMLParser):
    """Every table of a page: rows of what its cells say."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[list[list[str]]] = []
        self._is_cell = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag == "table":
            self.found.append([])
        elif tag == "tr":
            self.found[-1].append([])
        elif tag in ("th", "td"):
            self.found[-1][-1].append("")
        self._is_cell = tag in ("th", "td")

    def handle_endtag(self, tag: str) -> None:
        self._is_cell = self._is_cell and tag not in ("th", "td")

    def handle_data(self, data: str) -> None:
        if self._is_cell:
            self.found[-1][-1][-1] += data


def expected(report: Report) -> Iterator[list[list[str]]]:
    """Yield the rows of every table that a page must have of a report, without their heads."""
    for group in GROUPS:
        columns = [column for column in COLUMNS if column.group == group]
        yield [[line.name, *(words_of(one, line) for one in columns)] for line in (*report.lines, report.total)]
    yield [point_cells(point) for point in report.hours]
    yield [point_cells(point) for point in report.course]


@pytest.mark.req("M27", "M34", "S11", "S13", "S14", "S22", "S26", "S28")
async def test_the_figures_on_the_page_are_the_reports(played: Path, hall_file: str) -> None:
    span = last_week()
    where = f"/staff/reports?kind=week&first={span.first}"
    async with open_house(played, hall_file) as pages:
        statistician = await pages.sign_in(MANAGERS["statistician"])
        for by, unit in (("counter", None), ("person", None), ("class", "户政"), ("day", None), ("unit", None)):
            answer = await statistician.see(f"{where}&by={by}" + (f"&unit={unit}" if unit else ""))
            report = report_of(played, span, by, unit)  # type: ignore[arg-type]
            assert report.total.now.served > (100 if unit else 300)
            tables = Tables(answer.text).found
            assert [table[1:] for table in tables[:5]] == list(expected(report)), by
            assert [row[:-1] for row in tables[6][1:]] == [device_cells(one) for one in report.devices]
            assert all(note in answer.text for note in notes(report))
        unrated = f"未评价{report.total.now.unrated}"
        assert unrated in "".join(answer.text.split())
        assert ["未评价", str(report.total.now.unrated)] == tables[5][-1][:2]
        assert "峰，开通" in answer.text
        assert "虚线：6分钟" in answer.text
        assert f"上期 {report.total.before.served}，" in answer.text
        assert 0 < report.total.before.served < report.total.now.served
        person = await statistician.see(f"{where}&by=person")
        assert "<b>陈" not in person.text
        assert "&lt;b&gt;陈" in person.text
        seen = [one for one in pages.noted() if one.person == MANAGERS["statistician"]][1:]
        assert {(one.action, one.subject) for one in seen} == {("reports-see", "/staff/reports")}


@pytest.mark.req("M27", "M26", "S26")
async def test_files_open_and_who_took_them_is_kept(played: Path, hall_file: str) -> None:
    span = last_week()
    where = f"/staff/reports/file?kind=week&first={span.first}&by=service"
    async with open_house(played, hall_file) as pages:
        statistician = await pages.sign_in(MANAGERS["statistician"])
        report = report_of(played, span, "service")
        taken = {form: await statistician.see(f"{where}&as={form}") for form in ("csv", "xlsx", "pdf")}
        rows = list(csv.reader(io.StringIO(taken["csv"].content.decode("utf-8-sig"))))
        assert [row[2:] for row in rows[1:]] == [
            [words_of(column, line) for column in COLUMNS] for line in (*report.lines, report.total)
        ]
        sheet = openpyxl.load_workbook(io.BytesIO(taken["xlsx"].content))["统计"]
        assert [row[0].value for row in sheet.iter_rows(min_row=5, max_row=8)] == [
            *(line.name for line in report.lines),
            "合计",
        ]
        assert "周报" in pypdf.PdfReader(io.BytesIO(taken["pdf"].content)).pages[0].extract_text()
        named = taken["pdf"].headers["content-disposition"]
        assert named.startswith(f'attachment; filename="report-{span.first:%Y%m%d}-{span.last:%Y%m%d}.pdf"')
        kept = [one.subject for one in pages.noted() if one.action == "reports-export"]
        assert kept == [f"{span.first:%Y%m%d}-{span.last:%Y%m%d} service {form}" for form in taken]
        business = await pages.sign_in(MANAGERS["business"])
        page = await business.see("/staff/reports")
        assert (page.status_code, "导出" in page.text) == (200, False)
        assert (await business.see(where)).status_code == 403
        assert len([one for one in pages.noted() if one.action == "reports-export" and one.refused]) == 1


async def refusal(visitor: Visitor, path: str) -> tuple[int, str]:
    answer = await visitor.client.get(path, headers={"accept": "application/json"})
    return answer.status_code, answer.json()["words"]


async def test_odd_questions_are_answered_with_a_sentence(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        statistician = await pages.sign_in(MANAGERS["statistician"])
        for path in ("/staff/reports", "/staff/reports/file"):
            for query, words in (
                ("first=2026-13-01", "日期有误，请填写为 2026-11-21"),
                ("first=0001-01-01", "日期应在2000年至2099年之间"),
                ("kind=year&first=9999-12-31", "日期应在2000年至2099年之间"),
                ("kind=span&first=2026-11-02&last=2026-11-01", "起始日期晚于截止日期，请重新选择"),
                ("kind=hour", "没有这种统计期间，请选择日报、周报、月报、年报或任选日期"),
                ("by=name", "没有这种统计方式，请在页面上重新选择"),
                ("unit=%3Cb%3E", "本厅没有“<b>”这个单位，请重新选择"),
            ):
                assert await refusal(statistician, f"{path}?{query}") == (400, words)
        assert await refusal(statistician, "/staff/reports/file?as=exe") == (
            400,
            "没有这种文件格式，请选择 XLSX、CSV 或 PDF",
        )
        (tmp_path / "reports.db").mkdir()
        assert await refusal(statistician, "/staff/reports") == (
            503,
            "统计数据暂时无法读取，请稍后再试；仍然如此请告知系统管理员",
        )
        guide = await pages.sign_in(SUN, PIN)
        assert (await guide.see("/staff/reports")).status_code == 403


@pytest.mark.req("S14")
async def test_the_spans_before_and_after_are_one_tap_away(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        statistician = await pages.sign_in(MANAGERS["statistician"])
        for kind, first, before, after in (
            ("day", "2024-03-01", "day&amp;first=2024-02-29", "day&amp;first=2024-03-02"),
            ("week", "2024-01-03", "week&amp;first=2023-12-25", "week&amp;first=2024-01-08"),
            ("month", "2024-01-31", "month&amp;first=2023-12-01", "month&amp;first=2024-02-01"),
            ("year", "2024-05-05", "year&amp;first=2023-01-01", "year&amp;first=2025-01-01"),
        ):
            page = (await statistician.see(f"/staff/reports?kind={kind}&first={first}")).text
            assert f"kind={before}&amp;by=counter" in page, kind
            assert f"kind={after}&amp;by=counter" in page, kind
        page = (await statistician.see("/staff/reports?kind=span&first=2024-03-01&last=2024-03-10")).text
        assert "kind=span&amp;first=2024-02-20&amp;by=counter&amp;last=2024-02-29" in page
        assert "kind=span&amp;first=2024-03-11&amp;by=counter&amp;last=2024-03-20" in page
        for kind in ("day", "week", "month", "year"):
            newest = (await statistician.see(f"/staff/reports?kind={kind}")).text
            assert "上一" in newest or "前一日" in newest
            assert "下一" not in newest
            assert "后一日" not in newest
        assert (await statistician.see("/staff/reports?kind=span&first=2000-01-01&last=2099-12-31")).status_code == 200
        assert (await statistician.see("/staff/reports?kind=week&first=2000-01-01")).status_code == 200


async def test_nobody_waits_until_many_years_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker reads some days for every question, and more of them while nobody asks."""
    play_a_week(tmp_path)
    (tmp_path / "reports.db").unlink(missing_ok=True)
    left = [False, False, True]
    monkeypatch.setattr(Reports, "catch_up", lambda _self, _days: left.pop(0))
    question = Question(span=last_week())
    with pytest.raises(BehindError):
        apart.page_of(tmp_path, tmp_path / "hall.toml", question)
    with pytest.raises(BehindError):
        apart.file_of(tmp_path, tmp_path / "hall.toml", question, "csv")
    assert "东湖派出所" in apart.page_of(tmp_path, tmp_path / "hall.toml", question)


async def test_whoever_asks_while_they_are_read_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_house(tmp_path) as pages:
        statistician = await pages.sign_in(MANAGERS["statistician"])
        monkeypatch.setattr(pages.house.apart, "run", behind)
        for path in ("/staff/reports", "/staff/reports/file"):
            assert await refusal(statistician, path) == (503, "历史数据较多，正在整理，请过几分钟再试")


async def behind(*_asked: object) -> None:
    raise BehindError


async def test_every_day_is_read_when_it_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nightly, "START_S", 0)
    monkeypatch.setattr(nightly, "LOOK_S", 0.01)
    text = play_a_week(tmp_path)
    async with open_house(tmp_path, text) as pages:
        filling = asyncio.create_task(nightly.fill_each_day(pages.house.works, tmp_path, pages.house.apart))
        async with asyncio.timeout(30):
            while await asyncio.to_thread(days_read, tmp_path) < 8:
                assert not filling.done()
        filling.cancel()
        await asyncio.gather(filling, return_exceptions=True)


def days_read(folder: Path) -> int:
    with closing(Store(folder / "reports.db")) as store:
        return len(store.days(0, 99_999_999))


@pytest.mark.req("S11", "S28")
def test_pictures_stand_where_their_figures_are() -> None:
    hours = (Point(at="8", taken=10, served=5), Point(at="10", taken=40, served=40), Point(at="23"))
    picture = hours_picture(hours)
    assert picture is not None
    assert [tick.words for tick in picture.across] == ["8时", "9时", "10时"]
    assert [tick.words for tick in picture.up] == ["0", "10", "20", "30", "40"]
    taken, served = picture.rows
    assert [mark.label for mark in taken.marks] == ["10", "", "40"]
    tops = [picture.up[1].at, picture.floor, picture.up[4].at]
    assert [mark.y for mark in taken.marks] == tops
    assert served.marks[0].y == (picture.floor + picture.up[1].at) / 2
    assert taken.marks[0].x + picture.bar == pytest.approx(served.marks[0].x)
    assert "取号最多的是10时，40个" in picture.said


@pytest.mark.req("S11")
def test_days_over_the_threshold_are_marked_as_such() -> None:
    minutes = (9, 10, None, 11)
    course = [
        Point(at=f"2026110{at}", taken=1, wait_ms=None if one is None else one * 60_000)
        for at, one in enumerate(minutes, 1)
    ]
    picture = waits_picture(course, 600_000)
    assert picture is not None
    (row,) = picture.rows
    assert [(mark.words, mark.over) for mark in row.marks] == [
        ("2026-11-01 平均等待 9:00", False),
        ("2026-11-02 平均等待 10:00", False),
        ("2026-11-04 平均等待 11:00", True),
    ]
    assert row.marks[1].y == picture.limit_y
    assert row.marks[2].y < row.marks[1].y < row.marks[0].y
    assert picture.said.endswith("超过10分钟的有1处。")
    assert waits_picture(course[:1], 600_000) is None
    without = waits_picture(course, 0)
    assert without is not None
    assert without.limit_y is None
    years = course_picture([Point(at=f"20{at // 12:02}{at % 12 + 1:02}", taken=at * 100) for at in range(240, 360)])
    assert years is not None
    assert [tick.words for tick in years.across][:2] == ["2020-01", "2020-11"]
    assert all(mark.label == "" for mark in years.rows[0].marks)
    assert years.floor - (years.floor - 24) * 359 / 400 == pytest.approx(years.rows[0].marks[-1].y, abs=5)


@pytest.mark.req("M22")
def test_who_did_not_rate_has_a_bar_of_his_own() -> None:
    found = ratings_of(Sums(ratings={5: 30, 1: 10}, unrated=60))
    assert [(one.words, one.count, one.share, one.is_unrated) for one in found] == [
        ("非常满意", 30, "30.0%", False),
        ("满意", 0, "0.0%", False),
        ("基本满意", 0, "0.0%", False),
        ("不满意", 0, "0.0%", False),
        ("非常不满意", 10, "10.0%", False),
        ("未评价", 60, "60.0%", True),
    ]
    assert found[0].width * 2 == found[5].width
    assert ratings_of(Sums()) == ()


def test_a_page_of_ten_years_by_day_stays_short() -> None:
    line = Line(key="x", name="某日", now=Sums(taken=1), before=Sums())
    span = Span(first=date(2026, 1, 1), last=date(2035, 12, 31))
    report = Report(
        hall="厅", span=span, before=span.before(), by="day", unit=None, zone="Asia/Shanghai", total=line,
        lines=(line,) * 1000, hours=(), course=(), devices=(), business_days=1000, slow_days=0, wait_limit_ms=600_000,
        overtime_ms=0, late_closings=0, windows=None, as_basic=0, as_of=0,
    )  # fmt: skip
    page = html_of(report)
    assert page.count("某日") == 3 * LINES_MAX + 3
    assert page.count(f"还有 {1000 - LINES_MAX} 行未列出") == 3

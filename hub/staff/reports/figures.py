"""The middle of the statistics' page: a report's figures, tables and pictures as HTML."""

from collections.abc import Iterator

from msgspec import Struct

from hub.reports.answer import Report
from hub.reports.columns import (
    COLUMNS,
    COURSE,
    DEVICES,
    GROUPS,
    NOTHING,
    Group,
    as_of_words,
    device_cells,
    notes,
    point_cells,
    time_words,
    title_of,
    words_of,
)
from hub.reports.question import BY_WORDS
from hub.staff.rendering import render
from hub.staff.reports.pictures import course_picture, hours_picture, ratings_of, waits_picture

LINES_MAX = 400
"""More are for a file: nobody reads them on a page, and an old PC takes seconds to show them."""


class Sum(Struct, frozen=True):
    """A figure of the whole hall, and how it was in the span before (S14)."""

    words: str
    now: str
    before: str


class Table(Struct, frozen=True):
    """A group of columns: their heads, the cells of each line with its name first, the last line."""

    name: Group
    heads: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]


def html_of(report: Report) -> str:
    """Return the HTML."""
    left_out = max(0, len(report.lines) - LINES_MAX)
    return render(
        "reports/figures.html",
        report=report,
        title=title_of(report),
        as_of=as_of_words(report) if report.as_of else "",
        sums=list(_sums(report)),
        notes=notes(report),
        tables=[_table(report, group) for group in GROUPS],
        left_out=left_out,
        by_word=BY_WORDS[report.by],
        hours=hours_picture(report.hours),
        course=course_picture(report.course),
        waits=waits_picture(report.course, report.wait_limit_ms),
        point_heads=COURSE[1:],
        hour_lines=[point_cells(point) for point in report.hours],
        course_lines=[point_cells(point) for point in report.course],
        ratings=ratings_of(report.total.now),
        device_heads=DEVICES,
        devices=[(one, device_cells(one)) for one in report.devices],
    )


def _sums(report: Report) -> Iterator[Sum]:
    now, before = report.total.now, report.total.before
    yield _count("取号量", now.taken, before.taken)
    yield _count("办理量", now.served, before.served)
    yield _count("弃号量", now.no_show, before.no_show)
    yield Sum("平均等待", time_words(now.waits.mean_ms), f"上期 {time_words(before.waits.mean_ms)}")
    yield Sum("超时等待率", _share(now.waits.over_rate), f"上期 {_share(before.waits.over_rate)}")
    yield Sum("平均办理", time_words(now.services.mean_ms), f"上期 {time_words(before.services.mean_ms)}")
    yield Sum("满意率", _share(now.content_rate), f"上期 {_share(before.content_rate)}")
    yield _count("未评价", now.unrated, before.unrated)


def _count(words: str, now: int, before: int) -> Sum:
    return Sum(words, str(now), f"上期 {before}" + (f"，{_change(now, before)}" if before else ""))


def _change(now: int, before: int) -> str:
    if now == before:
        return "持平"
    return f"{'增' if now > before else '减'} {abs(now - before) / before:.1%}"


def _share(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.1%}"


def _table(report: Report, group: Group) -> Table:
    columns = [column for column in COLUMNS if column.group == group]
    every = [(line.name, *(words_of(one, line) for one in columns)) for line in report.lines[:LINES_MAX]]
    total = (report.total.name, *(words_of(one, report.total) for one in columns))
    return Table(group, tuple(one.title for one in columns), tuple(every), total)

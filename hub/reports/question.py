"""What a report is asked for: a span of business days, and what its lines are; see docs/reports.md."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

By = Literal["counter", "person", "service", "class", "unit", "hour", "day", "week", "month"]
Kind = Literal["day", "week", "month", "year", "span"]

BY_WORDS: dict[By, str] = {
    "counter": "窗口",
    "person": "人员",
    "service": "业务",
    "class": "人群类别",
    "unit": "单位",
    "hour": "时段",
    "day": "日期",
    "week": "周",
    "month": "月份",
}
TITLES: dict[Kind, str] = {"day": "日报", "week": "周报", "month": "月报", "year": "年报", "span": "统计报表"}


class Span(Struct, frozen=True, kw_only=True):
    """Business days, the first and the last included. kind: what people call it."""

    first: date
    last: date
    kind: Kind = "span"

    @property
    def words(self) -> str:
        """What stands over the report: 2026年第47周（11月16日—11月22日）."""
        if self.kind == "day":
            return f"{self.first.year}年{_month_day(self.first)}"
        if self.kind == "week":
            year, week, _ = self.first.isocalendar()
            return f"{year}年第{week}周（{_month_day(self.first)}—{_month_day(self.last)}）"
        if self.kind == "month":
            return f"{self.first.year}年{self.first.month}月"
        if self.kind == "year":
            return f"{self.first.year}年"
        return f"{self.first.year}年{_month_day(self.first)}—{self.last.year}年{_month_day(self.last)}"

    @property
    def days(self) -> int:
        """How many days of the calendar it has."""
        return (self.last - self.first).days + 1

    def before(self) -> "Span":
        """Return the span before this one: last week, last month, or as many days as this one has (S14)."""
        last = self.first - timedelta(days=1)
        if self.kind == "month":
            return Span(first=last.replace(day=1), last=last, kind="month")
        if self.kind == "year":
            return Span(first=last.replace(month=1, day=1), last=last, kind="year")
        return Span(first=_back(self.first, self.days), last=last, kind=self.kind)

    def after(self) -> "Span":
        """Return the span after this one: next week, next month, or as many days as this one has."""
        first = self.last + timedelta(days=1)
        if self.kind == "span":
            return Span(first=first, last=self.last + timedelta(days=self.days))
        return around(self.kind, first)


class Question(Struct, frozen=True, kw_only=True):
    """A span, and what has a line of its own. unit: only its services (S22); None: all of the hall."""

    span: Span
    by: By = "counter"
    unit: str | None = None


def around(kind: Kind, one: date) -> Span:
    """Return the day, week, month or year in which a day lies; a span is of this day alone."""
    if kind == "week":
        return _week(*one.isocalendar()[:2])
    if kind == "month":
        return _month(one.year, one.month)
    return _year(one.year, 0) if kind == "year" else Span(first=one, last=one, kind=kind)


def day(words: str) -> Span:
    """Return the day of 2026-11-20 or 20261120; raise ValueError with a sentence."""
    found = _date(words)
    return Span(first=found, last=found, kind="day")


def week(words: str) -> Span:
    """Return the ISO week, Monday to Sunday, of 2026-W47; raise ValueError with a sentence."""
    return _made("week", words, r"(\d{4})-?W(\d{2})", "2026-W47", _week)


def month(words: str) -> Span:
    """Return the month of 2026-11; raise ValueError with a sentence."""
    return _made("month", words, r"(\d{4})-?(\d{2})", "2026-11", _month)


def year(words: str) -> Span:
    """Return the year of 2026; raise ValueError with a sentence."""
    return _made("year", words, r"(\d{4})()", "2026", _year)


def between(first: str, last: str) -> Span:
    """Return the days from one to another, both included; raise ValueError with a sentence."""
    begin, end = _date(first), _date(last)
    if end < begin:
        raise ValueError(f"{last} is before {first}; name the first day, then the last")
    return Span(first=begin, last=end)


def _made(what: str, words: str, pattern: str, example: str, make: Callable[[int, int], Span]) -> Span:
    parts = re.fullmatch(pattern, words, re.ASCII)
    try:
        return make(int(parts[1]), int(parts[2] or 0)) if parts else _refuse(what, words, example)
    except ValueError:
        return _refuse(what, words, example)


def _refuse(what: str, words: str, example: str) -> Span:
    raise ValueError(f"{words!r} is no {what}; write it as {example}")


def _week(year: int, number: int) -> Span:
    monday = date.fromisocalendar(year, number, 1)
    return Span(first=monday, last=monday + timedelta(days=6), kind="week")


def _month(year: int, number: int) -> Span:
    first = date(year, number, 1)
    after = (first + timedelta(days=31)).replace(day=1)
    return Span(first=first, last=after - timedelta(days=1), kind="month")


def _year(year: int, _none: int) -> Span:
    return Span(first=date(year, 1, 1), last=date(year, 12, 31), kind="year")


def _date(words: str) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError:
        raise ValueError(f"{words!r} is no day; write it as 2026-11-20") from None


def _back(first: date, days: int) -> date:
    """Nothing is before the year 1."""
    return first - timedelta(days=min(days, first.toordinal() - 1))


def _month_day(one: date) -> str:
    return f"{one.month}月{one.day}日"

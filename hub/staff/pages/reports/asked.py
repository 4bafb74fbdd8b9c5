"""What somebody wants a report of, from the page's address; and the addresses of the reports beside it."""

from datetime import date
from typing import get_args
from urllib.parse import urlencode

from msgspec import Struct

from hub.calendar import business_day
from hub.reports.question import BY_WORDS, Kind, Question, Span, around
from hub.staff.house import House, refused
from hub.staff.visit import Visit

PAGE = "/staff/reports"
FILE = "/staff/reports/file"
YEARS = range(2000, 2100)
"""Beyond them somebody has mistyped a day."""


class Asked(Struct, frozen=True, kw_only=True):
    """The address's words. first: a day in the span, today where none is named. last: of any days. unit: empty: all."""

    kind: str = "week"
    first: str = ""
    last: str = ""
    by: str = "counter"
    unit: str = ""


def question_of(visit: Visit) -> Question:
    """Return what is asked for; raise Told with a sentence where that cannot be."""
    asked = visit.asked(Asked)
    by, unit = asked.by, asked.unit
    if by not in BY_WORDS:
        raise refused("没有这种统计方式，请在页面上重新选择", 400)
    if unit and unit not in units_of(visit.house):
        raise refused(f"本厅没有“{unit[:20]}”这个单位，请重新选择", 400)
    return Question(span=_span(asked, today(visit.house)), by=by, unit=unit or None)


def units_of(house: House) -> list[str]:
    """Return the units whose services the hall offers, by name (S22)."""
    return sorted({service.unit for service in house.hall.services if service.unit})


def today(house: House) -> date:
    """Return the present business day."""
    hall = house.hall
    return date.fromisoformat(business_day(house.clock.now(), hall.zone, hall.day_begins))


def address_of(question: Question, *, page: str = PAGE, span: Span | None = None) -> str:
    """Return where a report stands. span: another than the question's."""
    of = span or question.span
    words = {"kind": of.kind, "first": of.first.isoformat(), "by": question.by}
    words |= {"last": of.last.isoformat()} if of.kind == "span" else {}
    words |= {"unit": question.unit} if question.unit else {}
    return f"{page}?{urlencode(words)}"


def words_of(question: Question) -> str:
    """Return a question as the journal keeps it of an export."""
    span = question.span
    words = f"{span.first:%Y%m%d}-{span.last:%Y%m%d} {question.by}"
    return f"{words} {question.unit}" if question.unit else words


def _span(asked: Asked, now: date) -> Span:
    kinds = {kind: kind for kind in get_args(Kind)}
    if asked.kind not in kinds:
        raise refused("没有这种统计期间，请选择日报、周报、月报、年报或任选日期", 400)
    first = _day(asked.first) or now
    if asked.kind != "span":
        return around(kinds[asked.kind], first)
    last = _day(asked.last) or max(first, now)
    if last < first:
        raise refused("起始日期晚于截止日期，请重新选择", 400)
    return Span(first=first, last=last)


def _day(typed: str) -> date | None:
    if not typed:
        return None
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        raise refused("日期有误，请填写为 2026-11-21", 400) from None
    if found.year not in YEARS:
        raise refused(f"日期应在{YEARS[0]}年至{YEARS[-1]}年之间", 400)
    return found

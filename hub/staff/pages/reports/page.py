"""The statistics' page: a span is chosen, and what was done in it is shown (M27, S11, S13, S14, S22, S26, S28, M34)."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from msgspec import Struct
from starlette.responses import Response

from hardware.logs import Log
from hub.apart import ApartError
from hub.config import HallError
from hub.journal import JournalError
from hub.reports.question import BY_WORDS, TITLES, Kind, Question, Span, around
from hub.staff.house import refused
from hub.staff.pages.reports.asked import FILE, YEARS, address_of, question_of, today, units_of
from hub.staff.reports.apart import BehindError, page_of
from hub.staff.routing import Declared, Page
from hub.staff.visit import Visit

log = Log(__name__)
FORMS = {"xlsx": "XLSX", "csv": "CSV", "pdf": "PDF"}
NEAR: dict[Kind, tuple[str, str, str]] = {
    "day": ("前一日", "今日", "后一日"),
    "week": ("上一周", "本周", "下一周"),
    "month": ("上一月", "本月", "下一月"),
    "year": ("上一年", "本年", "下一年"),
    "span": ("前一段", "今日", "后一段"),
}
P = ParamSpec("P")
T = TypeVar("T")


class Way(Struct, frozen=True):
    """A way to another report. words: what stands on it."""

    words: str
    address: str
    is_here: bool = False


async def show(visit: Visit) -> Response:
    """Return the page."""
    question, now = question_of(visit), today(visit.house)
    figures = await answered(visit, page_of, question)
    return visit.page(
        "reports/page.html",
        question=question,
        kinds=_kinds(question, now),
        near=_near(question, now),
        by_words=BY_WORDS,
        units=units_of(visit.house),
        files=[Way(words, f"{address_of(question, page=FILE)}&as={form}") for form, words in FORMS.items()],
        figures=figures,
    )


async def answered(
    visit: Visit,
    make: Callable[Concatenate[Path, Path, Question, P], T],
    question: Question,
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Return what the worker makes of a question; raise Told where the hall's disk, journal or file is not right."""
    house = visit.house
    try:
        return await house.apart.run(make, house.folder, house.hall.path, question, *args, **kwargs)
    except BehindError:
        raise refused("历史数据较多，正在整理，请过几分钟再试", 503) from None
    except (HallError, JournalError, OSError, ApartError) as error:
        log.warning("report-not-made", "no report could be made", why=error)
        raise refused("统计数据暂时无法读取，请稍后再试；仍然如此请告知系统管理员", 503) from error


def _kinds(question: Question, now: date) -> list[Way]:
    """Another kind begins with the last day at which one looks already."""
    span = question.span
    last = max(span.first, min(span.last, now))
    others: dict[Kind, Span] = {kind: span if kind == "span" else around(kind, last) for kind in TITLES}
    return [
        Way(
            TITLES[kind] if kind != "span" else "任选日期",
            address_of(question, span=Span(first=other.first, last=other.last, kind=kind)),
            kind == span.kind,
        )
        for kind, other in others.items()
    ]


def _near(question: Question, now: date) -> list[Way]:
    span = question.span
    before, here, after = NEAR[span.kind]
    ways = [Way(before, address_of(question, span=span.before()))] if span.first.year > YEARS[0] else []
    ways.append(Way(here, address_of(question, span=around(span.kind, now)), span.first <= now <= span.last))
    if span.last < now:
        ways.append(Way(after, address_of(question, span=span.after())))
    return ways


DECLARED: tuple[Declared, ...] = (
    Page(path="/staff/reports", permission="reports-see", show=show, menu="统计", noted=True),
)

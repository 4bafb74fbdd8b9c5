"""Every figure of a simulated month equals what plain Python finds in the journal's raw rows, sharing no code."""

import itertools
import os
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, get_args

import msgspec
import pytest

from hub.journal import read_rows
from hub.reports import question
from hub.reports.answer import Report
from hub.reports.make import make_report
from hub.reports.question import By, Question, Span
from hub.rules.tally import tally
from tests.reports.month import Month
from tests.reports.plain import Plain, Thing

USUAL_MIN = {"A": 6.0, "B": 4.0, "C": 9.5}
LIMIT_MIN = 6.0
UNITS = {"A": "户政", "B": "出入境", "C": "户政"}
SPANS = {
    "day": question.day("2026-11-17"),
    "week": question.week("2026-W47"),
    "month": question.month("2026-11"),
    "fortnight": question.between("2026-11-10", "2026-11-23"),
    "all": question.between("2026-10-29", "2026-12-01"),
}
KEYS: dict[By, Callable[[Thing], str]] = {
    "counter": lambda one: str(one["counter"]),
    "person": lambda one: one["person"],
    "service": lambda one: one["service"],
    "class": lambda one: one["class"],
    "unit": lambda one: UNITS[one["service"]],
    "hour": lambda one: str(one["hour"]),
    "day": lambda one: one["day"],
    "week": lambda one: "{}{:02}".format(*date.fromisoformat(one["day"]).isocalendar()[:2]),
    "month": lambda one: one["day"][:6],
}


@pytest.fixture(scope="module", params=range(int(os.environ.get("LINTEL_MONTHS", "1"))))
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Month, Plain]]:
    month = Month(tmp_path_factory.mktemp("month"), seed=request.param)
    month.play()
    yield month, Plain(month.folder / "journal.db", "Asia/Shanghai")
    month.journal.close()


def report_of(month: Month, span: Span, by: By = "counter", unit: str | None = None) -> Report:
    return make_report(month.folder, month.file, Question(span=span, by=by, unit=unit))


def within(span: Span) -> Callable[[Thing], bool]:
    first, last = (one.strftime("%Y%m%d") for one in (span.first, span.last))
    return lambda one: first <= one["day"] <= last


def expected(plain: Plain, span: Span, is_of: Callable[[Thing], bool]) -> dict[str, Any]:
    is_in = within(span)
    return plain.line(lambda one: is_in(one) and is_of(one), USUAL_MIN, LIMIT_MIN)


def test_the_month_has_everything_in_it(played: tuple[Month, Plain]) -> None:
    month, plain = played
    events = {one["event"] for _day, facts in plain.days for one in facts}
    assert events >= {
        "TicketTransferred", "TicketParked", "TicketRecalled", "TicketReturned", "TicketMissed", "TicketNotShown",
        "TicketVoided", "TicketCancelled", "TicketRated", "ServedByHand", "ClassGiven", "NoticeGiven", "TicketLeft",
        "FaultDeclared", "OutageNoted", "DayEnded",
    }  # fmt: skip
    taken = [one for _day, facts in plain.days for one in facts if one["event"] == "TicketTaken"]
    assert any(one.get("told_at") for one in taken), "numbers that were given while the hub was away"
    assert any(one.get("is_reserve") for one in taken), "numbers on paper, entered later"
    moments = [row.at for row in read_rows(month.folder / "journal.db")]
    assert max(after - before for before, after in itertools.pairwise(moments)) > 60 * 60_000
    at_counter = {"TicketCalled", "ServiceBegun", "TicketRecalled"}
    over = [
        one
        for _day, facts in plain.days
        for n, one in enumerate(facts)
        if one["event"] == "TicketLeft"
        and [old["event"] for old in facts[:n] if old.get("serial") == one["serial"]][-1] in at_counter
    ]
    assert over, "a day changes in the middle of service"
    assert plain.overtime("20261028", "20261201")[1] > 0, "the hall closes late"


@pytest.mark.req("M27", "S14", "S22", "S28")
@pytest.mark.parametrize("name", SPANS)
@pytest.mark.parametrize("by", get_args(By))
def test_every_figure_of_every_line_is_right(played: tuple[Month, Plain], by: By, name: str) -> None:
    month, plain = played
    span = SPANS[name]
    report = report_of(month, span, by)
    key_of, is_in, was_in = KEYS[by], within(span), within(span.before())
    every = [one for things in plain.things.values() for one in things]
    keys = {key_of(one) for one in every if is_in(one)}
    keys |= set() if by in ("day", "week", "month") else {key_of(one) for one in every if was_in(one)}
    assert {line.key for line in report.lines} == keys
    for line in report.lines:
        found = msgspec.to_builtins(line)
        assert found["now"] == expected(plain, span, lambda one, key=line.key: key_of(one) == key)
        if by not in ("day", "week", "month"):
            assert found["before"] == expected(plain, span.before(), lambda one, key=line.key: key_of(one) == key)


@pytest.mark.req("S11", "M28")
@pytest.mark.parametrize("name", SPANS)
def test_the_whole_is_right(played: tuple[Month, Plain], name: str) -> None:
    month, plain = played
    span = SPANS[name]
    report = report_of(month, span)
    total = msgspec.to_builtins(report.total)
    assert total["now"] == expected(plain, span, lambda _one: True)
    assert total["before"] == expected(plain, span.before(), lambda _one: True)
    first, last = (one.strftime("%Y%m%d") for one in (span.first, span.last))
    assert (report.overtime_ms, report.late_closings) == plain.overtime(first, last)
    by_day = {day: expected(plain, span, lambda one, day=day: one["day"] == day) for day, _facts in plain.days}
    assert report.business_days == sum(one["taken"] > 0 for one in by_day.values())
    slow = [day for day, one in by_day.items() if one["taken"] and (one["waits"]["mean_ms"] or 0) > LIMIT_MIN * 60_000]
    assert report.slow_days == len(slow)
    assert report.windows is not None
    assert report.windows.volume == total["now"]["taken"] // report.business_days
    assert report.as_of == plain.last_at


@pytest.mark.req("S28")
@pytest.mark.parametrize("name", SPANS)
def test_the_pictures_are_right(played: tuple[Month, Plain], name: str) -> None:
    month, plain = played
    report = report_of(month, SPANS[name])
    for points, key_of in ((report.hours, KEYS["hour"]), (report.course, KEYS["day"])):
        for point in points:
            wanted = expected(plain, SPANS[name], lambda one, at=point.at, key_of=key_of: key_of(one) == at)
            found = (point.taken, point.called, point.served, point.no_show, point.wait_ms)
            counts = tuple(wanted[figure] for figure in ("taken", "called", "served", "no_show"))
            assert found == (*counts, wanted["waits"]["mean_ms"])
        assert sum(point.taken for point in points) == report.total.now.taken


@pytest.mark.req("S22")
def test_a_units_report_has_its_services_only(played: tuple[Month, Plain]) -> None:
    month, plain = played
    report = report_of(month, SPANS["week"], "counter", "户政")
    for line in report.lines:
        wanted = expected(
            plain,
            SPANS["week"],
            lambda one, key=line.key: str(one["counter"]) == key and UNITS[one["service"]] == "户政",
        )
        assert msgspec.to_builtins(line)["now"] == wanted
    assert report.windows is None, "how many windows one unit wants of a shared hall cannot be said"


@pytest.mark.req("M34")
def test_the_devices_availability_and_faults_are_right(played: tuple[Month, Plain]) -> None:
    month, plain = played
    report = report_of(month, question.year("2026"))
    faults = plain.faults()
    for one in report.devices:
        up, known = plain.availability(one.device, next_day_begins)
        assert one.percent == (up * 1000 // known / 10 if known else None)
        assert (one.known_ms, one.faults) == (known, faults.get(one.device, 0))
    assert {one.device for one in report.devices} >= {"dispenser-1", "dispenser-2", "rating-1", "hub"}
    assert [one.name for one in report.devices if one.is_self_service] == ["1号取号机", "东门取号机"]


def next_day_begins(day: str) -> int:
    """The hall's days begin at four in the morning, Chinese time, which is 20:00 UTC of the day before."""
    return round(datetime.fromisoformat(f"{day}T20:00:00+00:00").timestamp() * 1000)


def test_tally_and_report_agree(played: tuple[Month, Plain]) -> None:
    month, _plain = played
    rows = ((row.row, row.at, row.content().facts) for row in read_rows(month.folder / "journal.db"))
    counted = tally(rows, UNITS).figures["person"]
    report = report_of(month, question.year("2026"), "person")
    for line in report.lines:
        if line.key:
            one = counted[line.key]
            assert (line.now.called, line.now.served, line.now.no_show) == (one.called, one.served, one.no_show)
            assert (line.now.ratings, line.now.unrated) == (
                {level: one.ratings[level] for level in (5, 4, 3, 2, 1) if level in one.ratings},
                one.unrated,
            )
            assert (line.now.waits.longest_ms or 0) == one.waits.longest_ms


def test_days_one_by_one_add_up_to_the_month(played: tuple[Month, Plain]) -> None:
    month, _plain = played
    days = [question.day((date(2026, 11, 1) + timedelta(days=n)).isoformat()) for n in range(30)]
    served = [report_of(month, day).total.now.served for day in days]
    assert sum(served) == report_of(month, SPANS["month"]).total.now.served

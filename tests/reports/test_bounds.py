"""What is exactly at a bound: waits, services, months."""

from array import array
from pathlib import Path

import pytest

from hub.journal import Body, Entry, Journal
from hub.reports import question
from hub.reports.answer import Report, Times
from hub.reports.lengths import Lengths, over
from hub.reports.make import make_report
from hub.reports.question import Question
from hub.reports.store import whole_months
from hub.rules import events
from tests.reports.month import FILE, MINUTE

NINE = 1_793_149_200_000
"""In China, on 28 October 2026."""


def report_of(folder: Path, waits_ms: list[int], services_ms: list[int]) -> Report:
    """Return the report of a day with those waits and, of each, that service B (4 minutes)."""
    facts: list[events.Fact] = [events.DayOpened(day="20261028", at=NINE)]
    for serial, (wait_ms, service_ms) in enumerate(zip(waits_ms, services_ms, strict=True), 1):
        taken = events.TicketTaken(
            serial=serial, number=f"B{serial:03}", service="B", klass="ordinary", dispenser="d", boot=1, cap="b",
            job="j", ahead=0, key=0, at=NINE,
        )  # fmt: skip
        called = events.TicketCalled(serial=serial, counter=1, candidates=(), at=NINE + wait_ms)
        done = events.TicketFinished(serial=serial, counter=1, at=NINE + wait_ms + service_ms)
        facts += [taken, called, done]
    (folder / "hall.toml").write_text(FILE, encoding="utf-8")
    journal = Journal(folder / "journal.db")
    journal.append([Entry(at=NINE, body=Body(facts=tuple(facts)))])
    journal.close()
    return make_report(folder, folder / "hall.toml", Question(span=question.month("2026-10"), by="hour"))


@pytest.mark.req("S11")
def test_what_is_as_long_as_the_bound_is_not_too_long(tmp_path: Path) -> None:
    waits, services = (
        [0, 6 * MINUTE - 1, 6 * MINUTE, 6 * MINUTE + 1],
        [0, 4 * MINUTE - 1, 4 * MINUTE, 4 * MINUTE + 1],
    )
    now = report_of(tmp_path, waits, services).total.now
    assert now.waits == Times(
        count=4, mean_ms=4 * MINUTE + MINUTE // 2, median_s=360, p90_s=361, longest_ms=6 * MINUTE + 1, over=1
    )
    assert now.services == Times(
        count=4, mean_ms=3 * MINUTE, median_s=240, p90_s=241, longest_ms=4 * MINUTE + 1, over=1
    )


def test_a_moment_belongs_to_the_hour_that_it_begins(tmp_path: Path) -> None:
    report = report_of(tmp_path, [60 * MINUTE - 1, 60 * MINUTE], [0, 0])
    assert [(point.at, point.taken, point.called) for point in report.hours] == [("9", 2, 1), ("10", 0, 1)]


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (20261101, 20261130, (202611, 202611)),
        (20261101, 20261129, (202611, 202610)),
        (20261102, 20261231, (202612, 202612)),
        (20261202, 20270131, (202701, 202701)),
        (20261215, 20270130, (202701, 202700)),
        (20280201, 20280229, (202802, 202802)),
        (20280201, 20280228, (202802, 202801)),
    ],
)
def test_only_months_that_lie_wholly_in_a_span_are_taken_as_a_whole(
    first: int, last: int, months: tuple[int, int]
) -> None:
    assert whole_months(first, last) == months


@pytest.mark.parametrize("many", [0, 10_000])
@pytest.mark.parametrize("lengths_s", [[7], [0, 0, 360, 361], [*range(100, 0, -1)], [5] * 30 + [9] * 3 + [1]])
def test_sorted_or_counted_lengths_have_the_same_median(
    lengths_s: list[int], many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.reports.lengths.MANY", many)
    lengths = Lengths()
    for one in (lengths_s[:2], lengths_s[2:]):
        lengths.add(array("I", one).tobytes())
    ranked = lengths.ranked()
    for percent in (1, 50, 90, 100):
        least = ranked.least(percent)
        assert sum(one <= least for one in lengths_s) * 100 >= percent * len(lengths_s)
        assert sum(one < least for one in lengths_s) * 100 < percent * len(lengths_s)
    for limit_ms in (0, 4999, 5000, 360_000, 360_999):
        longer = sum(one * 1000 > limit_ms for one in lengths_s)
        assert ranked.over(limit_ms) == over(array("I", lengths_s).tobytes(), limit_ms) == longer

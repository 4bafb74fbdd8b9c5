"""The figures of a day, counted from facts: what counts, what does not, and where a ticket belongs."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from hub.cli.main import main
from hub.journal import Body, Entry, Journal
from hub.rules import commands, events
from hub.rules.apply import apply
from hub.rules.decide import Refusal, decide
from hub.rules.plan import ORDINARY, CounterPlan, NoShowPlan, Plan, ServicePlan
from hub.rules.state import State
from hub.rules.tally import Figures, Spans, Tally, tally

NOW = 1_795_222_800_000
"""Nine in the morning in China; midnight is 54,000 s later."""
UNITS = {"A": "户政", "B": "出入境"}
PLAN = Plan(
    services={"A": ServicePlan(letter="A", unit="户政"), "B": ServicePlan(letter="A", unit="出入境")},
    counters={at: CounterPlan(serves=(frozenset("AB"),)) for at in (1, 2)},
    head_start_ms={ORDINARY: 0},
    call_pause_ms=0,
    rating_ms=30_000,
)


class Day:
    """A hall whose facts are kept as rows; ``at`` is in seconds from its opening."""

    def __init__(self, plan: Plan = PLAN) -> None:
        self.plan, self.state = plan, State()
        self.rows: list[tuple[int, int, list[events.Fact]]] = []
        self.order(0, commands.OpenDay(day="20261121"))

    def order(self, at: int, command: commands.Command) -> None:
        moment = NOW + at * 1000
        answer = decide(self.state, self.plan, command, moment)
        assert not isinstance(answer, Refusal), answer
        self.rows.append((len(self.rows) + 1, moment, answer))
        for fact in answer:
            apply(self.state, fact, len(self.rows))

    def take(self, at: int, service: str) -> None:
        self.order(at, commands.TakeTicket(dispenser="d", key="x", boot=1, service=service))
        job = self.state.tickets[self.state.taken].job
        self.order(at, commands.ConfirmPrint(dispenser="d", job=job))

    def serve(self, called: int, begun: int, finished: int, counter: int = 1) -> None:
        self.order(called, commands.CallNext(counter=counter))
        self.order(begun, commands.Begin(counter=counter))
        self.order(finished, commands.Finish(counter=counter))

    def tally(self, day: str | None = None) -> Tally:
        return tally(self.rows, UNITS, day)


def span(*lengths_s: int) -> Spans:
    return Spans(count=len(lengths_s), total_ms=sum(lengths_s) * 1000, longest_ms=max(lengths_s) * 1000)


@pytest.mark.req("S22")
def test_units_share_the_numbers_and_have_figures_of_their_own() -> None:
    day = Day()
    for at, service in enumerate("ABA"):
        day.take(at * 10, service)
    assert [ticket.number for ticket in day.state.tickets.values()] == ["A001", "A002", "A003"]
    day.serve(60, 70, 170)
    day.serve(200, 200, 240, counter=2)
    units = day.tally().figures["unit"]
    assert units == {
        "户政": Figures(taken=2, called=1, served=1, waits=span(60), services=span(100), unrated=1),
        "出入境": Figures(taken=1, called=1, served=1, waits=span(190), services=span(40), unrated=1),
    }


def test_a_recall_counts_once() -> None:
    day = Day()
    day.take(0, "A")
    day.order(30, commands.CallNext(counter=2))
    day.order(50, commands.Recall(counter=2))
    day.order(60, commands.Recall(counter=2))
    day.order(90, commands.MarkNoShow(counter=2))
    assert day.tally().figures["counter"] == {"2": Figures(called=1, recalled=2, no_show=1, waits=span(30))}


def test_a_ticket_over_midnight_belongs_to_its_business_day() -> None:
    """Midnight passes while a counter has it; the next day, opened later, begins with the same serial again."""
    day = Day()
    day.take(0, "A")
    day.serve(53_990, 54_010, 54_100)
    day.order(80_000, commands.OpenDay(day="20261122"))
    day.take(80_010, "B")
    day.serve(80_030, 80_040, 80_050, counter=2)
    both, first, second = day.tally(), day.tally("20261121"), day.tally("20261122")
    assert both.days == ["20261121", "20261122"]
    assert {name: one.served for name, one in both.figures["counter"].items()} == {"1": 1, "2": 1}
    assert first.figures["counter"]["1"].waits == span(53_990)
    assert first.as_of == NOW + 54_100_000
    assert set(first.figures["service"]) == {"A"}
    assert set(second.figures["service"]) == {"B"}


def test_who_still_waits_when_the_day_ends_was_not_served() -> None:
    day = Day()
    day.take(0, "A")
    day.order(10, commands.CallNext(counter=1))
    day.order(80_000, commands.OpenDay(day="20261122"))
    assert day.tally().figures["service"] == {"A": Figures(taken=1, called=1, left=1, waits=span(10))}


def test_a_clock_that_jumped_back_makes_no_negative_time() -> None:
    rows = [
        events.DayOpened(day="20261121"),
        events.TicketTaken(
            serial=1, number="A001", service="A", klass=ORDINARY, dispenser="d", boot=1, cap="a", job="j", ahead=0,
            key=0, at=NOW,
        ),
        events.TicketCalled(serial=1, counter=1, candidates=(), at=NOW - 5000),
        events.TicketFinished(serial=1, counter=1, at=NOW - 9000),
    ]  # fmt: skip
    counted = tally([(1, NOW, rows)], {})
    assert counted.figures["counter"]["1"] == Figures(called=1, served=1, waits=span(0), services=span(0))


def test_a_row_is_counted_once() -> None:
    day = Day()
    day.take(0, "A")
    day.serve(10, 20, 30)
    counted = day.tally()
    for row, at, facts in day.rows:
        counted.add(row, at, facts)
    assert counted.figures == day.tally().figures


def test_a_void_number_was_not_given() -> None:
    day = Day()
    day.order(0, commands.TakeTicket(dispenser="d", key="x", boot=1, service="A"))
    job = day.state.tickets[1].job
    day.order(5, commands.FailPrint(dispenser="d", job=job, why="paper", in_doubt=False))
    assert day.tally().figures["service"]["A"].taken == 0


def test_a_transfer_counts_where_it_is_served() -> None:
    day = Day()
    day.take(0, "A")
    day.order(10, commands.CallNext(counter=1))
    day.order(20, commands.Transfer(counter=1, service="B", to_counter=2, reason="1"))
    day.serve(50, 60, 100, counter=2)
    figures = day.tally().figures
    assert {name: (one.called, one.served) for name, one in figures["service"].items()} == {"A": (1, 0), "B": (1, 1)}
    assert figures["counter"]["1"].waits == span(10)
    assert figures["counter"]["2"] == Figures(called=1, served=1, services=span(40), unrated=1)


def test_one_who_was_missed_and_came_back_is_no_no_show() -> None:
    day = Day(
        Plan(**{name: getattr(PLAN, name) for name in PLAN.__struct_fields__} | {"no_show": NoShowPlan(policy="back")})
    )
    day.take(0, "A")
    day.order(10, commands.CallNext(counter=1))
    day.order(20, commands.MarkNoShow(counter=1))
    day.serve(30, 40, 60)
    assert day.tally().figures["counter"]["1"] == Figures(
        called=2, served=1, waits=span(10), services=span(20), unrated=1
    )


def test_ratings_and_persons() -> None:
    def taken(serial: int) -> events.TicketTaken:
        return events.TicketTaken(
            serial=serial, number=f"A{serial:03}", service="A", klass=ORDINARY, dispenser="d", boot=1, cap="a",
            job="j", ahead=0, key=0, at=NOW, by="guide",
        )  # fmt: skip

    facts: list[events.Fact] = [events.DayOpened(day="20261121")]
    for serial in (1, 2):
        facts += [
            taken(serial),
            events.TicketCalled(serial=serial, counter=1, candidates=(), at=NOW, by="wang"),
            events.TicketFinished(serial=serial, counter=1, at=NOW + 1000, by="wang", rating_until=NOW + 30_000),
        ]
    facts += [
        events.TicketRated(serial=1, counter=1, level=5, at=NOW + 2000, by="wang"),
        events.RatingClosed(serial=2, counter=1, at=NOW + 31_000),
        events.PhaseChanged(phase="closed", overtime_ms=60_000, at=NOW + 60_000),
    ]
    counted = tally([(1, NOW, facts)], UNITS)
    assert counted.figures["person"] == {
        "guide": Figures(taken=2),
        "wang": Figures(called=2, served=2, waits=span(0, 0), services=span(1, 1), ratings={5: 1}, unrated=1),
    }
    assert (counted.delayed_closings, counted.overtime_ms) == (1, 60_000)


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    day = Day()
    day.take(0, "A")
    day.serve(65, 70, 175)
    written = Journal(tmp_path / "journal.db")
    written.append([Entry(at=at, body=Body(facts=tuple(facts))) for _, at, facts in day.rows])
    written.close()
    return tmp_path / "journal.db"


def test_the_command_prints_a_table(journal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tally", str(journal), "--by", "service"]) == 0
    head, line = capsys.readouterr().out.splitlines()
    assert head.split() == (
        ["业务", "取号量", "呼叫量", "办理量", "弃号量", "平均等待", "最长等待", "平均办理", "最长办理", "评价"]
    )
    assert line.split() == ["A", "1", "1", "1", "0", "1分05秒", "1分05秒", "1分45秒", "1分45秒", "未评", "1"]


def test_nothing_measured_is_a_dash_and_no_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    day = Day()
    day.take(0, "A")
    written = Journal(tmp_path / "journal.db")
    written.append([Entry(at=at, body=Body(facts=tuple(facts))) for _, at, facts in day.rows])
    written.close()
    assert main(["tally", str(tmp_path / "journal.db"), "--by", "service"]) == 0
    assert capsys.readouterr().out.splitlines()[1].split() == ["A", "1", "0", "0", "0", *["—"] * 5]


@pytest.mark.req("S22")
def test_the_command_prints_a_line_for_each_unit(
    journal: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.cli.tally.load_hall", lambda _path: SimpleNamespace(plan=PLAN))
    assert main(["tally", str(journal), "--by", "unit", "--hall", "hall.toml"]) == 0
    head, line = capsys.readouterr().out.splitlines()
    assert (head.split()[0], line.split()[:2]) == ("单位", ["户政", "1"])


def test_the_command_prints_json(journal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tally", str(journal), "--by", "counter", "--day", "20261121", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["days"], said["as_of"], said["overtime_ms"]) == (["20261121"], NOW + 175_000, 0)
    assert said["lines"] == [
        {
            "id": "1",
            "name": "1号",
            "taken": 0,
            "called": 1,
            "served": 1,
            "no_show": 0,
            "wait_mean_ms": 65_000,
            "wait_max_ms": 65_000,
            "service_mean_ms": 105_000,
            "service_max_ms": 105_000,
            "ratings": {"5": 0, "4": 0, "3": 0, "2": 0, "1": 0},
            "unrated": 1,
            "notices": 0,
            "oral_notices": 0,
        }
    ]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--by", "unit"], "lintel: --by unit needs --hall FILE"),
        (["--day", "20261120"], "lintel: --day 20261120: not in this journal; it has 20261121"),
    ],
)
def test_what_cannot_be_counted_is_said(
    journal: Path, capsys: pytest.CaptureFixture[str], more: list[str], said: str
) -> None:
    assert main(["tally", str(journal), *more]) == 2
    assert capsys.readouterr().err.startswith(said)

"""Forecasts of a wait: small halls whose answer can be worked out by hand, a large one in which they are measured."""

import json
import time

import msgspec
import pytest

from hub.cli.main import main
from hub.rules import commands
from hub.rules.apply import apply
from hub.rules.decide import Refusal, decide
from hub.rules.forecast import expected_minutes, expected_wait_ms, service_ms
from hub.rules.plan import ORDINARY, CounterPlan, Person, Plan, ServicePlan
from hub.rules.state import Absence, CounterState, Measure, State
from sim.bench.forecast import measure

MINUTE = 60_000
NOW = 1_795_222_800_000
A, B, AB = frozenset("A"), frozenset("B"), frozenset("AB")


def plan(*serves: tuple[frozenset[str], ...], **more: object) -> Plan:
    """A hall in which A usually takes 6 minutes and B 4."""
    usual = Plan(
        services={
            "A": ServicePlan(letter="A", usual_ms=6 * MINUTE),
            "B": ServicePlan(letter="B", usual_ms=4 * MINUTE),
        },
        counters={at: CounterPlan(serves=tiers) for at, tiers in enumerate(serves, 1)},
        head_start_ms={ORDINARY: 0, "green": 20 * MINUTE},
        call_pause_ms=0,
    )
    return msgspec.structs.replace(usual, **more)


class Hall:
    """A hall at ``NOW``, in which nobody is called unless the test says so."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.state, self.row = plan, State(), 0
        self.order(commands.OpenDay(day="20261121"), NOW)

    def order(self, command: commands.Command, at: int) -> None:
        answer = decide(self.state, self.plan, command, at)
        assert not isinstance(answer, Refusal), answer
        self.row += 1
        for fact in answer:
            apply(self.state, fact, self.row)

    def comes(self, services: str, *, klass: str = ORDINARY, at: int = NOW, printed: bool = True) -> None:
        for service in services:
            key = f"{service}-{self.state.taken}"
            self.order(commands.TakeTicket(dispenser="d", key=key, boot=1, service=service, klass=klass), at)
            if printed:
                job = self.state.tickets[self.state.taken].job
                self.order(commands.ConfirmPrint(dispenser="d", job=job), at)

    def minutes(self, service: str, *, at: int = NOW, head_start: int = 0) -> float | None:
        wait_ms = expected_wait_ms(self.state, self.plan, service, at - head_start * MINUTE, at)
        return None if wait_ms is None else wait_ms / MINUTE


@pytest.mark.parametrize(
    ("serves", "waiting", "service", "expected"),
    [
        ([(AB,)], "", "A", 0),
        ([(AB,)], "AAB", "A", 16),
        ([(AB,), (AB,)], "AAB", "A", 6),  # both are done at 6, one of them takes B, the other the newcomer
        ([(A,), (B,)], "BBB", "A", 0),
        ([(A,), (B,)], "BBB", "B", 12),
        ([(A, B)], "BB", "A", 0),  # a lower tier is looked at only when nobody of the higher one waits
        ([(A, B)], "AAA", "B", 18),
        ([(A,), (AB,)], "AAB", "B", 10),
    ],
)
def test_small_halls(serves: list[tuple[frozenset[str], ...]], waiting: str, service: str, expected: float) -> None:
    hall = Hall(plan(*serves))
    hall.comes(waiting)
    assert hall.minutes(service) == expected


def test_a_head_start_is_in_the_forecast() -> None:
    hall = Hall(plan((AB,)))
    hall.comes("AAAA")
    hall.comes("A", klass="green")
    assert hall.minutes("A") == 30
    assert hall.minutes("A", head_start=20) == 6
    assert hall.minutes("A", head_start=10) == 6


def test_a_paper_on_its_way_counts() -> None:
    hall = Hall(plan((AB,)))
    hall.comes("A")
    hall.comes("B", printed=False)
    assert hall.minutes("A") == 10


def test_who_is_served_is_expected_to_stay_for_the_rest_of_his_time() -> None:
    hall = Hall(plan((AB,)))
    hall.comes("A")
    hall.order(commands.CallNext(counter=1), NOW)
    assert hall.minutes("A", at=NOW) == 6
    assert hall.minutes("A", at=NOW + 2 * MINUTE) == 4
    assert hall.minutes("A", at=NOW + 60 * MINUTE) == pytest.approx(6 * 0.2)


def test_what_was_passed_to_a_counter_is_waited_for_there_only() -> None:
    hall = Hall(plan((AB,), (AB,)))
    hall.comes("AA")
    for _ in range(2):
        hall.order(commands.CallNext(counter=1), NOW)
        hall.order(commands.Transfer(counter=1, to_counter=2, reason="1"), NOW)
    assert hall.minutes("A") == 0
    hall.comes("B")
    assert hall.minutes("A") == 4


def test_measured_times_outweigh_the_usual_one_after_a_while() -> None:
    state, hall = State(), plan((AB,))
    assert service_ms(state, hall, "A") == 6 * MINUTE
    state.measures["A"] = Measure(count=5, mean_ms=10 * MINUTE)
    assert service_ms(state, hall, "A") == 8 * MINUTE
    state.measures["A"] = Measure(count=995, mean_ms=10 * MINUTE)
    assert service_ms(state, hall, "A") == pytest.approx(10 * MINUTE, rel=0.01)


def test_finished_tickets_are_measured() -> None:
    hall = Hall(plan((AB,)))
    hall.comes("AA")
    hall.order(commands.CallNext(counter=1), NOW)
    hall.order(commands.CallNext(counter=1), NOW + 12 * MINUTE)
    assert hall.state.measures["A"] == Measure(count=1, mean_ms=12 * MINUTE)
    assert service_ms(hall.state, hall.plan, "A") == 7 * MINUTE


@pytest.mark.parametrize(
    "why", ["nobody-serves-it", "away", "not-signed-in", "not-authorised", "no-supervisor", "set-live"]
)
def test_none_where_no_open_counter_can_serve_it(why: str) -> None:
    supervisor = "li" if why == "no-supervisor" else ""
    person = Person(kind="auxiliary", name="王", services=None if supervisor else B, supervisor=supervisor)
    signs_in = why in ("not-signed-in", "not-authorised", "no-supervisor")
    hall = Hall(plan((AB,), people={"wang": person}, sign_in=signs_in))
    here = hall.state.counters[1] = CounterState(person="" if why == "not-signed-in" else "wang")
    if why == "nobody-serves-it":
        hall.plan = plan((B,))
    elif why == "away":
        here.away = Absence(reason="1", back_at=None, phone="", since=NOW)
    elif why == "set-live":
        here.services = B
    assert hall.minutes("A") is None


def test_none_without_counters() -> None:
    assert expected_wait_ms(State(), plan(), "A", NOW, NOW) is None


def test_who_comes_later_with_a_head_start_is_reckoned_with() -> None:
    """For an hour every other ticket has been a green one, so some of those will pass who comes now."""
    hall = Hall(plan((AB,)))
    for nth in range(20):
        hall.comes("A", klass="green" if nth % 2 else ORDINARY, at=NOW + nth * 3 * MINUTE)
    ordinary = hall.minutes("A", at=NOW + 60 * MINUTE)
    assert ordinary == 6 * (20 + 4)  # ten in 57 minutes are four within the next twenty
    assert hall.minutes("A", at=NOW + 60 * MINUTE, head_start=240) == 0


@pytest.mark.parametrize("nth_other", [2, 3, 5])
def test_what_a_class_is_called_does_not_matter_only_its_head_start(nth_other: int) -> None:
    one_class, two_classes = (
        Hall(plan((AB,), head_start_ms={ORDINARY: 0, "green": 20 * MINUTE, "veteran": 20 * MINUTE})) for _ in range(2)
    )
    for nth in range(24):
        klass = "green" if nth % 2 else ORDINARY
        one_class.comes("A", klass=klass, at=NOW + nth * 2 * MINUTE)
        two_classes.comes("A", klass="veteran" if nth % 2 and nth % nth_other else klass, at=NOW + nth * 2 * MINUTE)
    for head_start in range(0, 120, 5):
        answers = [one.minutes("A", at=NOW + 50 * MINUTE, head_start=head_start) for one in (one_class, two_classes)]
        assert answers[0] == answers[1]


def test_nothing_is_changed() -> None:
    hall = Hall(plan((A, B), (AB,)))
    hall.comes("AABBA")
    hall.order(commands.CallNext(counter=2), NOW)
    before = msgspec.json.encode({str(k): list(v) for k, v in hall.state.waiting.items()}), repr(hall.state.counters)
    hall.minutes("A")
    assert before == (
        msgspec.json.encode({str(k): list(v) for k, v in hall.state.waiting.items()}),
        repr(hall.state.counters),
    )


@pytest.mark.parametrize(
    ("ms", "minutes"),
    [
        *[(-5, 0), (0, 0), (1, 1), (59_000, 1), (90_000, 2), (10 * MINUTE, 10)],
        *[(12 * MINUTE, 10), (13 * MINUTE, 15), (58 * MINUTE, 60), (64 * MINUTE, 60), (66 * MINUTE, 70)],
    ],
)
def test_minutes_are_no_more_precise_than_they_can_be(ms: int, minutes: int) -> None:
    assert expected_minutes(ms) == minutes


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_four_forecasts_in_five_are_good(seed: int) -> None:
    """Within 3 minutes or 30 % of the true wait, over 1,000 tickets of a steady hall."""
    result = measure(tickets=1000, seed=seed)
    assert result["tickets"] == 1000
    assert result["good"] >= 0.8
    assert abs(result["bias_min"]) < 1


def test_the_command_prints_the_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "forecast", "--json", "--seed", "2"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == measure(seed=2)


@pytest.mark.alone
def test_a_forecast_with_500_waiting_costs_a_few_milliseconds() -> None:
    hall = Hall(plan(*[(AB,)] * 12))
    for nth in range(50):
        hall.comes("AABABABABB", klass="green" if nth % 8 == 0 else ORDINARY, at=NOW + nth * MINUTE)
    spans = []
    for _ in range(20):
        begin = time.perf_counter()
        assert hall.minutes("A", at=NOW + 51 * MINUTE)
        spans.append(time.perf_counter() - begin)
    assert min(spans) < 0.005

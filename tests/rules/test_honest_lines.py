"""Who is before a ticket, and that nobody waits for a counter at which he would never be called."""

import pytest

from hub.rules import commands
from hub.rules.decide import Refusal, decide
from hub.rules.order import ahead_of
from hub.rules.plan import ORDINARY, CounterPlan, Person, Plan, ServicePlan
from hub.slips import ahead_words, expected_words
from tests.rules.situations import DAY, Scene

MINUTE = 60_000
HALL = Plan(
    services={code: ServicePlan(letter=code) for code in "ABCD"},
    counters={
        1: CounterPlan(serves=(frozenset("A"), frozenset("B"))),
        2: CounterPlan(serves=(frozenset("ABC"),)),
        3: CounterPlan(serves=(frozenset("D"),)),
    },
    head_start_ms={ORDINARY: 0, "returning": 30 * MINUTE},
    call_pause_ms=0,
    people={
        "1": Person(kind="police", name="陈"),
        "3": Person(kind="police", name="王", services=frozenset("AC")),
        "4": Person(kind="police", name="李", services=frozenset("BD")),
    },
    sign_in=True,
    reasons={"special": 1, "transfer": 1},
)
CHEN_AT_1, CHEN_AT_2 = commands.SignIn(counter=1, person="1"), commands.SignIn(counter=2, person="1")
WANG_AT_2 = commands.SignIn(counter=2, person="3")


def hall(*orders: commands.Command, services: str = "") -> Scene:
    """Return a hall in which one after the other has come, a minute apart."""
    scene = Scene(HALL, now=0).do(commands.OpenDay(day=DAY), *orders)
    for service in services:
        scene.later(MINUTE)
        scene.do(commands.TakeTicket(dispenser="d", key="k", boot=1, service=service))
        scene.do(commands.ConfirmPrint(dispenser="d", job=f"{DAY}-{scene.state.taken:06}"))
    return scene


@pytest.mark.req("M21", "S15")
@pytest.mark.parametrize(
    ("orders", "waiting", "service", "key", "ahead"),
    [
        ((CHEN_AT_1, WANG_AT_2), "AABCA", "B", 9, 4),  # only counter 1 serves B, and those of A first
        ((CHEN_AT_1, WANG_AT_2), "AABCA", "B", 0, 3),  # also those of A who come after it
        ((CHEN_AT_1, WANG_AT_2), "BBAC", "A", 9, 2),  # a lower tier is not before it
        ((CHEN_AT_1, WANG_AT_2), "ABC", "D", 9, 0),
        ((CHEN_AT_1,), "BAC", "B", 9, 3),  # counter 2 calls it in its turn
        ((WANG_AT_2, commands.SignIn(counter=1, person="4")), "DAB", "B", 9, 1),
        ((commands.SignIn(counter=3, person="3"),), "D", "D", 9, 1),  # whom nobody serves still waits behind his like
    ],
)
def test_ahead_is_who_is_called_before(
    orders: tuple[commands.Command, ...], waiting: str, service: str, key: int, ahead: int
) -> None:
    scene = hall(*orders, services=waiting)
    assert ahead_of(scene.state, HALL, service, key * MINUTE) == ahead


def test_ahead_is_as_many_as_a_single_counter_calls_before() -> None:
    scene = hall(CHEN_AT_1, WANG_AT_2, services="AABCA")
    scene.do(commands.TakeTicket(dispenser="d", key="b", boot=1, service="B"))
    scene.do(commands.ConfirmPrint(dispenser="d", job=f"{DAY}-000006"))
    calls = 0
    while scene.state.counter(1).ticket is not scene.state.tickets[6]:
        scene.later(MINUTE).do(commands.CallNext(counter=1))
        calls += 1
    assert scene.state.tickets[6].ahead == calls - 1 == 4


def test_papers_under_way_are_before_one_of_a_lower_tier() -> None:
    scene = hall(CHEN_AT_1, WANG_AT_2).do(commands.TakeTicket(dispenser="d", key="k", boot=1, service="A"))
    assert ahead_of(scene.state, HALL, "B", -1) == 1


@pytest.mark.parametrize(
    ("ahead", "expected_ms", "words"),
    [(4, 16 * MINUTE, "15分钟"), (0, 6 * MINUTE, "6分钟"), (0, MINUTE - 1, ""), (1, 1, "1分钟"), (0, None, "")],
)
def test_a_wait_of_a_minute_or_more_is_always_told(ahead: int, expected_ms: int | None, words: str) -> None:
    assert expected_words(ahead, expected_ms) == words
    assert ("无人等待" in ahead_words(ahead)) == (ahead == 0)


def serving(*orders: commands.Command) -> Scene:
    return hall(CHEN_AT_1, *orders, services="B").do(commands.CallNext(counter=1))


TO_2 = commands.Transfer(counter=1, to_counter=2, reason="1")


@pytest.mark.req("M10", "M14")
def test_nothing_is_passed_to_a_clerk_who_may_not_serve_it() -> None:
    scene = serving(WANG_AT_2)
    assert decide(scene.state, HALL, TO_2, scene.now) == Refusal("not-theirs")
    scene.do(commands.Transfer(counter=1, to_counter=2, service="A", reason="1"))


@pytest.mark.req("M10", "M14")
def test_what_was_passed_to_a_counter_goes_on_elsewhere_once_somebody_is_there_who_may_not_serve_it() -> None:
    scene = serving().do(TO_2)
    assert decide(scene.state, HALL, commands.CallNext(counter=1), scene.now) == Refusal("nobody-waits")
    scene.do(WANG_AT_2)
    assert ahead_of(scene.state, HALL, "B", scene.now) == 1
    scene.do(commands.CallNext(counter=1))
    assert scene.state.counter(1).ticket is scene.state.tickets[1]


@pytest.mark.req("M10")
def test_a_counter_that_nobody_is_at_keeps_its_numbers_from_the_line_but_not_from_a_special_call() -> None:
    call = commands.CallNumber(counter=1, number="B001", reason="1")
    scene = serving().do(TO_2)
    assert isinstance(decide(scene.state, HALL, call, scene.now), list)
    scene.do(commands.SignOut(counter=1), CHEN_AT_2, commands.SignIn(counter=1, person="4"))
    assert decide(scene.state, HALL, call, scene.now) == Refusal("not-authorised")
    scene.do(commands.Pause(counter=2, reason="开会"))
    assert isinstance(decide(scene.state, HALL, call, scene.now), list)

"""The rules, theme by theme, in tables small enough to be checked by eye."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.rules import commands, events
from hub.rules.alerts import average_wait_ms, present_alerts, windows_wanted
from hub.rules.decide import Refusal, decide
from hub.rules.lane import BLOCK, Lane
from hub.rules.plan import ORDINARY, CounterPlan, NoShowPlan, Plan, ServicePlan
from tests.rules.situations import DAY, HOUR, NEXT, NOW, OPEN, OPENS, PRINTED, SIGN_IN, TAKE, Scene, called

MINUTE = 60_000
SMALL = Plan(
    services={"A": ServicePlan(letter="A"), "B": ServicePlan(letter="B")},
    counters={
        1: CounterPlan(serves=(frozenset("A"),)),
        2: CounterPlan(serves=(frozenset("AB"),)),
        3: CounterPlan(serves=(frozenset("A"), frozenset("B"))),
    },
    head_start_ms={ORDINARY: 0, "green": 20 * MINUTE, "returning": 0, "appointment": 30 * MINUTE},
    call_pause_ms=3000,
)


def small(*tickets: tuple[str, str, int], plan: Plan = SMALL) -> Scene:
    """Return a hall in which (service, class, minute of arrival) wait, an hour after it opened."""
    scene = Scene(plan, now=0).do(commands.OpenDay(day=DAY))
    for at, (service, klass, minute) in enumerate(tickets, 1):
        scene.now = minute * MINUTE
        scene.do(commands.TakeTicket(dispenser="d", key="A", boot=1, service=service, klass=klass))
        scene.do(commands.ConfirmPrint(dispenser="d", job=f"{DAY}-{at:06}"))
    scene.now = 60 * MINUTE
    return scene


def numbers(facts: Iterable[events.Fact], scene: Scene) -> list[str]:
    return [scene.state.tickets[fact.serial].number for fact in facts if isinstance(fact, events.TicketCalled)]


def ask(scene: Scene, command: commands.Command) -> list[events.Fact] | Refusal:
    return decide(scene.state, scene.plan, command, scene.now)


@pytest.mark.parametrize(
    ("tickets", "counter", "number"),
    [
        ([("A", ORDINARY, 0), ("B", ORDINARY, 1)], 2, "A001"),
        ([("B", ORDINARY, 0), ("A", ORDINARY, 1)], 1, "A001"),
        ([("B", ORDINARY, 0), ("A", ORDINARY, 1)], 2, "B001"),
        ([("B", ORDINARY, 0), ("A", ORDINARY, 1)], 3, "A001"),
        ([("B", ORDINARY, 0)], 3, "B001"),
        ([("A", ORDINARY, 0), ("A", "green", 19)], 1, "A002"),
        ([("A", ORDINARY, 0), ("A", "green", 20)], 1, "A001"),
        ([("A", ORDINARY, 0), ("A", "green", 21)], 1, "A001"),
    ],
    ids=["first come", "own only", "all", "own first", "then others", "head start", "same moment", "bound on waiting"],
)
@pytest.mark.req("M18", "S5")
def test_who_is_called(tickets: list[tuple[str, str, int]], counter: int, number: str) -> None:
    scene = small(*tickets)
    answer = ask(scene, commands.CallNext(counter=counter))
    assert isinstance(answer, list)
    assert numbers(answer, scene) == [number]


def test_two_counters_press_at_the_same_moment_ten_thousand_times() -> None:
    """One gets the ticket, the other is told 无号码; whoever comes first, by turns."""
    scene = Scene(replace(SMALL, call_pause_ms=0), now=0).do(commands.OpenDay(day=DAY))
    for at in range(1, 10_001):
        scene.do(commands.TakeTicket(dispenser="d", key="A", boot=1, service="A"))
        scene.do(commands.ConfirmPrint(dispenser="d", job=f"{DAY}-{at:06}"))
        first, second = (1, 2) if at % 2 else (2, 1)
        scene.do(commands.CallNext(counter=first))
        assert ask(scene, commands.CallNext(counter=second)) == Refusal("nobody-waits")
        ticket = scene.state.counter(first).ticket
        assert ticket
        assert ticket.serial == at
    assert sum(ticket.calls for ticket in scene.state.tickets.values()) == 10_000


def test_a_counter_that_has_just_called_refuses_another_call() -> None:
    scene = small(("A", ORDINARY, 0), ("A", ORDINARY, 1)).do(commands.CallNext(counter=1)).later(2_999)
    assert ask(scene, commands.CallNext(counter=1)) == Refusal("calling")
    assert ask(scene, commands.Recall(counter=1)) == Refusal("calling")
    assert isinstance(ask(scene.later(1), commands.CallNext(counter=1)), list)


def test_a_clock_that_jumped_back_holds_no_counter_and_turns_no_time_around() -> None:
    scene = small(("A", ORDINARY, 0), ("A", ORDINARY, 1)).do(commands.CallNext(counter=1)).later(-HOUR)
    scene.do(commands.CallNext(counter=1))
    assert all(ms >= 0 for ticket in scene.state.tickets.values() for ms in ticket.spent_ms.values())


def test_a_day_never_follows_a_later_one_and_begins_at_one() -> None:
    scene = small(("A", ORDINARY, 0))
    assert ask(scene, commands.OpenDay(day="20261122")) == []
    scene.do(commands.OpenDay(day="20261124"))
    (taken,) = ask(scene, TAKE)
    assert (taken.number, taken.job) == ("A001", "20261124-000001")


def test_ahead_counts_everybody_a_counter_could_call_before() -> None:
    scene = small(("A", ORDINARY, 0), ("B", ORDINARY, 1))
    (taken,) = ask(scene, commands.TakeTicket(dispenser="d", key="B", boot=1, service="B"))
    assert taken.ahead == 2


def test_a_recall_has_a_limit() -> None:
    scene = called().do(commands.Recall(counter=1)).later(MINUTE)
    assert ask(scene, commands.Recall(counter=1)) == Refusal("recall-limit")


def test_the_next_call_waits_for_the_citizen_on_his_way_or_for_what_became_of_him() -> None:
    scene = called().later(-MINUTE + 5_000)
    assert ask(scene, NEXT) == Refusal("on-the-way")
    scene.do(commands.Begin(counter=1))
    assert ask(scene, NEXT) == Refusal("busy")


@pytest.mark.parametrize(
    ("policy", "state"),
    [(NoShowPlan(), "no-show"), (NoShowPlan(policy="back"), "missed"), (NoShowPlan(policy="keep"), "missed")],
)
def test_what_becomes_of_a_missed_number(policy: NoShowPlan, state: str) -> None:
    plan = replace(SMALL, no_show=policy, call_pause_ms=0)
    scene = small(("A", ORDINARY, 0), plan=plan).do(commands.CallNext(counter=1), commands.MarkNoShow(counter=1))
    assert scene.state.tickets[1].state == state


def test_a_missed_number_is_back_after_so_many_calls_and_over_when_missed_again() -> None:
    plan = replace(SMALL, no_show=NoShowPlan(policy="back", calls=2), call_pause_ms=0)
    scene = small(*[("A", ORDINARY, minute) for minute in range(4)], plan=plan)
    scene.do(commands.CallNext(counter=1), commands.MarkNoShow(counter=1), commands.CallNext(counter=1))
    assert scene.state.tickets[1].state == "missed"
    scene.do(commands.CallNext(counter=1))
    assert scene.state.tickets[1].state == "waiting"
    scene.do(commands.CallNext(counter=1), commands.CallNext(counter=1), commands.MarkNoShow(counter=1))
    assert scene.state.tickets[1].state == "no-show"


def test_a_number_that_is_kept_is_over_when_its_time_is() -> None:
    plan = replace(SMALL, no_show=NoShowPlan(policy="keep", keep_ms=MINUTE), call_pause_ms=0)
    scene = small(("A", ORDINARY, 0), plan=plan).do(commands.CallNext(counter=1), commands.MarkNoShow(counter=1))
    scene.later(MINUTE - 1).do(commands.Look())
    assert scene.state.tickets[1].state == "missed"
    scene.later(1).do(commands.Look())
    assert scene.state.tickets[1].state == "no-show"


@pytest.mark.req("M24")
@pytest.mark.parametrize(
    ("minute", "klass", "entered"),
    [(-20, "appointment", 0), (10, "appointment", 10), (39, "appointment", 39), (41, ORDINARY, 41)],
    ids=["early", "in time", "late within reason", "too late"],
)
def test_an_appointment_is_kept_by_who_is_early_and_lost_by_who_is_late(minute: int, klass: str, entered: int) -> None:
    slot = commands.Appointment(code="4711", service="A", start=NOW, end=NOW + 30 * MINUTE)
    scene = Scene(now=NOW - HOUR // 2).do(OPEN, commands.ListAppointments(appointments=(slot,)))
    scene.now = NOW + minute * MINUTE
    (taken,) = ask(scene, commands.TakeTicket(dispenser="d", key="g", boot=1, service="", appointment="4711"))
    assert (taken.number, taken.klass, taken.entered_at) == ("Y001", klass, NOW + entered * MINUTE)
    scene.do(commands.TakeTicket(dispenser="d", key="g", boot=1, service="", appointment="4711"))
    again = commands.TakeTicket(dispenser="d", key="h", boot=1, service="", appointment="4711")
    assert ask(scene, again) == Refusal("no-such-code")


@pytest.mark.req("M14")
def test_the_first_receiver_stays_who_he_was() -> None:
    scene = called().do(commands.Begin(counter=1), commands.Transfer(counter=1, to_counter=2, reason="1"))
    scene.do(commands.SignIn(counter=2, person="p2"), commands.CallNext(counter=2), commands.Finish(counter=2))
    ticket = scene.state.tickets[1]
    assert (ticket.first_counter, ticket.first_person, ticket.counter) == (1, "p1", 2)


@pytest.mark.req("S13")
@pytest.mark.parametrize(
    ("counters", "volume", "wanted"),
    [(5, 99, 3), (5, 100, 4), (5, 299, 4), (5, 300, 5), (1, 10, 1), (12, 100, 9), (4, 99, 2)],
)
def test_how_many_windows_a_day_wants(counters: int, volume: int, wanted: int) -> None:
    assert windows_wanted(counters, volume) == wanted


@pytest.mark.req("S11")
def test_the_average_wait_is_that_of_recent_calls_and_of_those_who_wait() -> None:
    scene = small(("A", ORDINARY, 40), ("A", ORDINARY, 50)).do(commands.CallNext(counter=1))
    assert average_wait_ms(scene.state, scene.now) == 15 * MINUTE
    assert ("average-wait", "") in present_alerts(scene.state, scene.plan, scene.now)
    scene.later(31 * MINUTE).do(commands.CallNext(counter=1))
    assert average_wait_ms(scene.state, scene.now) == 41 * MINUTE


@pytest.mark.req("M28")
def test_closing_serves_everybody_and_keeps_how_long_that_took() -> None:
    scene = Scene().do(OPEN, SIGN_IN, TAKE, PRINTED)
    scene.now = OPENS + 8 * HOUR
    scene.do(commands.Look())
    assert scene.state.phase == "closing"
    assert ask(scene, replace(TAKE, key="B")) == Refusal("closed")
    scene.later(20 * MINUTE).do(SIGN_IN, NEXT).later(5 * MINUTE).do(commands.Finish(counter=1))
    (changed,) = (fact for fact in ask(scene, commands.Look()) if isinstance(fact, events.PhaseChanged))
    assert (changed.phase, changed.overtime_ms) == ("closed", 25 * MINUTE)


@pytest.mark.req("M25")
def test_what_was_handed_in_overnight_is_in_line_at_the_opening_with_who_took_it() -> None:
    scene = Scene(now=OPENS + 9 * HOUR).do(OPEN, commands.ReceiveItem(service="A", by="p2"))
    scene.later(12 * HOUR).do(commands.OpenDay(day="20261124", spans=((OPENS + 24 * HOUR, OPENS + 30 * HOUR),)))
    scene.now = OPENS + 24 * HOUR
    scene.do(commands.Look())
    ticket = scene.state.by_number["A001"]
    assert (ticket.state, ticket.klass, ticket.taken_by) == ("waiting", "received", "p2")
    scene.do(commands.Look())
    assert scene.state.taken == 1


@pytest.mark.req("S9")
def test_one_living_number_for_each_identity_and_service() -> None:
    take = commands.TakeTicket(dispenser="d", key="R", boot=1, service="R", identity="w")
    scene = Scene().do(OPEN, SIGN_IN, take, PRINTED)
    assert ask(scene, take) == Refusal("has-ticket")
    scene.do(NEXT).later(MINUTE).do(commands.Finish(counter=1))
    assert isinstance(ask(scene, take), list)


def test_without_paper_no_number_is_given_unless_it_may_be_kept_in_mind() -> None:
    report = commands.ReportDevice(device="d", state="ready", boot=1, alerts={"printer": "paper-out"})
    assert ask(small().do(report), TAKE) == Refusal("printer")
    assert isinstance(ask(Scene().do(OPEN, report), TAKE), list)


@pytest.mark.req("M12")
def test_an_idle_pad_locks_but_never_before_a_citizen() -> None:
    scene = Scene().do(OPEN, SIGN_IN, TAKE, PRINTED)
    scene.later(HOUR).do(commands.Look())
    assert ask(scene, NEXT) == Refusal("locked")
    scene.do(SIGN_IN, NEXT)
    scene.later(3 * HOUR).do(commands.Look())
    assert not scene.state.counter(1).locked


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 3000)), max_size=3 * BLOCK, unique=True), st.data())
def test_a_lane_is_a_sorted_list(places: list[tuple[int, int, int]], data: st.DataObject) -> None:
    lane = Lane()
    for place in places:
        lane.add(place)
    gone = set(data.draw(st.lists(st.sampled_from(places), unique=True))) if places else set()
    for place in gone:
        lane.remove(place)
    rest = sorted(set(places) - gone)
    assert list(lane) == rest
    assert len(lane) == len(rest)
    assert not rest or lane.first() == rest[0]
    for key in (-1, 0, 25, 50):
        assert lane.rank(key) == sum(place[0] <= key for place in rest)


def test_a_long_lane_stays_sorted() -> None:
    lane, places = Lane(), [(at * 7919 % 10_007, at) for at in range(5_000)]
    for place in places:
        lane.add(place)
    assert list(lane) == sorted(places)
    for place in places[::2]:
        lane.remove(place)
    assert list(lane) == sorted(places[1::2])
    with pytest.raises(KeyError):
        lane.remove(places[0])

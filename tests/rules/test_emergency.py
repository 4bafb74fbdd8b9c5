"""Faults and numbers given by hand in the rules: over midnight, in the tally, and never carried over (M41)."""

import pytest

from hub.rules import commands, events
from hub.rules.decide import Refusal, decide
from hub.rules.tally import tally
from hub.spoken import present_calls
from tests.rules.situations import ENTER, FAULT, HOUR, NEXT, NOW, SIGN_IN, Scene, opened, waiting


def ask(scene: Scene, command: commands.Command) -> list[events.Fact] | Refusal:
    return decide(scene.state, scene.plan, command, scene.now)


@pytest.mark.req("M41")
def test_a_fault_lasts_into_the_next_day_and_keeps_its_beginning() -> None:
    scene = opened().do(FAULT).later(20 * HOUR).do(commands.OpenDay(day="20261124"))
    assert scene.state.fault
    assert (scene.state.fault.since, scene.state.fault.by) == (NOW, "guide")
    assert scene.state.clock == NOW + 20 * HOUR


def test_two_who_press_at_the_same_moment_do_not_undo_each_other() -> None:
    scene = opened()
    before = scene.state.fault_turn
    scene.do(FAULT)
    assert scene.state.fault_turn > before, "the second one saw an older turn, so his press is refused"


@pytest.mark.req("M41")
def test_an_earlier_hand_is_called_before_a_later_paper() -> None:
    scene = waiting().do(ENTER, NEXT)
    ticket = scene.state.counter(1).ticket
    assert ticket
    assert (ticket.number, ticket.taken_at, ticket.taken_by) == ("H012", NOW - HOUR // 2, "guide")


def test_a_class_is_given_to_a_number_by_hand_from_when_it_was_handed_out() -> None:
    scene = opened().do(ENTER, commands.GiveClass(number="H012", klass="elderly", by="guide"))
    assert scene.state.by_number["H012"].key == NOW - HOUR


@pytest.mark.req("M41")
def test_who_was_served_by_hand_is_counted_at_his_counter_without_a_call() -> None:
    served = commands.EnterServed(number="H001", service="A", counter=2, by="guide")
    scene = opened()
    total = tally([(1, NOW, ask(scene, served))], {"A": "户政"})
    for by, name in (("counter", "2"), ("service", "A"), ("unit", "户政")):
        figures = total.figures[by][name]
        assert (figures.served, figures.called, figures.waits.count, figures.services.count) == (1, 0, 0, 0)
    assert total.figures["person"]["guide"].served == 0
    assert ask(scene.do(served), served) == Refusal("entered")


def test_who_holds_a_number_by_hand_is_no_item_of_the_next_day() -> None:
    scene = opened().do(ENTER).later(20 * HOUR)
    *left, day = ask(scene, commands.OpenDay(day="20261124"))
    assert [type(one) for one in left] == [events.TicketLeft]
    assert isinstance(day, events.DayOpened)
    assert day.received == ()


def test_a_fault_lets_a_counter_go_on_with_its_ticket() -> None:
    scene = opened().do(SIGN_IN, ENTER, NEXT).later(HOUR // 2).do(FAULT)
    scene.do(commands.Begin(counter=1), commands.Finish(counter=1))
    assert ask(scene, NEXT) == Refusal("fault")


@pytest.mark.req("M41")
def test_a_call_is_not_spoken_any_more_once_there_is_a_fault() -> None:
    """A speaker says only what is still among the present calls."""
    scene = waiting().do(NEXT)
    assert present_calls(scene.state) == (("A001", 1),)
    assert present_calls(scene.do(FAULT).state) == ()


@pytest.mark.parametrize("number", ["H000", "H1", "H0012", "A012", "012", "", "Hxyz", "h012", "H0１2"])
def test_what_is_no_number_of_the_drawer_is_not_entered(number: str) -> None:
    answer = ask(opened(), commands.EnterTicket(number=number, service="A", handed_at=NOW, by="guide"))
    assert answer == Refusal("no-such-number")

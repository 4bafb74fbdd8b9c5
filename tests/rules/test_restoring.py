"""After a restore nothing that may have been given out is given again, and nobody is called who may have been."""

import pytest
from msgspec.structs import replace

from hub.rules import commands, events
from hub.rules.alerts import present_alerts
from hub.rules.case import Refusal
from hub.rules.decide import decide
from hub.rules.deciding.restoring import NUMBERS
from hub.rules.leases import UNKNOWN
from hub.words import alerts_of
from tests.rules.situations import ALONE, DAY, LEASE, NEXT, NOW, SIGN_IN, TAKE, Scene, opened
from tests.rules.test_leases import facts_of, in_line

RESTORED = commands.NoteRestored(until=NOW + 2000, calls=1, services=("A", "A", "B"), size=40)


def with_waiting(count: int) -> Scene:
    scene = opened().do(SIGN_IN)
    for serial in range(1, count + 1):
        scene.later(1000).do(TAKE, commands.ConfirmPrint(dispenser="d", job=f"{DAY}-{serial:06}"))
    return scene


def taken(scene: Scene) -> events.TicketTaken:
    (fact,) = facts_of(scene, replace(TAKE, dispenser="x"))
    assert isinstance(fact, events.TicketTaken)
    return fact


def test_the_next_number_and_its_job_are_beyond_what_may_have_been_given() -> None:
    scene = with_waiting(3).do(RESTORED)
    fact = taken(scene)
    assert fact.number == f"A{3 + NUMBERS + 1:03}"
    assert fact.serial > 3 + NUMBERS
    assert fact.job not in {f"{DAY}-{serial:06}" for serial in range(1, 3 + NUMBERS)}


def test_for_a_copy_that_was_behind_for_an_hour_more_is_left_out() -> None:
    scene = with_waiting(3)
    scene.do(replace(RESTORED, until=scene.now + 3_600_000))
    assert int(taken(scene).number[1:]) > 1000, "numbers for leases are passed over too"


def test_a_day_that_began_after_the_old_hubs_end_begins_with_its_first_number() -> None:
    scene = opened()
    scene.do(replace(RESTORED, until=scene.state.opened_at - 1))
    assert taken(scene).number == "A001"


def test_who_may_have_been_called_is_asked_for_and_everybody_else_is_called() -> None:
    scene = with_waiting(4)
    assert in_line(scene) == ["A001", "A002", "A003", "A004"]
    scene.do(RESTORED)
    assert in_line(scene) == ["A002", "A003", "A004"], "one counter can have called one"
    assert [one.number for one in scene.state.doubted.values()] == ["A001"]
    assert "核实是否已叫号 A001" in alerts_of(present_alerts(scene.state, scene.plan, scene.now))
    scene.later(10_000).do(NEXT)
    assert scene.state.counter(1).ticket is scene.state.by_number["A002"]


def test_as_many_are_asked_for_as_all_counters_can_have_called() -> None:
    scene = with_waiting(4).do(commands.SignIn(counter=2, person="p2"))
    working = sum(bool(one.person) for one in scene.state.counters.values())
    scene.do(replace(RESTORED, calls=2))
    assert len(scene.state.doubted) == min(4, 2 * working)


def test_who_still_waits_has_his_old_place() -> None:
    scene = with_waiting(3).do(RESTORED)
    scene.later(5000).do(commands.VouchTicket(number="A001", by="guide"))
    assert in_line(scene) == ["A001", "A002", "A003"]
    assert scene.state.doubted == {}


def test_a_paper_that_was_on_its_way_is_not_printed_again_by_itself() -> None:
    scene = opened().do(SIGN_IN, TAKE, RESTORED)
    ticket = scene.state.by_number["A001"]
    assert (ticket.state, scene.state.under_way, scene.state.spool) == ("doubted", {}, {})
    assert facts_of(scene, commands.ConfirmPrint(dispenser="d", job=ticket.job)) == []
    assert [fact for fact in facts_of(scene.later(200_000), commands.Look()) if hasattr(fact, "serial")] == []
    scene.do(commands.ReportDevice(device="d", state="ready", boot=1, alerts={}))
    (again,) = facts_of(scene, commands.ReprintTicket(number="A001", by="guide", printer="d"))
    assert isinstance(again, events.PrintRepeated)
    assert again.job == f"{DAY}-000001-12", "no copy of the old hub's had this id"
    scene.do(commands.ConfirmPrint(dispenser="d", job=again.job))
    assert in_line(scene) == ["A001"]


def test_a_dispenser_may_have_been_leased_what_nobody_knows_of() -> None:
    scene = with_waiting(1).do(LEASE).do(RESTORED)
    unknown = [(one.letter, one.first, one.last) for one in scene.state.leases.blocks if one.device == UNKNOWN]
    assert unknown == [("A", 841, 880), ("A", 881, 920), ("B", 841, 880)]
    scene.do(replace(LEASE, device="e"))
    of_e = [(one.letter, one.first, one.last) for one in scene.state.leases.blocks if one.device == "e"]
    assert of_e == [("A", 921, 960), ("B", 881, 920)], "leased to nobody else"
    scene.do(replace(ALONE, number="A850", key="A", service="A", told_at=NOW))
    assert scene.state.by_number["A850"].state == "waiting", "who was given one stands in line"
    assert facts_of(scene, replace(ALONE, number="A850", key="A", service="A", told_at=NOW, device="e")) == []


def test_every_dispenser_gets_a_new_lease_under_an_id_that_none_had() -> None:
    scene = with_waiting(1).do(LEASE, commands.MakeLease(device="d", digest="1"), RESTORED)
    (made,) = facts_of(scene, commands.MakeLease(device="d", digest="1"))
    assert isinstance(made, events.LeaseMade)
    assert made.serial == 1 + 100 + 1


@pytest.mark.parametrize(
    ("number", "is_entered"),
    [
        ("A004", True),
        ("A053", True),
        ("A054", False),
        ("A003", False),
        ("A04", False),
        ("A0004", False),
        ("A-04", False),
    ],
)
def test_who_holds_a_number_that_was_lost_is_entered_by_hand(number: str, is_entered: bool) -> None:
    scene = with_waiting(3).do(RESTORED)
    enter = commands.EnterTicket(number=number, service="A", handed_at=scene.state.clock, by="guide")
    assert isinstance(decide(scene.state, scene.plan, enter, scene.now), list) == is_entered
    if is_entered:
        scene.do(enter)
        assert in_line(scene) == ["A002", "A003", number]
        assert decide(scene.state, scene.plan, enter, scene.now) == Refusal("entered")


def test_what_a_second_restore_leaves_out_comes_after_what_the_first_did() -> None:
    scene = with_waiting(3).do(RESTORED).later(1000).do(RESTORED)
    assert taken(scene).number == f"A{3 + 2 * NUMBERS + 1:03}"
    assert scene.state.leases.lost["A"] == (4, 3 + 2 * NUMBERS)

"""Numbers that dispensers give alone: never twice, whoever gives them, and in line by the true arrival."""

import pytest
from msgspec.structs import replace

from hub.rules import commands, events
from hub.rules.alerts import average_wait_ms, present_alerts
from hub.rules.apply import apply
from hub.rules.decide import decide
from hub.rules.leases import LEASED, following, free_block, left_of
from hub.rules.order import ahead_of, first_in_line
from hub.rules.tally import tally
from hub.words import alerts_of
from tests.rules.situations import ALONE, DAY, HOUR, LEASE, NEXT, NOW, SIGN_IN, Scene, opened, waiting

MINUTE = 60_000
OTHER = replace(LEASE, device="e")


def leased(*orders: commands.Command) -> Scene:
    return waiting().do(LEASE, OTHER, *orders)


def facts_of(scene: Scene, order: commands.Command) -> list[events.Fact]:
    answer = decide(scene.state, scene.plan, order, scene.now)
    assert isinstance(answer, list)
    scene.row += 1
    for fact in answer:
        apply(scene.state, fact, scene.row)
    return answer


def alone(number: str, told_at: int, device: str = "d", paper: str = "out") -> commands.EnterAlone:
    return replace(ALONE, number=number, told_at=told_at, device=device, paper=paper, key=number[0], service=number[0])


def in_line(scene: Scene, service: str = "A") -> list[str]:
    lane = scene.state.waiting.get((0, service), ())
    return [scene.state.tickets[serial].number for _key, _told, serial in lane]


def test_every_key_of_every_dispenser_has_numbers_of_its_own() -> None:
    blocks = [(one.device, one.key, one.first, one.last) for one in leased().state.leases.blocks]
    assert blocks == [("d", "A", 801, 840), ("d", "B", 801, 840), ("e", "A", 841, 880), ("e", "B", 841, 880)]


def test_a_block_that_is_half_used_is_followed_by_another_and_the_rest_of_it_is_not_lost() -> None:
    scene = leased()
    for count in range(801, 820):
        scene.do(alone(f"A{count}", NOW + count))
    assert facts_of(scene, LEASE) == []
    scene.do(alone("A820", NOW + 820))
    (block,) = facts_of(scene, LEASE)
    assert isinstance(block, events.BlockLeased)
    assert (block.key, block.first, block.last) == ("A", 881, 920)
    scene = waiting().do(LEASE)
    scene.do(*(alone(f"A{count}", NOW + count) for count in range(801, 825)), LEASE)
    assert left_of(scene.state.leases.blocks_of("d", "A", "A"), scene.state.by_number) == (825, 880), "they follow on"


def test_leases_end_where_the_numbers_end() -> None:
    scene = waiting()
    for device in "abcdefgh":
        scene.do(replace(LEASE, device=device))
    of_a = [one for one in scene.state.leases.blocks if one.letter == "A"]
    numbers = [number for one in of_a for number in range(one.first, one.last + 1)]
    assert numbers == list(LEASED)
    assert [one.device for one in of_a] == list("abcde")


def test_the_hub_gives_none_of_the_numbers_that_are_kept_for_leases() -> None:
    assert [following(count) for count in (0, 799, 800, 900, 999, 1000)] == [1, 800, 1000, 1000, 1000, 1001]
    scene = opened()
    scene.state.numbers["A"] = 799
    numbers = []
    for key in "ABCD":
        taken = facts_of(scene, commands.TakeTicket(dispenser="d", key=key, boot=1, service="A"))[0]
        assert isinstance(taken, events.TicketTaken)
        numbers.append(taken.number)
    assert numbers == ["A800", "A1000", "A1001", "A1002"]


def test_numbers_that_were_given_before_there_were_leases_are_not_leased() -> None:
    assert free_block("A", 40, [], {"A801", "A802", "A845"}) == (803, 842)
    assert free_block("A", 40, [], {"A805"}) == (801, 804)
    assert free_block("A", 0, [], set()) is None


@pytest.mark.req("M41")
@pytest.mark.parametrize("off_min", [-45, -7, 0, 7, 45])
def test_who_came_while_the_hub_was_away_stands_between_those_before_and_those_after(off_min: int) -> None:
    scene = leased().later(HOUR // 4).do(commands.TakeTicket(dispenser="x", key="A", boot=1, service="A"))
    scene.do(commands.ConfirmPrint(dispenser="x", job=scene.state.tickets[2].job))
    since = scene.state.clock
    scene.now = max(since + 1000, since + (30 + off_min) * MINUTE)
    scene.do(commands.NoteReturn(since=since))
    back = since + (30 + off_min) * MINUTE

    def told(minute: int) -> int:
        return back - (30 - minute) * MINUTE

    scene.do(alone("A801", told(2)), alone("A802", told(12)), alone("A803", told(25)))
    scene.do(alone("A841", told(1), "e"), alone("A842", told(11), "e"), alone("A843", told(29), "e"))
    scene.later(1000).do(commands.TakeTicket(dispenser="x", key="A", boot=1, service="A"))
    scene.do(commands.ConfirmPrint(dispenser="x", job=scene.state.tickets[9].job))
    everybody = ["A001", "A002", "A841", "A801", "A842", "A802", "A803", "A843", "A003"]
    assert in_line(scene) == everybody
    called = []
    scene.do(SIGN_IN)
    for _ in everybody:
        ticket, _candidates = first_in_line(scene.state, scene.plan, 1)
        assert ticket
        called.append(ticket.number)
        scene.do(commands.CallNumber(counter=1, number=ticket.number, reason="1")).later(60_000)
        scene.do(commands.Finish(counter=1, result="1"))
    assert called == everybody


def test_a_hub_that_is_killed_again_while_tickets_are_handed_over_forgets_nothing() -> None:
    scene = leased()
    since = scene.state.clock
    scene.later(20 * MINUTE).do(commands.NoteReturn(since=since), alone("A801", since - 5 * MINUTE))
    again = scene.state.clock
    scene.later(2000).do(commands.NoteReturn(since=again), alone("A841", since - 6 * MINUTE, "e"))
    assert in_line(scene) == ["A001", "A841", "A801"]


def test_a_number_that_is_handed_over_again_changes_nothing() -> None:
    scene = leased(ALONE)
    before = scene.state.taken
    assert facts_of(scene, replace(ALONE, told_at=NOW, boot=9)) == []
    assert scene.state.taken == before


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (alone("A900", NOW), "not-leased"),
        (alone("A801", NOW, "e"), "not-leased"),
        (replace(ALONE, day="20261122"), "other-day"),
    ],
)
def test_a_number_that_is_not_this_devices_is_shown_to_the_duty_officer(order: commands.EnterAlone, why: str) -> None:
    scene = leased()
    (refused,) = facts_of(scene, order)
    assert isinstance(refused, events.HandOverRefused)
    assert (refused.number, refused.why) == (order.number, why)
    assert facts_of(scene, order) == [], "it is said once"
    alerts = present_alerts(scene.state, scene.plan, scene.now)
    assert f"离线号码待核实 {order.number}" in alerts_of(alerts)
    assert "离线号码" not in "".join(alerts_of(present_alerts(scene.state, scene.plan, scene.now + HOUR)))


def test_after_the_day_was_ended_a_number_is_not_entered_but_told() -> None:
    scene = leased(commands.EndDay(by="p1"))
    (refused,) = facts_of(scene, ALONE)
    assert isinstance(refused, events.HandOverRefused)
    assert refused.why == "ended"


def test_what_surely_did_not_come_out_is_void_and_nobody_waits_for_it() -> None:
    scene = leased(replace(ALONE, paper="failed"))
    assert (scene.state.by_number["A801"].state, in_line(scene)) == ("void", ["A001"])
    assert scene.state.dispenser("d").voided is None, "its panel says nothing of a press of long ago"


def test_what_may_have_come_out_is_asked_for_at_the_desks_and_not_at_the_dispenser() -> None:
    scene = leased()
    scene.later(HOUR).do(commands.TakeTicket(dispenser="x", key="A", boot=1, service="A"))
    scene.do(commands.ConfirmPrint(dispenser="x", job=scene.state.tickets[2].job))
    scene.do(alone("A801", scene.now - MINUTE, paper="in-doubt"))
    assert scene.state.by_number["A801"].state == "doubted"
    assert scene.state.dispenser("d").asked == {}
    scene.do(commands.ReportDevice(device="d", state="ready", boot=1, alerts={}))
    scene.later(30_000).do(commands.Look())
    assert scene.state.by_number["A801"].copies == 1, "nothing comes out for somebody who has gone"
    scene.do(commands.VouchTicket(number="A801", by="guide"))
    assert in_line(scene) == ["A001", "A801", "A002"], "by his arrival, not by the answer"


def test_a_lost_ticket_of_that_time_is_printed_again_as_any_other() -> None:
    scene = leased(ALONE, commands.ReportDevice(device="d", state="ready", boot=1, alerts={}))
    (slip,) = facts_of(scene, commands.ReprintTicket(number="A801", by="guide"))
    assert isinstance(slip, events.SlipOrdered)
    assert (slip.what, slip.device) == ("copy", "d")


def test_forecasts_counts_and_figures_see_him_as_any_other() -> None:
    scene = leased().later(HOUR)
    given = alone("A801", scene.now - HOUR // 4)
    taken = next(fact for fact in facts_of(scene, given) if isinstance(fact, events.TicketTaken))
    assert ahead_of(scene.state, scene.plan, "A", scene.now) == 2
    assert average_wait_ms(scene.state, scene.now) == (HOUR + HOUR // 4) // 2
    opened_day = events.DayOpened(day=DAY)
    called = events.TicketCalled(serial=taken.serial, counter=1, candidates=(), at=scene.now)
    figures = tally([(1, scene.now, [opened_day, taken, called])], {"A": ""}).figures["service"]["A"]
    assert (figures.taken, figures.called, figures.waits.total_ms) == (1, 1, HOUR // 4)


def test_a_lease_is_made_when_its_content_changes_and_answered_for_one_start() -> None:
    scene = leased(commands.MakeLease(device="d", digest="1"))
    assert facts_of(scene, commands.MakeLease(device="d", digest="1")) == []
    (second,) = facts_of(scene, commands.MakeLease(device="e", digest="1"))
    assert isinstance(second, events.LeaseMade)
    assert second.serial == 2
    assert facts_of(scene, commands.AnswerLease(device="d", serial=7, boot=1)) == [], "an old one"
    assert len(facts_of(scene, commands.AnswerLease(device="d", serial=1, boot=1))) == 1
    assert facts_of(scene, commands.AnswerLease(device="d", serial=1, boot=1)) == []
    assert len(facts_of(scene, commands.AnswerLease(device="d", serial=1, boot=2))) == 1


def test_leases_end_with_the_day() -> None:
    scene = leased(ALONE, commands.OpenDay(day="20261124"))
    assert scene.state.leases.blocks == []
    scene.do(OTHER)
    assert [(one.device, one.first) for one in scene.state.leases.blocks if one.letter == "A"] == [("e", 801)]


def test_a_press_from_before_the_absence_gives_no_ticket_any_more() -> None:
    scene = leased()
    turn = scene.state.dispenser("d").turn
    scene.later(MINUTE).do(commands.NoteReturn(since=scene.state.clock))
    assert scene.state.dispenser("d").turn > turn
    turn = scene.state.dispenser("d").turn
    scene.later(2000).do(commands.NoteReturn(since=scene.now - 2000))
    assert scene.state.dispenser("d").turn == turn, "nobody was alone in two seconds"
    assert NEXT.counter == 1


def test_who_was_given_a_number_at_no_known_time_came_when_the_absence_began() -> None:
    scene = leased().later(HOUR)
    since = scene.now - HOUR // 2
    scene.do(commands.NoteReturn(since=since), replace(ALONE, told_at=None, day=""))
    ticket = scene.state.by_number["A801"]
    assert (ticket.taken_at, ticket.key, ticket.told_at) == (since, since, since)
    scene = leased(replace(ALONE, told_at=None, day=""))
    assert scene.state.by_number["A801"].taken_at == scene.state.opened_at


def test_a_key_that_the_halls_file_has_no_more_gave_what_was_leased_to_it() -> None:
    scene = leased(replace(ALONE, service="", klass="king", claim="queen"))
    ticket = scene.state.by_number["A801"]
    assert (ticket.service, ticket.klass, ticket.claim) == ("A", "ordinary", "")


def test_a_key_that_gives_another_service_since_gets_numbers_of_that_one_and_no_number_is_given_by_two_keys() -> None:
    """The hall's file was changed and the hub started again within the day."""
    scene = leased(alone("A801", NOW))
    now_both_b = replace(LEASE, keys=(("A", "B"), ("B", "B")))
    assert [(one.key, one.first) for one in facts_of(scene, now_both_b)] == [("A", 881)]  # type: ignore[union-attr]
    leases, known = scene.state.leases, scene.state.by_number
    assert [left_of(leases.blocks_of("d", key, "B"), known) for key in "AB"] == [(881, 920), (801, 840)]
    assert facts_of(scene, LEASE) == [], "and back"
    assert left_of(leases.blocks_of("d", "A", "A"), known) == (802, 840)


def test_who_holds_a_number_waits_for_what_his_paper_says_although_the_key_gives_another_since() -> None:
    scene = leased(replace(ALONE, service="B"))
    assert scene.state.by_number["A801"].service == "A"
    scene = leased()
    scene.plan = replace(scene.plan, services={"B": scene.plan.services["B"]})
    assert scene.do(replace(ALONE, service="B")).state.by_number["A801"].service == "B"


def test_a_number_that_somebody_holds_who_could_not_be_entered_is_given_to_nobody_else() -> None:
    """The journal was restored from a copy that knows nothing of the lease."""
    scene = waiting().do(alone("A801", NOW), alone("A803", NOW), replace(ALONE, number="A802", day="20261122"))
    scene.do(LEASE)
    assert [(one.first, one.last) for one in scene.state.leases.blocks if one.letter == "A"] == [(802, 802)]
    scene = waiting().do(LEASE, alone("A830", NOW, "e"))
    leases = scene.state.leases
    assert left_of(leases.blocks_of("d", "A", "A"), leases.held(scene.state.by_number)) == (831, 840)


def test_the_class_of_a_key_counts_from_the_true_arrival() -> None:
    scene = leased().later(HOUR)
    scene.do(replace(alone("A801", scene.now - MINUTE), klass="elderly"), alone("A802", scene.now - 2 * MINUTE))
    assert in_line(scene) == ["A001", "A801", "A802"]
    assert scene.state.by_number["A801"].key == scene.now - MINUTE - HOUR // 2

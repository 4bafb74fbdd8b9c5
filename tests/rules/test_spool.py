"""Which printer gets a paper, in which order, and what becomes of papers of which nobody knows."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from hub.rules import commands, events
from hub.rules.apply import apply
from hub.rules.decide import Refusal, decide
from hub.rules.plan import Plan, PrintingPlan
from tests.rules.situations import DAY, HOUR, OPEN, PLAN, TAKE, Scene, called

SECOND = 1000
NEIGHBOURS = {"d": ("e", "f"), "e": ("d", "f"), "f": ("d", "e")}
ZONE = replace(PLAN, printing=PrintingPlan(neighbours=NEIGHBOURS, jobs_max=3), paperless=False, people={})


def ready(device: str = "d", *, boot: int = 1, printer: str = "", state: str = "ready") -> commands.ReportDevice:
    alerts = {"printer": printer} if printer else {}
    return commands.ReportDevice(device=device, state=state, boot=boot, alerts=alerts)


def hall(*also: commands.Command, plan: Plan = ZONE) -> Scene:
    return Scene(plan).do(OPEN, ready("d"), ready("e"), *also)


def take(key: str = "A", dispenser: str = "d") -> commands.TakeTicket:
    return replace(TAKE, key=key, dispenser=dispenser)


def job(serial: int, copy: int = 1) -> str:
    return f"{DAY}-{serial:06}" + (f"-{copy}" if copy > 1 else "")


def printed(serial: int, device: str = "d", copy: int = 1) -> commands.ConfirmPrint:
    return commands.ConfirmPrint(dispenser=device, job=job(serial, copy))


def failed(serial: int, device: str = "d", copy: int = 1, *, in_doubt: bool = False) -> commands.FailPrint:
    why = "in-doubt" if in_doubt else "paper-out"
    return commands.FailPrint(dispenser=device, job=job(serial, copy), why=why, in_doubt=in_doubt)


def ask(scene: Scene, command: commands.Command) -> list[events.Fact] | Refusal:
    return decide(scene.state, scene.plan, command, scene.now)


def state_of(scene: Scene, serial: int = 1) -> str:
    return scene.state.tickets[serial].state


def names(facts: Sequence[events.Fact] | Refusal) -> list[str]:
    assert isinstance(facts, list)
    return [type(fact).__name__ for fact in facts]


def look(scene: Scene) -> list[str]:
    """Look and carry out what follows; return the names of those about papers."""
    answer = ask(scene, commands.Look())
    assert isinstance(answer, list)
    scene.row += 1
    for fact in answer:
        apply(scene.state, fact, scene.row)
    return [name for name in names(answer) if not name.startswith(("Alert", "Phase", "SelfTest"))]


def test_a_printer_has_one_job_at_a_time_in_the_order_of_the_presses() -> None:
    scene = hall(take("A"), take("B"), take("C"))
    seen = []
    for serial in (1, 2, 3):
        seen.append(dict(scene.state.under_way))
        scene.do(printed(serial))
    assert seen == [{"d": job(1)}, {"d": job(2)}, {"d": job(3)}]
    assert (scene.state.under_way, scene.state.spool, scene.state.jobs) == ({}, {}, {})


def test_tickets_and_slips_share_one_order() -> None:
    scene = hall(take("A"), printed(1), take("B"), commands.ReprintTicket(number="A001", by="027003"), take("C"))
    order = []
    while scene.state.under_way:
        order.append(scene.state.under_way["d"])
        scene.do(commands.ConfirmPrint(dispenser="d", job=order[-1]))
    assert order == [job(2), f"{DAY}-500001", job(3)]


def test_no_more_wait_than_the_hall_allows() -> None:
    scene = hall(take("A"), take("B"), take("C"))
    assert ask(scene, take("D")) == Refusal("printing")
    assert isinstance(ask(scene.do(printed(1)), take("D")), list)


def test_who_presses_where_no_paper_is_gets_his_ticket_next_door() -> None:
    scene = hall(ready(printer="paper-out"), take())
    assert scene.state.under_way == {"e": job(1)}
    scene.do(printed(1, "e"))
    assert state_of(scene) == "waiting"
    assert scene.state.dispenser("d").last is scene.state.dispenser("e").last is scene.state.tickets[1]


def test_of_several_neighbours_the_one_with_least_to_do_prints() -> None:
    scene = hall(ready("f"), take("A", "e"), ready(printer="cover-open"), take("B"), take("C"))
    assert {printer: len(jobs) for printer, jobs in scene.state.spool.items()} == {"e": 2, "f": 1}


def test_what_surely_failed_goes_to_every_printer_once_and_is_void_then() -> None:
    scene = hall(ready("f"), take())
    for device, goes_to in (("d", "e"), ("e", "f")):
        scene.do(failed(1, device))
        assert (scene.state.tickets[1].printer, scene.state.under_way) == (goes_to, {goes_to: job(1)})
    assert "is_copy" not in scene.state.tickets[1].job
    scene.do(failed(1, "f"))
    assert (state_of(scene), scene.state.tickets[1].copies) == ("void", 1)


def test_what_waits_at_a_printer_that_stops_goes_next_door_at_once() -> None:
    scene = hall(take("A"), take("B"), ready(printer="cutter"))
    assert look(scene) == ["PrintMoved"]
    assert scene.state.under_way == {"d": job(1), "e": job(2)}


def test_an_answer_of_a_printer_that_no_longer_has_the_job_changes_nothing_unless_the_paper_is_out() -> None:
    scene = hall(take(), failed(1))
    assert ask(scene, failed(1)) == []
    assert names(ask(scene, printed(1))) == ["TicketPrinted"]


@pytest.mark.parametrize(
    ("report", "why"),
    [
        (ready(state="lost"), "lost"),
        (ready(state="disconnected"), "lost"),
        (ready(boot=2), "restarted"),
    ],
)
def test_of_a_job_whose_device_went_away_nobody_knows(report: commands.ReportDevice, why: str) -> None:
    scene = hall(take(), report)
    assert look(scene) == ["PrintDoubted"]
    assert (state_of(scene), scene.state.tickets[1].doubt) == ("doubted", why)
    assert scene.state.under_way == {}


def test_a_device_that_never_answers_leaves_a_doubt_after_two_minutes() -> None:
    scene = hall(take()).later(119 * SECOND)
    assert look(scene) == []
    assert look(scene.later(SECOND)) == ["PrintDoubted"]


def test_what_was_not_sent_to_a_lost_device_is_no_doubt_and_waits_for_it() -> None:
    scene = hall(take("A"), take("B"), ready("e", state="lost"), ready(state="lost"))
    assert look(scene) == ["PrintDoubted"]
    assert (state_of(scene, 1), state_of(scene, 2)) == ("doubted", "issued")
    scene.later(10 * SECOND).do(ready(boot=2))
    assert scene.state.under_way == {"d": job(2)}
    assert look(scene) == []
    assert scene.state.tickets[2].boot == 2


def test_who_waited_for_a_printer_too_long_gets_no_paper_later() -> None:
    scene = hall(take("A"), take("B"), ready("e", state="lost"), ready(state="lost"))
    look(scene)
    scene.later(120 * SECOND)
    assert "TicketVoided" in look(scene)
    scene.do(ready(boot=2))
    assert scene.state.under_way == {}
    assert state_of(scene, 2) == "void"


def test_a_doubt_is_asked_at_the_key_that_gave_the_ticket_and_that_key_says_yes() -> None:
    scene = hall(take(), failed(1, in_doubt=True))
    assert scene.state.dispenser("d").asked == {"A": scene.state.tickets[1]}
    assert ask(scene, take()) == Refusal("printing")
    assert isinstance(ask(scene, take("B")), list)
    scene.do(commands.VouchTicket(number="A001"))
    assert (state_of(scene), scene.state.dispenser("d").asked) == ("waiting", {})


def test_who_says_nothing_gets_a_copy_three_papers_at_the_most_and_then_the_desks_ask() -> None:
    scene = hall(take())
    seen = []
    for copy in (1, 2, 3):
        scene.do(failed(1, copy=copy, in_doubt=True)).later(19 * SECOND)
        assert look(scene) == []
        seen.append(look(scene.later(SECOND)))
    assert seen == [["PrintRepeated"], ["PrintRepeated"], ["DoubtPassedOn"]]
    assert (state_of(scene), scene.state.tickets[1].copies) == ("doubted", 3)
    assert ask(scene, commands.VouchTicket(number="A001")) == Refusal("wrong-state")
    assert isinstance(ask(scene, take()), list)
    assert look(scene.later(HOUR)) == []


def test_a_copy_comes_out_next_door_where_the_first_printer_is_not_well() -> None:
    scene = hall(take(), failed(1, in_doubt=True), ready(printer="paper-out")).later(20 * SECOND)
    assert look(scene) == ["PrintRepeated"]
    assert scene.state.under_way == {"e": job(1, 2)}
    scene.do(printed(1, "e", 2))
    assert state_of(scene) == "waiting"


def test_the_paper_of_a_doubted_ticket_that_is_old_is_asked_for_and_never_printed() -> None:
    scene = hall(ready("e", state="lost"), take(), failed(1, in_doubt=True), ready(printer="paper-out"))
    assert look(scene.later(20 * SECOND)) == ["DoubtPassedOn"]
    scene.later(100 * SECOND).do(ready())
    assert look(scene) == []
    assert ("doubt", "A001") in scene.state.alerts


def test_the_paper_of_a_doubted_ticket_that_is_young_is_printed_when_paper_is_back() -> None:
    scene = hall(ready("e", state="lost"), take(), failed(1, in_doubt=True), ready(printer="paper-out"))
    assert look(scene.later(20 * SECOND)) == ["DoubtPassedOn"]
    scene.later(10 * SECOND).do(ready())
    assert look(scene) == ["PrintRepeated"]


def test_a_lost_device_that_is_back_can_say_what_became_of_it() -> None:
    scene = hall(take(), ready(state="lost"))
    look(scene)
    scene.do(ready())
    assert names(ask(scene, printed(1))) == ["TicketPrinted"]
    assert names(ask(scene, failed(1))) == ["PrintMoved"]
    scene.later(HOUR)
    assert names(ask(scene, failed(1))) == ["TicketVoided"]


def test_a_failed_copy_says_nothing_of_the_paper_before_it() -> None:
    scene = hall(take(), failed(1, in_doubt=True)).later(20 * SECOND)
    look(scene)
    assert names(ask(scene, failed(1, copy=2))) == ["PrintDoubted"]
    assert ask(scene, failed(1)) == []
    assert names(ask(scene, printed(1))) == ["TicketPrinted"]


def test_the_desk_says_yes_no_or_prints_again_with_its_name() -> None:
    doubted = hall(take(), failed(1, in_doubt=True))
    (yes,) = ask(doubted, commands.VouchTicket(number="A001", by="027003"))
    (no,) = ask(doubted, commands.CancelTicket(number="A001", by="027003"))
    (again,) = ask(doubted, commands.ReprintTicket(number="A001", by="027003"))
    assert isinstance(yes, events.TicketVouched)
    assert (type(no), no.by, no.why) == (events.TicketVoided, "027003", "cancelled")
    assert (again.job, again.printer, again.by) == (job(1, 2), "d", "027003")


def test_a_reprint_keeps_the_place_and_whoever_is_called() -> None:
    scene = called()
    facts = ask(scene, commands.ReprintTicket(number="A001", by="guide"))
    assert names(facts) == ["SlipOrdered"]
    (slip,) = facts
    assert (slip.what, slip.serial, slip.asked_by, slip.device) == ("copy", 1, "guide", "d")
    apply(scene.state, slip, 99)
    assert state_of(scene) == "called"


@pytest.mark.parametrize("number", ["A001", "A002"])
def test_a_job_that_no_printer_has_can_be_cancelled_and_one_under_way_cannot(number: str) -> None:
    scene = hall(take("A"), take("B"))
    answer = ask(scene, commands.CancelTicket(number=number, by="guide"))
    if number == "A001":
        assert answer == Refusal("printing")
        return
    assert names(answer) == ["TicketVoided"]
    for fact in answer:
        apply(scene.state, fact, 99)
    assert scene.state.spool == {"d": [job(1)]}


def test_a_second_number_without_paper_does_not_take_the_panel_from_the_first() -> None:
    scene = hall(ready("e", state="lost"), take("A"), take("B"), plan=replace(ZONE, paperless=True))
    scene.do(failed(1), failed(2))
    assert (state_of(scene, 1), state_of(scene, 2)) == ("shown", "void")
    assert scene.state.dispenser("d").shown is scene.state.tickets[1]


def test_without_any_device_a_number_is_shown_at_once() -> None:
    plan = replace(ZONE, paperless=True, printing=PrintingPlan())
    scene = hall(ready(state="lost"), take(), plan=plan)
    assert (state_of(scene), scene.state.spool, scene.state.under_way) == ("shown", {}, {})


def test_nothing_waits_for_a_day_that_is_over() -> None:
    scene = hall(take("A"), take("B"), plan=replace(ZONE, report_printer="")).do(commands.EndDay(by="p1"))
    assert (scene.state.jobs, scene.state.under_way, scene.state.dispenser("d").printing) == ({}, {}, {})
    assert {state_of(scene, 1), state_of(scene, 2)} == {"left"}


COPY = commands.ReprintTicket(number="A001", by="027003")


def test_a_slip_that_its_printer_never_answers_holds_up_tickets_for_two_minutes_only() -> None:
    scene = hall(take("A"), printed(1), COPY, take("B"))
    scene.later(119 * SECOND)
    assert look(scene) == []
    assert scene.later(1 * SECOND).state.slips
    assert "SlipEnded" in look(scene)
    assert [slip.why for slip in scene.state.slips_ended.values()] == ["late"]
    assert scene.do(take("C", "d")).state.under_way == {"d": job(3)}


def test_no_old_slip_comes_out_of_a_printer_that_was_gone() -> None:
    scene = hall(take("A"), printed(1), take("B"), COPY, ready("d", state="lost"), ready("e", state="lost"))
    assert "SlipEnded" not in look(scene.later(119 * SECOND))
    assert "SlipEnded" in look(scene.later(1 * SECOND))
    assert scene.do(ready("d", boot=2)).state.slips == {}


def test_slips_may_wait_long_at_a_printer_that_works_on() -> None:
    scene = hall(take("A"), printed(1), COPY, COPY, commands.ConfirmPrint(dispenser="d", job=f"{DAY}-500001"))
    scene.later(60 * SECOND).do(COPY)
    for _ in range(3):
        scene.later(50 * SECOND)
    assert [slip.sent_at is None for slip in scene.state.slips.values()] == [False, True]
    assert look(scene) == ["SlipEnded"]
    assert look(scene) == []

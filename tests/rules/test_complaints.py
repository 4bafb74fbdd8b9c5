"""Complaints over many days: none is lost, none is settled by who served, and deadlines keep the hall's calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from msgspec.structs import replace

from hub.calendar import working_days
from hub.hall_file import HoursTable
from hub.rules import commands, events
from hub.rules.apply import apply, replay
from hub.rules.case import Answer
from hub.rules.complaints import Complaint
from hub.rules.decide import Refusal, decide
from hub.rules.plan import ComplaintsPlan
from hub.rules.state import State
from tests.rules.complaint_situations import CALL_BACK, ENTER, ID, SETTLE, TAKE_OVER, low, taken
from tests.rules.situations import HOUR, NOW, PLAN, called

HOLIDAYS = ("2026-12-31", "2027-01-01", "2027-01-04", "2027-01-05")
WORKED = ("2027-01-03",)
"""A Sunday that stands in for a holiday (调休)."""
HOURS = HoursTable(
    **dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:00"), holidays=HOLIDAYS, workdays=WORKED
)
FIRST = date(2026, 12, 28)
DAYS_PLAN = replace(PLAN, sign_in=False, arrival_ms=0, call_pause_ms=0, complaints=ComplaintsPlan(settle_days=5))
PEOPLE = st.sampled_from(["comp", "comp2", "p1"])
HANDLERS = {"comp", "comp2"}


def is_worked(day: date) -> bool:
    """Counted by hand, not by the hub's calendar."""
    return day.isoformat() in WORKED or (day.weekday() < 5 and day.isoformat() not in HOLIDAYS)


def day_after(day: date, count: int) -> str:
    while count:
        day += timedelta(days=1)
        count -= is_worked(day)
    return day.strftime("%Y%m%d")


class Afterlife(RuleBasedStateMachine):
    """Days of a hall in which people rate low, complain, and are called back, or are not."""

    def __init__(self) -> None:
        super().__init__()
        self.day, self.now, self.row = FIRST, NOW, 0
        self.state = State()
        self.rows: list[tuple[int, list[events.Fact]]] = []
        self.served: dict[str, set[str]] = {}
        self.open: dict[str, str] = {}
        self.settled: dict[str, Complaint] = {}
        self.begin_day()

    def begin_day(self) -> None:
        today = self.day.strftime("%Y%m%d")
        self.order(commands.OpenDay(day=today, working_days=working_days(today, HOURS, 60)))

    def order(self, command: commands.Command) -> Answer:
        answer = decide(self.state, DAYS_PLAN, command, self.now)
        if isinstance(answer, list) and answer:
            self.row += 1
            self.rows.append((self.row, answer))
            for fact in answer:
                apply(self.state, fact, self.row)
        return answer

    def ids(self, number: int) -> str:
        every = sorted(self.served)
        return every[-1 - number % min(3, len(every))] if every else "20260101-T001"

    def opened(self, answer: Answer, served: set[str]) -> None:
        assert isinstance(answer, list)
        (item,) = (fact.item for fact in answer if isinstance(fact, events.ComplaintOpened))
        assert item.id not in self.served, "no id is given twice"
        assert (item.contact_by, item.settle_by) == (day_after(self.day, 1), day_after(self.day, 5))
        self.served[item.id], self.open[item.id] = served, item.settle_by

    @rule(level=st.integers(1, 5), clerk=st.sampled_from(["p1", "p2"]))
    def somebody_is_served_and_rates(self, level: int, clerk: str) -> None:
        """The clerk is put at the counter past the sign-in, as one who was a clerk before he became a handler."""
        serial = self.state.taken + 1
        self.order(commands.TakeTicket(dispenser="d", key="A", boot=1, service="A"))
        self.order(commands.ConfirmPrint(dispenser="d", job=f"{self.state.day}-{serial:06}"))
        self.state.counter(1).person = clerk
        self.order(commands.CallNext(counter=1))
        self.order(commands.Finish(counter=1, result="1"))
        answer = self.order(commands.Rate(counter=1, level=level))
        assert isinstance(answer, list)
        if level <= 2:
            self.opened(answer, {clerk})
        else:
            assert [type(fact) for fact in answer] == [events.TicketRated]
        self.now += HOUR // 60

    @rule(about=PEOPLE)
    def somebody_complains_by_phone(self, about: str) -> None:
        self.opened(self.order(replace(ENTER, about=about)), {about})

    @rule(number=st.integers(0, 9), by=PEOPLE)
    def take_over(self, number: int, by: str) -> None:
        one = self.ids(number)
        answer = self.order(commands.TakeOverComplaint(complaint=one, by=by))
        may = by in HANDLERS and one in self.open and by not in self.served[one]
        assert isinstance(answer, list) == may

    @rule(number=st.integers(0, 9), days=st.integers(1, 20))
    def plan(self, number: int, days: int) -> None:
        one = self.ids(number)
        item = self.state.complaints.known.get(one)
        by = item.owner if item else "comp"
        answer = self.order(commands.PlanRectification(complaint=one, by=by, words="整改", days=days))
        if isinstance(answer, list):
            self.open[one] = day_after(self.day, days)
        assert isinstance(answer, list) == (one in self.open and bool(by) and days <= 15)

    @rule(number=st.integers(0, 9), by=PEOPLE, is_taken=st.booleans())
    def settle(self, number: int, by: str, is_taken: bool) -> None:
        one = self.ids(number)
        if is_taken:
            self.take_over(number, by)
        answer = self.order(commands.SettleComplaint(complaint=one, by=by, outcome="explained", words="已说明"))
        if isinstance(answer, list):
            assert by in HANDLERS
            assert by not in self.served[one]
            assert self.open.pop(one)
            self.settled[one] = self.state.complaints.known[one]

    @precondition(lambda self: self.settled)
    @rule(number=st.integers(0, 9), by=PEOPLE)
    def reopen(self, number: int, by: str) -> None:
        one = sorted(self.settled)[number % len(self.settled)]
        known = None if one in self.state.complaints.known else self.settled[one]
        answer = self.order(commands.ReopenComplaint(complaint=one, by=by, words="再次反映", known=known))
        assert isinstance(answer, list) == (by in HANDLERS - self.served[one])
        if isinstance(answer, list):
            del self.settled[one]
            self.open[one] = day_after(self.day, 5)

    @rule(days=st.integers(1, 9))
    def days_pass(self, days: int) -> None:
        self.day += timedelta(days=days)
        self.now += days * 24 * HOUR
        self.begin_day()

    @rule()
    def the_hub_is_restarted(self) -> None:
        """It reads the rows of today alone."""
        opened = [row for row, facts in self.rows if any(isinstance(fact, events.DayOpened) for fact in facts)]
        again = replay(one for one in self.rows if one[0] >= opened[-1])
        assert again.complaints == self.state.complaints
        self.state = again

    @invariant()
    def nothing_is_lost(self) -> None:
        assert {one.id: one.settle_by for one in self.state.complaints.open()} == self.open

    @invariant()
    def what_is_overdue_is_known(self) -> None:
        today = self.state.day
        late = {one.id for one in self.state.complaints.known.values() if one.is_overdue(today)}
        assert late == {one for one, until in self.open.items() if until < today}


Afterlife.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)


@pytest.mark.req("M46", "S16")
class TestAfterlife(Afterlife.TestCase):
    """Run the examples under pytest."""


@pytest.mark.req("S16")
def test_deadlines_pass_over_weekends_and_holidays_and_keep_days_that_stand_in() -> None:
    """From Wednesday the 30th: 2027-01-03 is a Sunday that is worked, the two days after it are free."""
    days = working_days("20261230", HOURS, 60)
    assert days[:3] == ("20270103", "20270106", "20270107")


def test_a_low_rating_opens_nothing_where_nobody_could_handle_it() -> None:
    scene = low()
    scene.plan = replace(PLAN, people={key: one for key, one in PLAN.people.items() if "comp" not in key})
    assert scene.state.complaints.known
    again = decide(scene.state, scene.plan, commands.NameAspect(counter=1, aspect=1), scene.now)
    assert isinstance(again, list), "what is open already goes on"
    fresh = called().do(commands.Finish(counter=1))
    answer = decide(fresh.state, scene.plan, commands.Rate(counter=1, level=1), fresh.now)
    assert isinstance(answer, list)
    assert [type(fact) for fact in answer] == [events.TicketRated]


@pytest.mark.req("S16")
def test_an_appeal_marks_the_item_and_leaves_the_rating() -> None:
    scene = taken().do(commands.LodgeAppeal(complaint=ID, by="p1", grounds="malicious", words="从未办理"))
    assert decide(scene.state, scene.plan, SETTLE, scene.now) == Refusal("appealed")
    scene.do(commands.DecideAppeal(complaint=ID, by="comp", accepted=True, words="录像核实"))
    item = scene.state.complaints.known[ID]
    assert (item.appeal, item.grounds, item.level) == ("accepted", "malicious", 1)
    assert scene.state.tickets[1].rating == 1


@pytest.mark.req("M46", "S18")
def test_the_first_call_back_counts_for_the_deadline_and_the_first_that_reached_him_for_the_outcome() -> None:
    scene = taken().do(replace(CALL_BACK, result="no-answer")).later(HOUR).do(CALL_BACK).later(HOUR).do(CALL_BACK)
    item = scene.state.complaints.known[ID]
    assert (item.called_at, item.reached_at) == (scene.now - 2 * HOUR, scene.now - HOUR)


def test_everybody_who_had_the_ticket_is_kept_from_its_item() -> None:
    scene = called().do(commands.Transfer(counter=1, to_counter=2, reason="1"))
    scene.do(commands.SignIn(counter=2, person="p2")).later(HOUR // 60)
    scene.do(commands.CallNext(counter=2)).later(HOUR // 60)
    scene.do(commands.Finish(counter=2, result="1"), commands.Rate(counter=2, level=2))
    (item,) = scene.state.complaints.open()
    assert item.served_by == ("p1", "p2")
    assert (item.counter, item.number, item.level) == (2, "A001", 2)


def test_who_takes_over_is_the_only_one_who_goes_on() -> None:
    scene = taken().do(replace(TAKE_OVER, by="comp2"))
    assert decide(scene.state, scene.plan, SETTLE, scene.now) == Refusal("not-owner")
    assert isinstance(decide(scene.state, scene.plan, replace(SETTLE, by="comp2"), scene.now), list)

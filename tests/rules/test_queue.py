"""The rules against a much simpler model of the same queue, with whatever commands come in whatever order."""

from dataclasses import dataclass, field

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from hub.rules import commands, events
from hub.rules.apply import apply
from hub.rules.decide import Refusal, decide
from hub.rules.plan import ORDINARY, Plan
from hub.rules.state import State

PLAN = Plan(
    services=frozenset("AB"),
    serves={1: frozenset("A"), 2: frozenset("AB"), 3: frozenset("AB")},
    head_start_ms={ORDINARY: 0, "green": 20 * 60_000},
    call_pause_ms=3000,
)
DAY = "20261121"


@dataclass
class Someone:
    """A citizen of the model: just a number, a service, and when he would have come had he no head start."""

    number: str
    service: str
    key: int
    came: int
    fate: str = "printing"


@dataclass
class Model:
    """A queue as one would explain it at the counter: look at all who wait, call who came first."""

    people: list[Someone] = field(default_factory=list)
    at_counter: dict[int, Someone] = field(default_factory=dict)
    called_at: dict[int, int] = field(default_factory=dict)

    def first_for(self, counter: int) -> Someone | None:
        waiting = [one for one in self.people if one.fate == "waiting" and one.service in PLAN.serves[counter]]
        return min(waiting, key=lambda one: (one.key, one.came), default=None)


class Queue(RuleBasedStateMachine):
    papers = Bundle("papers")

    def __init__(self) -> None:
        super().__init__()
        self.state, self.row, self.now = State(), 0, 1_795_000_000_000
        self.model = Model()
        self.journal: list[events.Fact] = []
        self.order(commands.OpenDay(day=DAY))

    def order(self, command: commands.Command) -> list[events.Fact] | Refusal:
        answer = decide(self.state, PLAN, command, self.now)
        if isinstance(answer, list):
            self.row += 1
            for fact in answer:
                self.journal.append(fact)
                apply(self.state, fact, self.row)
        return answer

    @rule(seconds=st.integers(0, 3000))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds * 1000

    @rule(
        target=papers,
        service=st.sampled_from("AB"),
        klass=st.sampled_from([ORDINARY, "green"]),
        cap=st.sampled_from("ABP"),
    )
    def take(self, service: str, klass: str, cap: str) -> object:
        answer = self.order(commands.TakeTicket(dispenser="d", key=cap, boot=1, service=service, klass=klass))
        if isinstance(answer, Refusal):
            assert answer == Refusal("printing")
            assert cap in self.state.dispenser("d").printing
            return multiple()
        (taken,) = answer
        assert isinstance(taken, events.TicketTaken)
        given = sum(one.service == service for one in self.model.people) + 1
        assert taken.number == f"{service}{given:03}"
        key = self.now - PLAN.head_start_ms[klass]
        self.model.people.append(Someone(taken.number, service, key, taken.serial))
        return taken.job

    @rule(job=consumes(papers))
    def paper_comes_out(self, job: str) -> None:
        self.order(commands.ConfirmPrint(dispenser="d", job=job))
        self.someone(job).fate = "waiting"

    @rule(job=consumes(papers))
    def paper_fails(self, job: str) -> None:
        self.order(commands.FailPrint(dispenser="d", job=job, why="paper-out", in_doubt=False))
        self.someone(job).fate = "void"

    @rule(job=consumes(papers))
    def paper_is_in_doubt_and_comes_again(self, job: str) -> None:
        self.order(commands.FailPrint(dispenser="d", job=job, why="in-doubt", in_doubt=True))
        answer = self.order(commands.RepeatPrint(dispenser="d", job=job, boot=1))
        assert isinstance(answer, list)
        (again,) = answer
        assert isinstance(again, events.PrintRepeated)
        self.order(commands.ConfirmPrint(dispenser="d", job=again.job))
        self.someone(job).fate = "waiting"

    @rule(job=consumes(papers))
    def nobody_ever_answers(self, job: str) -> None:
        """The ticket stays out of the queue."""

    @rule(job=papers)
    def a_stranger_confirms(self, job: str) -> None:
        assert self.order(commands.ConfirmPrint(dispenser="other", job=job)) == []

    @rule(counter=st.sampled_from([1, 2, 3]))
    def call_next(self, counter: int) -> None:
        expected = self.model.first_for(counter)
        paused = self.now - self.model.called_at.get(counter, 0) < PLAN.call_pause_ms
        answer = self.order(commands.CallNext(counter=counter))
        if paused:
            assert answer == Refusal("calling")
        elif expected is None:
            assert answer == Refusal("nobody-waits")
        else:
            assert isinstance(answer, list)
            self.leave(counter, "done")
            self.model.at_counter[counter], expected.fate = expected, "called"
            self.model.called_at[counter] = self.now
            call = answer[-1]
            assert isinstance(call, events.TicketCalled)
            assert call.candidates[0].number == expected.number

    @rule(counter=st.sampled_from([1, 2, 3]))
    def recall(self, counter: int) -> None:
        paused = self.now - self.model.called_at.get(counter, 0) < PLAN.call_pause_ms
        answer = self.order(commands.Recall(counter=counter))
        if counter not in self.model.at_counter:
            assert answer == Refusal("no-ticket")
        elif paused:
            assert answer == Refusal("calling")
        else:
            self.model.called_at[counter] = self.now

    @rule(counter=st.sampled_from([1, 2, 3]), comes=st.booleans())
    def let_go(self, counter: int, comes: bool) -> None:
        command = commands.Finish(counter=counter) if comes else commands.MarkNoShow(counter=counter)
        answer = self.order(command)
        assert isinstance(answer, Refusal) == (counter not in self.model.at_counter)
        self.leave(counter, "done" if comes else "no-show")

    def leave(self, counter: int, fate: str) -> None:
        present = self.model.at_counter.pop(counter, None)
        if present:
            present.fate = fate

    def someone(self, job: str) -> Someone:
        return self.model.people[int(job.split("-")[1]) - 1]

    @invariant()
    def both_agree(self) -> None:
        fates = {"issued": "printing", "doubted": "printing"}
        seen = {ticket.number: fates.get(ticket.state, ticket.state) for ticket in self.state.tickets.values()}
        assert seen == {one.number: one.fate for one in self.model.people}
        at_counter = {number: c.ticket.number for number, c in self.state.counters.items() if c.ticket}
        assert at_counter == {number: one.number for number, one in self.model.at_counter.items()}

    @invariant()
    def a_replay_ends_in_the_same_hall(self) -> None:
        again = State()
        for fact in self.journal:
            apply(again, fact, 0)
        assert {n: t.state for n, t in again.tickets.items()} == {n: t.state for n, t in self.state.tickets.items()}
        assert again.waiting == self.state.waiting


Queue.TestCase.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)


class TestQueue(Queue.TestCase):
    """Run the machine under pytest."""


def hall_with(*tickets: tuple[str, str, int]) -> State:
    """Return a hall in which (service, class, minute of arrival) wait."""
    state = State()
    apply(state, events.DayOpened(day=DAY), 1)
    for service, klass, minute in tickets:
        take = commands.TakeTicket(dispenser="d", key="A", boot=1, service=service, klass=klass)
        (taken,) = decide(state, PLAN, take, minute * 60_000)
        apply(state, taken, 2)
        apply(state, events.TicketPrinted(serial=taken.serial, at=minute * 60_000), 3)
    return state


@pytest.mark.parametrize(
    ("tickets", "counter", "called"),
    [
        ([("A", ORDINARY, 0), ("B", ORDINARY, 1)], 2, "A001"),
        ([("B", ORDINARY, 0), ("A", ORDINARY, 1)], 1, "A001"),
        ([("B", ORDINARY, 0), ("A", ORDINARY, 1)], 2, "B001"),
        ([("A", ORDINARY, 0), ("A", "green", 19)], 1, "A002"),
        ([("A", ORDINARY, 0), ("A", "green", 20)], 1, "A001"),
        ([("A", ORDINARY, 0), ("A", "green", 21)], 1, "A001"),
    ],
    ids=["first come", "own service only", "all services", "within head start", "same moment", "bound on waiting"],
)
@pytest.mark.req("M18")
def test_who_is_called(tickets: list[tuple[str, str, int]], counter: int, called: str) -> None:
    state = hall_with(*tickets)
    (call,) = decide(state, PLAN, commands.CallNext(counter=counter), 60 * 60_000)
    assert state.tickets[call.serial].number == called


def test_a_counter_that_has_just_called_refuses_another_call() -> None:
    state = hall_with(("A", ORDINARY, 0), ("A", ORDINARY, 1))
    for fact in decide(state, PLAN, commands.CallNext(counter=1), 100_000):
        apply(state, fact, 9)
    assert decide(state, PLAN, commands.CallNext(counter=1), 102_999) == Refusal("calling")
    assert decide(state, PLAN, commands.Recall(counter=1), 102_999) == Refusal("calling")
    assert isinstance(decide(state, PLAN, commands.CallNext(counter=1), 103_000), list)


def test_a_clock_that_jumped_back_holds_no_counter() -> None:
    state = hall_with(("A", ORDINARY, 0), ("A", ORDINARY, 1))
    for fact in decide(state, PLAN, commands.CallNext(counter=1), 10_000_000):
        apply(state, fact, 9)
    assert isinstance(decide(state, PLAN, commands.CallNext(counter=1), 100_000), list)


def test_a_day_never_follows_a_later_one() -> None:
    state = hall_with(("A", ORDINARY, 0))
    assert decide(state, PLAN, commands.OpenDay(day="20261120"), 0) == []
    assert decide(state, PLAN, commands.OpenDay(day="20261122"), 0) == [events.DayOpened(day="20261122")]


def test_numbers_begin_anew_with_the_day() -> None:
    state = hall_with(("A", ORDINARY, 0), ("A", ORDINARY, 1))
    apply(state, events.DayOpened(day="20261122"), 10)
    (taken,) = decide(state, PLAN, commands.TakeTicket(dispenser="d", key="A", boot=1, service="A"), 0)
    assert (taken.number, taken.job) == ("A001", "20261122-000001")


def test_a_dispenser_without_paper_gives_no_number() -> None:
    state = hall_with()
    apply(state, events.DeviceReported(device="d", state="ready", boot=1, alerts={"printer": "paper-out"}), 5)
    take = commands.TakeTicket(dispenser="d", key="A", boot=1, service="A")
    assert decide(state, PLAN, take, 0) == Refusal("printer")


def test_a_ticket_is_repeated_three_times_at_the_most() -> None:
    state = hall_with()
    (taken,) = decide(state, PLAN, commands.TakeTicket(dispenser="d", key="A", boot=1, service="A"), 0)
    apply(state, taken, 5)
    jobs = []
    for boot in (2, 3, 4):
        for fact in decide(state, PLAN, commands.RepeatPrint(dispenser="d", job=taken.job, boot=boot), 0):
            apply(state, fact, 6)
            jobs.append(fact.job)
    assert jobs == [f"{DAY}-000001-2", f"{DAY}-000001-3"]


def test_ahead_counts_everybody_a_counter_could_call_before() -> None:
    state = hall_with(("A", ORDINARY, 0), ("B", ORDINARY, 1))
    (taken,) = decide(state, PLAN, commands.TakeTicket(dispenser="d", key="B", boot=1, service="B"), 120_000)
    assert taken.ahead == 2

"""Random days against a model that a child could follow: a list of people, and whoever stands first is called.

Whatever people, pads, printers, clocks and restarts do, these hold: no number twice a day; a ticket has one holder and
a counter one ticket; nobody is passed by a class beyond its head start; nobody waits while a fitting counter asks; a
replay ends in the same hall; every ticket ends in one final state; times are never negative and add up."""

import os

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from hub.rules import commands, events
from hub.rules.decide import Refusal
from hub.rules.plan import ORDINARY, NoShowPlan
from hub.rules.steps import FINAL
from tests.rules.days_alone import AloneMachine
from tests.rules.days_model import COUNTERS, DAYS, MINUTE, NO_SHOWS, PRINTERS, STAFF, plan_with


class Days(AloneMachine):
    """Days of a hall."""

    @initialize(
        which=st.sampled_from(NO_SHOWS),
        works=st.booleans(),
        leased=st.booleans(),
        come=st.lists(st.sampled_from("AABBC"), max_size=5),
    )
    def a_morning(self, which: NoShowPlan, works: bool, leased: bool, come: list[str]) -> None:
        """Most of what can go wrong needs clerks and people, so a day may begin with some of both."""
        self.plan = plan_with(which)
        if works:
            self.sign_in(2, "p1")
            self.sign_in(3, "p2")
        for printer in PRINTERS if leased else ():
            self.a_lease_is_sent(printer, True)
        for service in come:
            self.take(service, ORDINARY, "", f"w{self.state.taken}", "yes")
            self.now += MINUTE

    @rule(counter=COUNTERS, person=st.sampled_from(sorted(STAFF)))
    def sign_in(self, counter: int, person: str) -> None:
        desk = self.model.desks[counter]
        free = not desk.person or desk.away or desk.locked
        answer = self.order(commands.SignIn(counter=counter, person=person))
        if isinstance(answer, Refusal):
            return
        assert person in ("p1", "p2", "aux"), "nobody who is not qualified, and no guide"
        if any(isinstance(fact, events.SignedIn) for fact in answer):
            assert free
        where = [number for number, desk in self.model.desks.items() if desk.person == person]
        assert where == [counter], "nobody works at two counters"

    @rule(counter=COUNTERS)
    def sign_out(self, counter: int) -> None:
        self.order(commands.SignOut(counter=counter))

    @rule(counter=COUNTERS)
    def pause(self, counter: int) -> None:
        free = not self.barred(counter) and self.model.desks[counter].has is None
        assert isinstance(self.order(commands.Pause(counter=counter, reason="开会")), list) == free

    @rule(counter=COUNTERS)
    def call_next(self, counter: int) -> None:
        """Nobody is passed beyond a head start, and nobody waits while a fitting counter asks."""
        barred, has = self.barred(counter), self.model.desks[counter].has
        pause = 0 <= self.now - self.model.called_ms.get(counter, -(10**15)) < self.plan.call_pause_ms
        expected = self.model.first_for(self.plan, counter) or self.model.missed_for(self.plan, counter)
        answer = self.order(commands.CallNext(counter=counter))
        if barred:
            assert isinstance(answer, Refusal)
        elif pause:
            assert answer == Refusal("calling")
        elif has:
            assert answer == Refusal("busy"), "what came of a service has to be said first"
        elif expected is None:
            assert answer == Refusal("nobody-waits")
        else:
            assert isinstance(answer, list)
            (call,) = (fact for fact in answer if isinstance(fact, events.TicketCalled))
            assert call.serial == expected.serial

    @rule(counter=COUNTERS)
    def an_idle_counter_is_looked_at(self, counter: int) -> None:
        expected = self.model.first_for(self.plan, counter)
        idle = counter == 1 and not self.barred(counter) and self.model.desks[counter].has is None
        answer = self.order(commands.CallAutomatically(counter=counter))
        assert bool(answer) == bool(idle and expected)

    @rule(counter=COUNTERS, serial=st.integers(1, 12))
    def call_number(self, counter: int, serial: int) -> None:
        self.order(commands.CallNumber(counter=counter, number=self.number(serial), reason="1"))

    @rule(counter=COUNTERS, what=st.sampled_from([commands.Recall, commands.Begin, commands.MarkNoShow, commands.Park]))
    def at_the_counter(self, counter: int, what: type[commands.AtCounter]) -> None:
        has = self.model.desks[counter].has
        barred = self.barred(counter)
        answer = self.order(what(counter=counter))
        if has is None or barred:
            assert isinstance(answer, Refusal)

    @rule(
        counter=st.sampled_from([2, 3]),
        parks=st.booleans(),
        minutes=st.lists(st.integers(1, 25), min_size=2, max_size=4),
    )
    def somebody_goes_away_from_a_counter(self, counter: int, parks: bool, minutes: list[int]) -> None:
        """He is parked or missed while others come, and may be called again."""
        self.call_next(counter)
        has = self.model.desks[counter].has
        if has is None or self.barred(counter):
            return
        self.order((commands.Park if parks else commands.MarkNoShow)(counter=counter))
        for wait in minutes[:-2]:
            self.take("B", ORDINARY, "", "", "yes")
            self.now += wait * MINUTE
        if parks:
            self.order(commands.ReturnTicket(number=self.number(has.serial), by="guide"))
        self.now += minutes[-1] * MINUTE
        self.call_next(counter)
        self.finish(counter, "1")
        self.now += MINUTE
        self.call_next(counter)

    @rule(counter=COUNTERS, result=st.sampled_from(["", "1", "7"]))
    def finish(self, counter: int, result: str) -> None:
        works = self.model.desks[counter].has is not None and not self.barred(counter) and result != "7"
        assert isinstance(self.order(commands.Finish(counter=counter, result=result)), list) == works

    @rule(counter=COUNTERS, service=st.sampled_from(["", "A", "B"]), to=st.sampled_from([0, 1, 2, 3, 9]))
    def transfer(self, counter: int, service: str, to: int) -> None:
        first = self.model.desks[counter].has
        answer = self.order(commands.Transfer(counter=counter, service=service, to_counter=to, reason="1"))
        if isinstance(answer, list):
            assert first
            assert self.state.tickets[first.serial].first_counter

    @rule(serial=st.integers(1, 12), what=st.sampled_from(["return", "cancel", "confirm", "class"]))
    def with_a_number(self, serial: int, what: str) -> None:
        number = self.number(serial)
        makes = {
            "return": commands.ReturnTicket(number=number, by="guide"),
            "cancel": commands.CancelTicket(number=number, by="guide"),
            "confirm": commands.ConfirmClass(number=number, by="p1"),
            "class": commands.GiveClass(number=number, klass="express", by="guide"),
        }
        self.order(makes[what])

    @rule(counter=COUNTERS, services=st.sampled_from(["", "A", "BC", "ABC"]))
    def set_services(self, counter: int, services: str) -> None:
        self.order(commands.SetServices(counter=counter, services=frozenset(services), by="p1"))

    @rule(counter=COUNTERS, level=st.integers(0, 6))
    def rate(self, counter: int, level: int) -> None:
        window = self.state.counter(counter).rating
        answer = self.order(commands.Rate(counter=counter, level=level))
        good = window and window.level is None and self.now <= window.until and 1 <= level <= 5
        assert isinstance(answer, list) == bool(good)

    @rule(counter=COUNTERS, person=st.sampled_from(["p1", "guide"]))
    def a_fault_comes_and_goes(self, counter: int, person: str) -> None:
        """Nobody is called and no number is given meanwhile, also by a hub that is started again."""
        assert isinstance(self.order(commands.PressFault(device="duty", by=person)), list)
        self.the_hub_is_restarted()
        take = commands.TakeTicket(dispenser="d", key="f", boot=1, service="A")
        for order in (take, commands.CallNext(counter=counter), commands.Recall(counter=counter)):
            assert isinstance(self.order(order), Refusal)
        assert self.order(commands.CallAutomatically(counter=counter)) == []
        self.finish(counter, "1")
        assert isinstance(self.order(commands.PressFault(device="duty", by="p1")), list)

    @rule(
        number=st.integers(1, 9),
        service=st.sampled_from("AABBC"),
        minutes=st.integers(0, 90),
        where=st.sampled_from([0, 0, 1, 2]),
    )
    def a_number_was_given_by_hand(self, number: int, service: str, minutes: int, where: int) -> None:
        """It waits from when it was given, or has been served; the same one is never entered twice."""
        name, known = f"H{number:03}", set(self.state.by_number)
        handed_at = self.state.clock - minutes * MINUTE
        waits = commands.EnterTicket(number=name, service=service, handed_at=handed_at, by="guide")
        served = commands.EnterServed(number=name, service=service, counter=where, by="guide")
        answer = self.order(served if where else waits)
        if isinstance(answer, Refusal):
            assert (answer.reason, name in known) in {("entered", True), ("closed", True), ("closed", False)}
        else:
            assert name not in known

    @rule()
    def somebody_looks(self) -> None:
        self.order(commands.Look())

    @rule()
    def something_is_handed_in(self) -> None:
        self.order(commands.ReceiveItem(service="A", by="p1"))

    @precondition(lambda self: self.state.taken > 3 and self.day < len(DAYS) - 1)
    @rule(forced=st.booleans())
    def a_new_day_begins(self, forced: bool) -> None:
        """Every ticket of the day before ended in exactly one final state, and its times add up."""
        if forced:
            self.order(commands.EndDay(by="p1"))
        before = dict(self.state.tickets)
        self.day += 1
        self.order(commands.OpenDay(day=DAYS[self.day]))
        for ticket in before.values():
            assert ticket.state in FINAL
            assert ticket.ended_at is not None
            assert sum(ticket.spent_ms.values()) == ticket.ended_at - ticket.taken_at
        assert self.state.taken == 0


EXAMPLES = int(os.environ.get("LINTEL_DAYS", "2000"))
PARTS = 4
"""So that more than one worker can have some of them; each by its own chances, or all would be the same."""
Days.TestCase.settings = settings(
    max_examples=EXAMPLES // PARTS, stateful_step_count=50, deadline=None, derandomize=False
)


class TestDaysFirst(Days.TestCase):
    """Run a part of the examples under pytest; LINTEL_DAYS says how many there are."""


class TestDaysSecond(Days.TestCase):
    """As the first part, by other chances."""


class TestDaysThird(Days.TestCase):
    """As the first part, by other chances."""


class TestDaysLast(Days.TestCase):
    """As the first part, by other chances."""

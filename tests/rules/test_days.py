"""Random days against a model that a child could follow: a list of people, and whoever stands first is called.

Whatever people, pads, printers, clocks and restarts do, these hold: no number twice a day; a ticket has one holder and
a counter one ticket; nobody is passed by a class beyond its head start; nobody waits while a fitting counter asks; a
replay ends in the same hall; every ticket ends in one final state; times are never negative and add up.
"""

import itertools
import os
from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hub.rules import commands, events
from hub.rules.apply import apply, replay
from hub.rules.case import is_on_duty
from hub.rules.decide import Refusal, decide
from hub.rules.plan import ORDINARY, CounterPlan, NoShowPlan, Person, Plan, ResultPlan, ServicePlan
from hub.rules.state import State
from hub.rules.steps import FINAL

MINUTE = 60_000
START = 1_795_393_800_000
DAYS = ("20261123", "20261124", "20261125", "20261126")
HEAD_STARTS = {ORDINARY: 0, "elderly": 30 * MINUTE, "express": 5 * MINUTE, "returning": 20 * MINUTE, "received": 0}
STAFF = {
    "p1": Person(kind="police", name="陈"),
    "p2": Person(kind="police", name="李", services=frozenset("B")),
    "aux": Person(kind="auxiliary", name="王", services=frozenset("AC"), supervisor="p1"),
    "new": Person(kind="police", name="赵", qualified=False),
    "guide": Person(kind="guide", name="孙"),
}
NO_SHOWS = (NoShowPlan(), NoShowPlan(policy="back", calls=2), NoShowPlan(policy="keep", keep_ms=10 * MINUTE))
COUNTERS = st.sampled_from([1, 2, 3])


def plan_with(no_show: NoShowPlan) -> Plan:
    return Plan(
        services={
            "A": ServicePlan(letter="A"),
            "B": ServicePlan(letter="B"),
            "C": ServicePlan(letter="C", real_name=True),
        },
        counters={
            1: CounterPlan(serves=(frozenset("A"), frozenset("B")), automatic=True),
            2: CounterPlan(serves=(frozenset("ABC"),), posts=(("p1", "A"), ("aux", "B"))),
            3: CounterPlan(serves=(frozenset("ABC"),)),
        },
        head_start_ms=HEAD_STARTS,
        call_pause_ms=2000,
        people=STAFF,
        sign_in=True,
        recalls_max=2,
        no_show=no_show,
        rating_ms=MINUTE,
        results={"1": ResultPlan()},
        reasons={"special": 2, "transfer": 2},
        paperless=True,
        lock_ms=30 * MINUTE,
    )


@dataclass
class Someone:
    """A citizen of the model. came: the arrival that counts. alone: the counter that alone may call him, 0: any."""

    serial: int
    service: str
    klass: str
    came: int
    fate: str = "papers"
    claim: str = ""
    who: str = ""
    alone: int = 0
    missed: int = 0
    calls_left: int = 0

    @property
    def key(self) -> tuple[int, int]:
        return self.came - HEAD_STARTS[self.klass], self.serial


@dataclass
class Desk:
    """A counter of the model."""

    person: str = ""
    away: bool = False
    locked: bool = False
    has: Someone | None = None
    services: frozenset[str] | None = None


@dataclass
class Model:
    """A hall as one would explain it at the door."""

    people: dict[int, Someone] = field(default_factory=dict)
    desks: dict[int, Desk] = field(default_factory=lambda: {1: Desk(), 2: Desk(), 3: Desk()})

    def first_for(self, plan: Plan, counter: int) -> Someone | None:
        """Return who stands first among those whom a counter and its clerk may serve, tier by tier."""
        desk = self.desks[counter]
        tiers = (desk.services,) if desk.services else plan.counters[counter].serves
        allowed = STAFF[desk.person].services if desk.person else None
        lines = [one for one in self.people.values() if one.fate == "waiting"]
        lines = [one for one in lines if allowed is None or one.service in allowed]
        for at, tier in enumerate(tiers):
            fit = [
                one for one in lines if (one.alone == 0 and one.service in tier) or (at == 0 and one.alone == counter)
            ]
            if fit:
                return min(fit, key=lambda one: one.key)
        return None

    def missed_for(self, plan: Plan, counter: int) -> Someone | None:
        desk = self.desks[counter]
        tiers = (desk.services,) if desk.services else plan.counters[counter].serves
        allowed = STAFF[desk.person].services if desk.person else None
        served = frozenset[str]().union(*tiers)
        back = [one for one in self.people.values() if one.fate == "missed" and one.calls_left]
        back = [one for one in back if one.service in served and (allowed is None or one.service in allowed)]
        return min(back, key=lambda one: one.key, default=None)


class Days(RuleBasedStateMachine):
    """Days of a hall."""

    def __init__(self) -> None:
        super().__init__()
        self.plan = plan_with(NO_SHOWS[0])
        self.state, self.model = State(), Model()
        self.row, self.now, self.day = 0, START, 0
        self.journal: list[tuple[int, events.Fact]] = []
        self.called_ms: dict[int, int] = {}
        self.order(commands.OpenDay(day=DAYS[0]))

    # -- the way of every command, and what its facts mean to the model

    def order(self, command: commands.Command) -> list[events.Fact] | Refusal:
        answer = decide(self.state, self.plan, command, self.now)
        if isinstance(answer, list) and answer:
            self.row += 1
            for fact in answer:
                self.journal.append((self.row, fact))
                before = self.state.clock
                apply(self.state, fact, self.row)
                by_hand = getattr(fact, "is_reserve", False)
                assert by_hand or getattr(fact, "at", before) >= before, "nothing happens before what has happened"
                self.follow(fact)
        return answer

    def at(self) -> int:
        return self.state.clock

    def follow(self, fact: events.Fact) -> None:  # noqa: C901  (a table, a line or two for each fact)
        people, desks = self.model.people, self.model.desks
        match fact:
            case events.DayOpened():
                people.clear()
                self.called_ms.clear()
                self.model.desks = {1: Desk(), 2: Desk(), 3: Desk()}
            case events.TicketTaken():
                assert fact.serial not in people
                assert fact.number not in {self.state.tickets[one].number for one in people}
                people[fact.serial] = Someone(
                    fact.serial, fact.service, fact.klass, fact.at, claim=fact.claim, who=fact.identity
                )
            case events.TicketPrinted() | events.TicketVouched():
                people[fact.serial].fate = "waiting"
            case events.TicketVoided():
                people[fact.serial].fate = "void"
            case events.TicketCancelled():
                people[fact.serial].fate = "cancelled"
            case events.TicketLeft():
                people[fact.serial].fate = "left"
                for desk in desks.values():
                    desk.has = None if desk.has is people[fact.serial] else desk.has
            case events.ClassGiven():
                people[fact.serial].klass, people[fact.serial].claim = fact.klass, ""
            case events.TicketCalled():
                self.follow_call(fact)
            case events.TicketRecalled():
                self.called_ms[fact.counter] = fact.at
            case events.TicketFinished():
                self.leave(fact.counter, "done")
            case events.ServedByHand():
                people[fact.serial].fate = "done"
            case events.TicketNotShown() if fact.counter:
                self.leave(fact.counter, "no-show")
            case events.TicketNotShown():
                people[fact.serial].fate = "no-show"
            case events.TicketMissed():
                one = self.leave(fact.counter, "missed")
                one.missed, one.calls_left = one.missed + 1, fact.calls
            case events.TicketParked():
                self.leave(fact.counter, "parked")
            case events.TicketTransferred():
                one = self.leave(fact.counter, "waiting")
                one.service, one.alone = fact.service, fact.to_counter
                self.return_to_line(one, fact.at)
            case events.TicketReturned():
                people[fact.serial].fate = "waiting"
                self.return_to_line(people[fact.serial], fact.at)
            case events.SignedIn():
                desks[fact.counter].person, desks[fact.counter].locked = fact.person, False
            case events.SignedOut():
                desks[fact.counter].person, desks[fact.counter].away, desks[fact.counter].locked = "", False, False
            case events.CounterPaused():
                desks[fact.counter].away = True
            case events.CounterResumed():
                desks[fact.counter].away, desks[fact.counter].locked = False, False
            case events.SessionLocked():
                desks[fact.counter].locked = True
            case events.SessionUnlocked():
                desks[fact.counter].locked = False
            case events.ServicesSet():
                desks[fact.counter].services = frozenset(fact.services) or None

    def follow_call(self, fact: events.TicketCalled) -> None:
        one, desk = self.model.people[fact.serial], self.model.desks[fact.counter]
        assert desk.has is None, "a counter has one ticket"
        assert one.fate in ("waiting", "parked", "missed"), "a ticket has one holder"
        one.fate, one.alone, desk.has = "called", 0, one
        self.called_ms[fact.counter] = fact.at
        for other in self.model.people.values():
            if other.fate == "missed" and other.calls_left and other.service == one.service:
                other.calls_left -= 1

    def leave(self, counter: int, fate: str) -> Someone:
        desk = self.model.desks[counter]
        assert desk.has
        one, desk.has = desk.has, None
        one.fate = fate
        return one

    def return_to_line(self, one: Someone, at: int) -> None:
        one.klass = max((one.klass, "returning"), key=lambda klass: HEAD_STARTS[klass])
        one.came = at

    def number(self, serial: int) -> str:
        ticket = self.state.tickets.get(serial)
        return ticket.number if ticket else "A999"

    def barred(self, counter: int) -> bool:
        desk = self.model.desks[counter]
        if not desk.person or desk.away or desk.locked:
            return True
        above = STAFF[desk.person].supervisor
        return bool(above) and not is_on_duty(self.state, above)

    # -- what can happen

    @initialize(
        which=st.sampled_from(NO_SHOWS), works=st.booleans(), come=st.lists(st.sampled_from("AABBC"), max_size=5)
    )
    def a_morning(self, which: NoShowPlan, works: bool, come: list[str]) -> None:
        """Most of what can go wrong needs clerks and people, so a day may begin with some of both."""
        self.plan = plan_with(which)
        if works:
            self.sign_in(2, "p1")
            self.sign_in(3, "p2")
        for service in come:
            self.take(service, ORDINARY, "", f"w{self.state.taken}", "yes")
            self.now += MINUTE

    @rule(seconds=st.integers(1, 1500))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds * 1000

    @rule(minutes=st.integers(-300, 300))
    def the_clock_jumps(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @rule(
        service=st.sampled_from("AABBC"),
        klass=st.sampled_from([ORDINARY, ORDINARY, "elderly", "express"]),
        claim=st.sampled_from(["", "", "elderly"]),
        who=st.sampled_from(["", "w1", "w2"]),
        comes_out=st.sampled_from(["yes", "yes", "yes", "no", "doubt", "silence"]),
    )
    def take(self, service: str, klass: str, claim: str, who: str, comes_out: str) -> None:
        identity = who if service == "C" else ""
        living = any(
            one.who == identity and one.fate not in FINAL and one.service == "C" for one in self.model.people.values()
        )
        answer = self.order(
            commands.TakeTicket(
                dispenser="d",
                key=f"k{self.state.taken}",
                boot=1,
                service=service,
                klass=klass,
                claim=claim,
                identity=identity,
            )
        )
        if self.state.dispenser("d").shown or isinstance(answer, Refusal):
            assert isinstance(answer, Refusal)
            expected = {"closed", "printing"} | ({"needs-identity"} if service == "C" and not who else set())
            assert answer.reason in expected | ({"has-ticket"} if identity and living else set())
            return
        assert not (identity and living), "one living number for each person and service"
        (taken,) = answer
        assert isinstance(taken, events.TicketTaken)
        self.paper(taken, comes_out)

    def paper(self, taken: events.TicketTaken, comes_out: str) -> None:
        if comes_out == "yes":
            self.order(commands.ConfirmPrint(dispenser="d", job=taken.job))
        elif comes_out != "silence":
            doubt = comes_out == "doubt"
            self.order(commands.FailPrint(dispenser="d", job=taken.job, why="error", in_doubt=doubt))
        if comes_out == "doubt":
            (again,) = self.order(commands.RepeatPrint(dispenser="d", job=taken.job, boot=2))
            self.order(commands.ConfirmPrint(dispenser="d", job=again.job))

    @rule()
    def somebody_keeps_his_number_in_mind(self) -> None:
        shown = self.state.dispenser("d").shown
        if shown:
            assert isinstance(self.order(commands.VouchTicket(number=shown.number)), list)

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
        pause = 0 <= self.now - self.called_ms.get(counter, -(10**15)) < self.plan.call_pause_ms
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

    # -- what always holds

    @invariant()
    def both_agree(self) -> None:
        printing = {"issued", "doubted", "shown"}
        fates = {"serving": "called"}
        seen = {
            serial: "papers" if one.state in printing else fates.get(one.state, one.state)
            for serial, one in self.state.tickets.items()
        }
        assert seen == {serial: one.fate for serial, one in self.model.people.items()}
        at_counter = {number: desk.has.serial for number, desk in self.model.desks.items() if desk.has}
        assert at_counter == {number: one.ticket.serial for number, one in self.state.counters.items() if one.ticket}

    @invariant()
    def lines_hold_exactly_those_who_wait(self) -> None:
        waiting = sorted(serial for lane in self.state.waiting.values() for _key, serial in lane)
        assert waiting == sorted(serial for serial, one in self.state.tickets.items() if one.state == "waiting")
        assert self.state.living == sum(one.state not in FINAL for one in self.state.tickets.values())

    @invariant()
    def times_are_never_negative(self) -> None:
        for ticket in self.state.tickets.values():
            assert all(ms >= 0 for ms in ticket.spent_ms.values())
            assert sum(ticket.spent_ms.values()) == ticket.since - ticket.taken_at

    @rule()
    def the_hub_is_restarted(self) -> None:
        """A replay of the rows since the day was opened ends in the same hall."""
        first = max(row for row, fact in self.journal if isinstance(fact, events.DayOpened))
        rows = itertools.groupby((one for one in self.journal if one[0] >= first), key=lambda one: one[0])
        again = replay((row, [fact for _row, fact in facts]) for row, facts in rows)
        for name in (
            "tickets",
            "waiting",
            "missed",
            "jobs",
            "identities",
            "alerts",
            "measures",
            "living",
            "received",
            "fault",
        ):
            assert getattr(again, name) == getattr(self.state, name), name
        mine = {number: one for number, one in self.state.counters.items() if one.turn}
        theirs = {number: one for number, one in again.counters.items() if one.turn}
        assert {n: (one.ticket, one.person, one.away, one.rating) for n, one in theirs.items() if n in mine} == {
            n: (one.ticket, one.person, one.away, one.rating) for n, one in mine.items() if n in theirs
        }
        self.state = again


EXAMPLES = int(os.environ.get("LINTEL_DAYS", "2000"))
Days.TestCase.settings = settings(max_examples=EXAMPLES, stateful_step_count=50, deadline=None)


class TestDays(Days.TestCase):
    """Run the machine under pytest; LINTEL_DAYS says how many examples."""

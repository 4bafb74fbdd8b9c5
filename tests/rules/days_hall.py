"""A hall for random days, with its journal, and what holds there whatever happens."""

import itertools

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hub.rules import commands, events
from hub.rules.apply import apply, replay
from hub.rules.case import is_on_duty
from hub.rules.decide import Refusal, decide
from hub.rules.state import State
from hub.rules.steps import FINAL
from tests.rules.days_model import DAYS, MINUTE, NO_SHOWS, PRINTERS, STAFF, START, Model, plan_with


class HallMachine(RuleBasedStateMachine):
    """A hall, its model, and the clock."""

    def __init__(self) -> None:
        super().__init__()
        self.plan = plan_with(NO_SHOWS[0])
        self.state, self.model = State(), Model()
        self.row, self.now, self.day = 0, START, 0
        self.journal: list[tuple[int, events.Fact]] = []
        self.order(commands.OpenDay(day=DAYS[0]))
        for printer in PRINTERS:
            self.order(commands.ReportDevice(device=printer, state="ready", boot=1, alerts={}))

    def order(self, command: commands.Command) -> list[events.Fact] | Refusal:
        answer = decide(self.state, self.plan, command, self.now)
        if isinstance(answer, list) and answer:
            self.row += 1
            for fact in answer:
                self.journal.append((self.row, fact))
                before = self.state.clock
                apply(self.state, fact, self.row)
                by_hand = getattr(fact, "is_reserve", False) or self.is_alone(fact)
                assert by_hand or getattr(fact, "at", before) >= before, "nothing happens before what has happened"
                self.model.follow(fact, self.state)
                self.note(fact)
        return answer

    def is_alone(self, fact: events.Fact) -> bool:
        """Tell whether a fact is about a ticket that was given while the hub was away, at its true time."""
        ticket = self.state.tickets.get(getattr(fact, "serial", 0))
        return bool(ticket and ticket.told_at and isinstance(fact, events.TicketTaken | events.TicketPrinted))

    def note(self, fact: events.Fact) -> None:
        """Take note of a fact that means something to more than the model of the queue."""

    def at(self) -> int:
        return self.state.clock

    def number(self, serial: int) -> str:
        ticket = self.state.tickets.get(serial)
        return ticket.number if ticket else "A999"

    def barred(self, counter: int) -> bool:
        desk = self.model.desks[counter]
        if not desk.person or desk.away or desk.locked:
            return True
        above = STAFF[desk.person].supervisor
        return bool(above) and not is_on_duty(self.state, above)

    @rule(seconds=st.integers(1, 1500))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds * 1000

    @rule(minutes=st.integers(-300, 300))
    def the_clock_jumps(self, minutes: int) -> None:
        self.now += minutes * MINUTE

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
            "spool",
            "under_way",
            "doubted",
            "slips",
            "leases",
            "numbers",
        ):
            assert getattr(again, name) == getattr(self.state, name), name
        mine = {number: one for number, one in self.state.counters.items() if one.turn}
        theirs = {number: one for number, one in again.counters.items() if one.turn}
        assert {n: (one.ticket, one.person, one.away, one.rating) for n, one in theirs.items() if n in mine} == {
            n: (one.ticket, one.person, one.away, one.rating) for n, one in mine.items() if n in theirs
        }
        for name in PRINTERS:
            before, after = self.state.dispenser(name), again.dispenser(name)
            assert (after.printing, after.asked, after.shown) == (before.printing, before.asked, before.shown)
        self.state = again

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
        waiting = sorted(serial for lane in self.state.waiting.values() for _key, _told, serial in lane)
        assert waiting == sorted(serial for serial, one in self.state.tickets.items() if one.state == "waiting")
        assert self.state.living == sum(one.state not in FINAL for one in self.state.tickets.values())

    @invariant()
    def times_are_never_negative(self) -> None:
        for ticket in self.state.tickets.values():
            assert all(ms >= 0 for ms in ticket.spent_ms.values())
            assert sum(ticket.spent_ms.values()) == ticket.since - ticket.taken_at

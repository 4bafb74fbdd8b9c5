"""What a decision is made from, and what it may come to."""

from typing import Literal

from msgspec import Struct

from hub.rules import events
from hub.rules.plan import Plan
from hub.rules.state import CounterState, State

Reason = Literal[
    "old-turn",
    "no-such-key",
    "calling",
    "on-the-way",
    "nobody-waits",
    "no-ticket",
    "printing",
    "printer",
    "closed",
    "break",
    "not-signed-in",
    "locked",
    "paused",
    "busy",
    "begun",
    "recall-limit",
    "no-such-number",
    "wrong-state",
    "not-authorised",
    "no-such-service",
    "no-such-counter",
    "no-such-code",
    "no-such-class",
    "needs-reason",
    "wrong-pin",
    "unknown-person",
    "not-a-clerk",
    "not-qualified",
    "not-posted",
    "occupied",
    "elsewhere",
    "no-supervisor",
    "last-for-service",
    "not-on-duty",
    "no-rating",
    "rated",
    "needs-identity",
    "has-ticket",
    "no-printer",
    "no-guide",
    "no-slip",
    "not-printed",
    "fault",
    "entered",
    "no-such-time",
    "needs-entry",
    "confirm-first",
    "own-counter",
    "no-other",
    "not-theirs",
    "open-hours",
    "service-in-use",
    "counter-in-use",
    "person-on-duty",
    "class-in-use",
    "forbidden-pair",
    "no-complaint",
    "own-matter",
    "not-owner",
    "settled",
    "not-settled",
    "appealed",
    "not-appealed",
]


class Refusal(Struct, frozen=True):
    """Nothing follows. The reason has words that a pad can show."""

    reason: Reason


Answer = list[events.Fact] | Refusal


class Case(Struct, frozen=True):
    """The hall at the moment of a command. now: as the clock says, ms. at: never before anything that has happened."""

    state: State
    plan: Plan
    now: int
    at: int

    def counter(self, number: int) -> CounterState:
        """Return a counter's state without touching the hall's."""
        return self.state.counters.get(number) or CounterState()


def is_on_duty(state: State, person: str) -> bool:
    """Return whether somebody is signed in anywhere in the hall."""
    return person in state.on_duty.values() or any(one.person == person for one in state.counters.values())


def barred(case: Case, counter: int) -> Refusal | None:
    """Return why a counter's clerk may not work now (M8, M10, M12), None if he may."""
    if counter not in case.plan.counters:
        return Refusal("no-such-counter")
    here = case.counter(counter)
    if here.away:
        return Refusal("paused")
    if not case.plan.sign_in:
        return None
    if not here.person:
        return Refusal("not-signed-in")
    if here.locked:
        return Refusal("locked")
    person = case.plan.people.get(here.person)
    if person and person.supervisor and not is_on_duty(case.state, person.supervisor):
        return Refusal("no-supervisor")
    return None

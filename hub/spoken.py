"""What there is to be said, from facts and state alone (S8, M17, M22, M28, M30)."""

from typing import NamedTuple

from hardware.speech import Phrase
from hub.rules.events import (
    CounterPaused,
    Fact,
    PhaseChanged,
    SelfTestMade,
    TicketCalled,
    TicketFinished,
    TicketRecalled,
)
from hub.rules.state import State

OF_PHASE: dict[str, Phrase] = {"open": "open", "break": "pause", "closing": "closing"}


class Words(NamedTuple):
    """What a fact has to be said of. counter: 0 is the hall; number: empty where nobody is called."""

    phrase: Phrase
    counter: int = 0
    number: str = ""


def words_of(fact: Fact, state: State) -> Words | None:
    """Return what is to be said of a fact, None where it has no words."""
    match fact:
        case TicketCalled():
            return Words("call", fact.counter, state.tickets[fact.serial].number)
        case TicketRecalled():
            return Words("recall", fact.counter, state.tickets[fact.serial].number)
        case TicketFinished() if fact.rating_until is not None:
            return Words("rate", fact.counter)
        case CounterPaused():
            return Words("away", fact.counter)
        case PhaseChanged() if fact.phase in OF_PHASE:
            return Words(OF_PHASE[fact.phase])
        case SelfTestMade():
            return Words("test")
    return None


def present_calls(state: State) -> tuple[tuple[str, int], ...]:
    """Return the numbers that are called and not yet served, with their counters; none during a fault (M41)."""
    if state.fault:
        return ()
    tickets = ((number, one.ticket) for number, one in sorted(state.counters.items()))
    return tuple((ticket.number, number) for number, ticket in tickets if ticket and ticket.state == "called")


def is_speech(job: str) -> bool:
    """Tell whether a job's id is one of something spoken, which no ticket and no slip waits for."""
    return "-s" in job

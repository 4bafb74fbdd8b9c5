"""What a fact does to the state; the same at the press and at the replay, so both end in the same hall."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from hub.rules import events
from hub.rules.applying import (
    access,
    calls,
    change,
    complaints,
    day,
    emergency,
    health,
    leases,
    papers,
    restoring,
    slips,
    staff,
)
from hub.rules.state import State

_APPLIERS: dict[type[events.Event], Callable[[State, Any, int], None]] = (
    day.APPLIERS
    | papers.APPLIERS
    | slips.APPLIERS
    | calls.APPLIERS
    | staff.APPLIERS
    | emergency.APPLIERS
    | health.APPLIERS
    | leases.APPLIERS
    | access.APPLIERS
    | change.APPLIERS
    | complaints.APPLIERS
    | restoring.APPLIERS
)


def apply(state: State, fact: events.Fact, row: int) -> None:
    """Change the state as the fact says; row is its row in the journal, which becomes the turn of what it changes.

    Raises IllegalStepError where a ticket's state does not allow the fact.
    """
    at = getattr(fact, "at", 0)
    if at > state.clock:
        state.clock = at
    _APPLIERS[type(fact)](state, fact, row)


def replay(rows: Iterable[tuple[int, Sequence[events.Fact]]]) -> State:
    """Return the hall after rows of a journal, (row, its facts), of which the first opened the day.

    What stands before a day's opening in the same row is about the day before, which nobody here remembers.
    """
    state = State()
    for row, facts in rows:
        opened = next((at for at, fact in enumerate(facts) if isinstance(fact, events.DayOpened)), 0)
        for fact in facts[opened:]:
            apply(state, fact, row)
    return state

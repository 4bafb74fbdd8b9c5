"""What a fact does to the state; the same at the press and at the replay, so both end in the same hall."""

from collections.abc import Callable
from typing import Any

from hub.rules import events
from hub.rules.applying import calls, day, papers, staff
from hub.rules.state import State

_APPLIERS: dict[type[events.Event], Callable[[State, Any, int], None]] = (
    day.APPLIERS | papers.APPLIERS | calls.APPLIERS | staff.APPLIERS
)


def apply(state: State, fact: events.Fact, row: int) -> None:
    """Change the state as the fact says; row is its row in the journal, which becomes the turn of what it changes.

    Raises IllegalStepError where a ticket's state does not allow the fact.
    """
    _APPLIERS[type(fact)](state, fact, row)
    at = getattr(fact, "at", 0)
    if at > state.clock:
        state.clock = at

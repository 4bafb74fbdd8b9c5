"""What another plan does to the state: next to nothing, for no fact depends on the plan that it was decided by."""

from typing import Any

from hub.rules import events
from hub.rules.state import State


def _hall_changed(state: State, fact: events.HallChanged, row: int) -> None:
    for number in fact.counters:
        state.counter(number).services = None
    for number in fact.posts:
        state.counter(number).posts = None


APPLIERS: dict[type[events.Event], Any] = {events.HallChanged: _hall_changed}

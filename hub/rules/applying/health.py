"""What becomes of the hub's findings about devices."""

from typing import Any

from hub.rules import events
from hub.rules.state import State


def _health_found(state: State, fact: events.HealthFound, _row: int) -> None:
    if fact.faults:
        state.health[fact.device] = fact.faults
    else:
        state.health.pop(fact.device, None)


APPLIERS: dict[type[events.Event], Any] = {events.HealthFound: _health_found}

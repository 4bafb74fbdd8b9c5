"""Who has seen what changes nothing in the hall."""

from typing import Any

from hub.rules import events
from hub.rules.state import State


def _nothing(state: State, fact: events.AccessNoted, row: int) -> None:
    """The queue is as it was."""


APPLIERS: dict[type[events.Event], Any] = {events.AccessNoted: _nothing}

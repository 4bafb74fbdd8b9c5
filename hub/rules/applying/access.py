"""Who has seen what, and what was removed from the journal, changes nothing in the hall."""

from typing import Any

from hub.rules import events
from hub.rules.state import State


def _nothing(state: State, fact: events.AccessNoted | events.RowsSealed, row: int) -> None:
    """The queue is as it was."""


APPLIERS: dict[type[events.Event], Any] = {events.AccessNoted: _nothing, events.RowsSealed: _nothing}

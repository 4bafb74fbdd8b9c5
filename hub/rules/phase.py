"""Where in its day the hall is: before opening, open, in its break, closing, closed (M28, M29)."""

from typing import Literal

from hub.rules.state import State

Phase = Literal["before", "open", "break", "closing", "closed"]


def phase_at(state: State, now: int) -> Phase:
    """Return the phase of the hall at ``now``; closing: no ticket is given, all who hold one are served."""
    if state.ended or not state.day:
        return "closed"
    if state.spans is None or any(start <= now < end for start, end in state.spans):
        return "open"
    if state.spans and now < state.spans[0][0]:
        return "before"
    if state.spans and now < state.spans[-1][1]:
        return "break"
    return "closing" if state.living else "closed"

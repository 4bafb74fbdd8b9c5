"""How long people who came now would wait, for pages: a few services at a time, so that no press waits for a page."""

from collections.abc import Callable

from hub.config import Hall
from hub.rules.forecast import expected_wait_ms
from hub.rules.state import State

FRESH_MS = 1_000
AT_ONCE = 3
"""A forecast over 300 who wait takes 1 ms; the hub's loop may not be held for more than a few."""


class Waits:
    """The latest forecast of every service. look: the hall, its state, how often that has changed, and the time, ms."""

    def __init__(self, look: Callable[[], tuple[Hall, State, int, int]]) -> None:
        self._look = look
        self._known: dict[str, tuple[int, int, int | None]] = {}

    def now(self) -> dict[str, int | None]:
        """Return service to expected wait, ms, None: no counter serves it; one that has not had its turn is left out.

        The oldest are worked out anew, where anything has happened in the hall since, or they are a second old.
        """
        hall, state, changes, now = self._look()
        by_age = sorted(hall.plan.services, key=lambda code: self._known[code][0] if code in self._known else 0)
        for code in by_age[:AT_ONCE]:
            at, then, _wait = self._known.get(code, (now - FRESH_MS, changes, None))
            if then != changes or now - at >= FRESH_MS:
                self._known[code] = now, changes, expected_wait_ms(state, hall.plan, code, now, now)
        return {code: self._known[code][2] for code in hall.plan.services if code in self._known}

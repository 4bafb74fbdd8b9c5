"""How long people who came now would wait, for pages: a few services at a time, so that no press waits for a page."""

from collections.abc import Callable

from hub.config import Hall
from hub.rules.forecast import expected_wait_ms
from hub.rules.state import State

FRESH_MS = 1_000
AT_ONCE = 3
"""A forecast over 300 who wait takes 1 ms; the hub's loop may not be held for more than a few."""


class Waits:
    """The latest forecast of every service. look: the hall, its state, and the time, ms."""

    def __init__(self, look: Callable[[], tuple[Hall, State, int]]) -> None:
        self._look = look
        self._known: dict[str, tuple[int, int | None]] = {}

    def now(self) -> dict[str, int | None]:
        """Return service to expected wait, ms, None: no counter serves it; one that has not had its turn is left out.

        The oldest are worked out anew.
        """
        hall, state, now = self._look()
        by_age = sorted(hall.plan.services, key=lambda code: self._known[code][0] if code in self._known else 0)
        for code in by_age[:AT_ONCE]:
            if code not in self._known or now - self._known[code][0] >= FRESH_MS:
                self._known[code] = now, expected_wait_ms(state, hall.plan, code, now, now)
        return {code: self._known[code][1] for code in hall.plan.services if code in self._known}

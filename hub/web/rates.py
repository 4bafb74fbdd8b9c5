"""How often somebody may ask: a bucket for each, which fills by itself and is emptied by asking."""

from collections.abc import Callable
from math import ceil

KNOWN_MAX = 2_000
"""So many are remembered; whoever has not asked for longest is forgotten, and begins with a full bucket."""


class Rates:
    """The buckets of all who ask. per_s: how fast one fills. burst: how much it holds. clock: seconds."""

    def __init__(self, *, per_s: float, burst: float, clock: Callable[[], float]) -> None:
        self._per_s = per_s
        self._burst = burst
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}

    def wait_s(self, who: str) -> int:
        """Return 0 for one who may ask now, or after how many whole seconds he may."""
        left, _ = self._of(who)
        return 0 if left >= 1 else ceil((1 - left) / self._per_s)

    def spend(self, who: str, cost: float = 1) -> None:
        """Note that somebody asked; what was dear keeps him waiting for longer."""
        left, now = self._of(who)
        self._left.pop(who, None)
        if len(self._left) >= KNOWN_MAX:
            del self._left[next(iter(self._left))]
        self._left[who] = max(-self._burst, left - cost), now

    def _of(self, who: str) -> tuple[float, float]:
        now = self._clock()
        left, at = self._left.get(who, (self._burst, now))
        return min(self._burst, left + (now - at) * self._per_s), now

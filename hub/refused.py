"""Bad input: counted, logged once per sender and minute, answered by nothing."""

from collections import Counter
from collections.abc import Callable

from hardware.logs import Log

log = Log(__name__)

LOG_EVERY_S = 60.0
SENDERS_MAX = 256
"""Beyond so many senders the rest are counted as one, so that forged names cost no memory."""
OTHERS = "(others)"


class RefusedInput:
    """How much was refused, by sender."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.counts: Counter[str] = Counter()
        self._clock = clock
        self.on_add: Callable[[], None] = lambda: None
        self._logged_at: dict[str, float] = {}

    def add(self, sender: str, why: str) -> None:
        """Count one more from this sender, and say so in the log if it has been quiet for a minute."""
        if sender not in self.counts and len(self.counts) >= SENDERS_MAX:
            sender = OTHERS
        self.counts[sender] += 1
        self.on_add()
        now = self._clock()
        if now - self._logged_at.get(sender, -LOG_EVERY_S) >= LOG_EVERY_S:
            self._logged_at[sender] = now
            log.warning("refused", "refused", device=sender, why=f"{self.counts[sender]} so far: {why}")

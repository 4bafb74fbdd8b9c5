"""What a hub has done since its start, counted where it happens: nothing dearer than the increment of a number."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence

QUICK_S = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0)
"""Upper ends of what is counted together, from a sync of a good disk to a press that somebody complains of."""


class Histogram:
    """How long something took, in classes of seconds. counts: of each class, and of what was longer than all."""

    def __init__(self, ends_s: Sequence[float] = QUICK_S) -> None:
        self.ends_s = ends_s
        self.counts = [0] * (len(ends_s) + 1)
        self.sum_s = 0.0

    def add(self, seconds: float, times: int = 1) -> None:
        """Count something that took so long, or so many things that each did."""
        self.counts[bisect_left(self.ends_s, seconds)] += times
        self.sum_s += seconds * times

    def up_to(self) -> list[tuple[str, float]]:
        """Return (end of a class, how many took that long or less), as Prometheus has it."""
        found, total = [], 0
        for end, count in zip((*map(str, self.ends_s), "+Inf"), self.counts, strict=True):
            total += count
            found.append((end, float(total)))
        return found


class Counts:
    """What was decided and published.

    heard: new events by their type; again: events that were known already; refused: by reason; failed: print jobs by
    why; facts: by their type; resent: jobs that were sent again; link_ups: how often the broker was reached; answered:
    from the moment at which messages were heard to that at which their views were out.
    """

    def __init__(self) -> None:
        self.heard: Counter[type] = Counter()
        self.again = 0
        self.refused: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.facts: Counter[type] = Counter()
        self.resent = 0
        self.link_ups = 0
        self.answered = Histogram()

    def follow(self, facts: Iterable[object]) -> None:
        """Count what has become durable."""
        for fact in facts:
            self.facts[type(fact)] += 1

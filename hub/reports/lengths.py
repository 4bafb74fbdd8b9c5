"""Every wait or service of a line, in seconds: its median, and how many are too long."""

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from itertools import accumulate

MANY = 4000
"""More are counted first: there are fewer different lengths than lengths, and sorting costs the most."""


class Lengths:
    """Lengths that are being put together."""

    def __init__(self) -> None:
        self._all = array("I")

    def add(self, part: bytes) -> None:
        """Add lengths as the store keeps them."""
        self._all.frombytes(part)

    def ranked(self) -> "Ranked":
        """Return them in order."""
        return Ranked(self._all)


class Ranked:
    """Lengths in order; ten times as large as `Lengths`, and not to be kept."""

    def __init__(self, every: "array[int]") -> None:
        """Sort them. ranks: of how many each length is the longest."""
        self._count = len(every)
        self._ranks: list[int] | range
        if self._count > MANY:
            counts = Counter(every)
            self._lengths = sorted(counts)
            self._ranks = list(accumulate(counts[length] for length in self._lengths))
        else:
            self._lengths = sorted(every)
            self._ranks = range(1, self._count + 1)

    def least(self, percent: int) -> int:
        """Return the shortest length than which at least that share of all is no longer; 0 where there are none."""
        if not self._count:
            return 0
        return self._lengths[bisect_left(self._ranks, -(-self._count * percent // 100))]

    def over(self, limit_ms: int) -> int:
        """Return how many are longer than that."""
        at = bisect_right(self._lengths, limit_ms // 1000)
        return self._count - (self._ranks[at - 1] if at else 0)


def over(part: bytes, limit_ms: int) -> int:
    """Return how many lengths, as the store keeps them, are longer than that."""
    every = array("I")
    every.frombytes(part)
    limit_s = limit_ms // 1000
    return sum([length > limit_s for length in every])

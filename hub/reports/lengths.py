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
        self._ranked: tuple[list[int], list[int]] | None = None

    def add(self, part: bytes) -> None:
        """Add lengths as the store keeps them."""
        self._all.frombytes(part)
        self._ranked = None

    def least(self, percent: int) -> int:
        """Return the shortest length than which at least that share of all is no longer; 0 where there are none."""
        if not self._all:
            return 0
        lengths, ranks = self._ranks()
        return lengths[bisect_left(ranks, -(-len(self._all) * percent // 100))]

    def over(self, limit_ms: int) -> int:
        """Return how many are longer than that."""
        lengths, ranks = self._ranks()
        at = bisect_right(lengths, limit_ms // 1000)
        return len(self._all) - (ranks[at - 1] if at else 0)

    def _ranks(self) -> tuple[list[int], list[int]]:
        """Return the lengths, the shortest first, and of how many each is the longest."""
        if self._ranked is None:
            self._ranked = _counted(self._all) if len(self._all) > MANY else _sorted(self._all)
        return self._ranked


def _sorted(every: "array[int]") -> tuple[list[int], list[int]]:
    return sorted(every), list(range(1, len(every) + 1))


def _counted(every: "array[int]") -> tuple[list[int], list[int]]:
    counts = Counter(every)
    lengths = sorted(counts)
    return lengths, list(accumulate(counts[length] for length in lengths))


def over(part: bytes, limit_ms: int) -> int:
    """Return how many lengths, as the store keeps them, are longer than that."""
    every = array("I")
    every.frombytes(part)
    limit_s = limit_ms // 1000
    return sum([length > limit_s for length in every])

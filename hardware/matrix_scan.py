"""Which keys of a matrix went down, from what is read of its rows again and again; knows no pins."""

from collections.abc import Sequence

from hardware.board import Matrix

_DOUBT_FROM = 3
"""So many closed contacts, without diodes, can look like a key that nobody touches."""


class MatrixScan:
    """The keys of a matrix, as firmware/parts/matrix.py has them. settle_s: how long a key is quiet before it counts.

    closed: for each row what is closed at the start, a bit a column, the first lowest; a key that is held then is no
    press.
    """

    def __init__(self, matrix: Matrix, *, settle_s: float, closed: Sequence[int]) -> None:
        self._matrix = matrix
        self._settle_s = settle_s
        self._before = list(closed)
        self._down_at_s: dict[str, float] = {}
        self._deaf = set(self._names(closed))

    @property
    def is_quiet(self) -> bool:
        """Whether every key listens again."""
        return not self._deaf

    def look(self, closed: Sequence[int], now_s: float) -> list[str]:
        """Take what is closed now and return the keys that went down, row by row.

        Three keys of a rectangle look like four: without diodes none that comes then counts. While one of them bounces
        between two rows even that cannot be seen, so with three keys closed only what is read twice is believed.
        """
        was, self._before = self._before, list(closed)
        count = sum(row.bit_count() for row in closed)
        if not self._matrix.diodes and count >= _DOUBT_FROM and was != self._before:
            return []
        down = self._names(closed)
        doubtful = set() if self._matrix.diodes else set(self._names(_corners(closed)))
        new = [name for name in down if name not in self._deaf and name not in doubtful]
        self._deaf.update(down)
        self._down_at_s.update(dict.fromkeys(down, now_s))
        quiet = {name for name in self._deaf if now_s - self._down_at_s.setdefault(name, now_s) >= self._settle_s}
        self._deaf -= quiet
        return new

    def _names(self, closed: Sequence[int]) -> list[str]:
        rows = zip(self._matrix.keys, closed, strict=True)
        return [name for names, bits in rows for at, name in enumerate(names) if bits >> at & 1]


def _corners(closed: Sequence[int]) -> list[int]:
    """Return for each row the keys that are corners of a rectangle which is closed wholly."""
    found = []
    for at, row in enumerate(closed):
        shared = [row & other for place, other in enumerate(closed) if place != at]
        corners = 0
        for both in shared:
            if both.bit_count() > 1:
                corners |= both
        found.append(corners)
    return found

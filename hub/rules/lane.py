"""One line of people: places in the order of calling, cheap at any length.

A sorted list of short sorted lists: to add, remove or rank costs one search among the blocks and one within a block.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator

BLOCK = 256
"""A block is split in two when it is twice as long."""

Place = tuple[int, int, int]
"""Key, when its dispenser gave it alone (0: the hub did), serial."""


class Lane:
    """The places of those who wait in one line, smallest key first; equal keys as given alone, then by serial."""

    __slots__ = ("_blocks", "_lasts", "_length")

    def __init__(self) -> None:
        self._blocks: list[list[Place]] = []
        self._lasts: list[Place] = []
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Place]:
        for block in self._blocks:
            yield from block

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lane) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def first(self) -> Place:
        """Return the place that is called first; raise IndexError where nobody waits."""
        return self._blocks[0][0]

    def add(self, place: Place) -> None:
        """Put a place where its key belongs."""
        self._length += 1
        if not self._blocks:
            self._blocks.append([place])
            self._lasts.append(place)
            return
        at = min(bisect_left(self._lasts, place), len(self._blocks) - 1)
        block = self._blocks[at]
        insort(block, place)
        self._lasts[at] = block[-1]
        if len(block) >= 2 * BLOCK:
            self._split(at)

    def remove(self, place: Place) -> None:
        """Take a place out; raise KeyError if it is not there."""
        at = bisect_left(self._lasts, place)
        block = self._blocks[at] if at < len(self._blocks) else []
        inside = bisect_left(block, place)
        if inside == len(block) or block[inside] != place:
            raise KeyError(place)
        del block[inside]
        self._length -= 1
        if block:
            self._lasts[at] = block[-1]
        else:
            del self._blocks[at], self._lasts[at]

    def rank(self, key: int) -> int:
        """Return how many have a key that is not above this one."""
        place = (key, 1 << 62, 0)
        at = bisect_left(self._lasts, place)
        before = sum(map(len, self._blocks[:at]))
        return before + (bisect_right(self._blocks[at], place) if at < len(self._blocks) else 0)

    def _split(self, at: int) -> None:
        block = self._blocks[at]
        self._blocks[at : at + 1] = [block[:BLOCK], block[BLOCK:]]
        self._lasts[at : at + 1] = [block[BLOCK - 1], block[-1]]

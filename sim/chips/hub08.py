"""A model of HUB08 boards: a chain of shift registers with latches for one row, and a decoder that lights one of 16.

It is not a real board: it takes levels and their times, and knows the dots that an eye would see in a frame. What a
good driver never does it names as a fault, since on boards it is seen as ghosts, stripes or flicker.
"""

from collections import defaultdict
from collections.abc import Callable

FRAME_HZ_MIN = 60
_UNEVEN = 0.02
"""Rows whose times differ by more than that share are seen as stripes."""
GHOST, STRIPES, FLICKER = "ghost", "stripes", "flicker"


class Hub08Boards:
    """Boards side by side, fed from the right. w: 64 or 128 px; they are 16 px high.

    lit: the level on the data line that lights a dot. enable: the level on EN that lets the row shine. on_change:
    called after a frame in which other dots were seen. faults: what was wrong with the last frame. frame_hz: how many
    would come in a second; 0 before the first. share: for how much of its time the frame was lit, 0 to 1.
    """

    def __init__(self, *, w: int, lit: bool, enable: bool, on_change: Callable[[], None] | None = None) -> None:
        self.w, self.h = w, 16
        self.faults: frozenset[str] = frozenset()
        self.frame_hz = 0.0
        self.share = 0.0
        self._on_change = on_change
        self._mask = (1 << w) - 1
        self._flip = 0 if lit else self._mask
        self._enable = enable
        self._shifted = self._latched = 0
        self._is_clocked = self._is_latched = self._shines = False
        self._row = 0
        self._since_s = self._begun_s = 0.0
        self._seen: defaultdict[int, defaultdict[int, float]] = defaultdict(lambda: defaultdict(float))
        self._found: set[str] = set()
        self._bits = bytes(w * self.h // 8)

    def see(self, at_s: float, *, data: int, row: int, clock: int, latch: int, enable: int) -> None:
        """Take the levels of all lines as they are from ``at_s`` on; row: the levels of A to D, A lowest."""
        if self._shines:
            self._seen[self._row][self._latched] += at_s - self._since_s
        self._since_s = at_s
        latched = self._latched
        if clock and not self._is_clocked:
            self._shifted = (self._shifted << 1 | data) & self._mask
        if latch and not self._is_latched:
            latched = self._shifted
        shines = bool(enable) == self._enable
        if shines and self._shines and (row != self._row or latched != self._latched):
            self._found.add(GHOST)
        self._row, self._latched, self._shines = row, latched, shines
        self._is_clocked, self._is_latched = bool(clock), bool(latch)

    def end_frame(self, at_s: float) -> None:
        """End a frame that is repeated as it was for ever, and reckon what is seen of it."""
        spent_s = at_s - self._begun_s
        rows_s = [sum(self._seen[row].values()) for row in range(self.h)]
        if min(rows_s) < max(rows_s) * (1 - _UNEVEN):
            self._found.add(STRIPES)
        self.frame_hz = 1 / spent_s if spent_s else 0.0
        if self.frame_hz < FRAME_HZ_MIN:
            self._found.add(FLICKER)
        self.share = sum(rows_s) / spent_s if spent_s else 0.0
        self.faults = frozenset(self._found)
        bits = b"".join(self._dots_of(row) for row in range(self.h))
        self._seen.clear()
        self._found.clear()
        self._begun_s = at_s
        if bits != self._bits:
            self._bits = bits
            if self._on_change:
                self._on_change()

    @property
    def bits(self) -> bytes:
        """The dots that one sees, as the contract writes them."""
        return self._bits

    def rows(self) -> list[list[int]]:
        """Return the dots that one sees, rows from the top, 1 is lit."""
        stride = self.w // 8
        lines = [self._bits[at : at + stride] for at in range(0, len(self._bits), stride)]
        return [[byte >> 7 - x & 1 for byte in line for x in range(8)] for line in lines]

    def _dots_of(self, row: int) -> bytes:
        """Return all that shone in a row, however short: the eye adds it up. What is shifted first is on the left."""
        seen = 0
        for latched in self._seen[row]:
            seen |= latched ^ self._flip
        return seen.to_bytes(self.w // 8, "big")

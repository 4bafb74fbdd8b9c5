"""A model of a chain of MAX7219 chips with an 8x8 block of LEDs each, down to their 16-bit shift registers.

It is not a real chain: it takes the bytes of the bus and knows the dots one would see. Datasheet Maxim 19-4452.
"""

import random
from collections.abc import Callable

BLOCK_PX = 8
NO_OP, DIGITS, DECODE, INTENSITY, SCAN, SHUTDOWN, TEST = 0, range(1, 9), 9, 10, 11, 12, 15


class Chip:
    """One chip after power-up: shut down (table 3), its digit registers whatever they happen to hold."""

    def __init__(self, chance: random.Random) -> None:
        self.rows = bytearray(chance.randbytes(8))
        self.decode = chance.randrange(256)
        self.intensity = chance.randrange(16)
        self.scan = chance.randrange(8)
        self.is_on = False
        self.is_tested = False

    def latch(self, word: int) -> None:
        """Take what stands in the shift register: address in D11 to D8, data in D7 to D0 (table 1)."""
        address, data = word >> 8 & 0x0F, word & 0xFF
        if address in DIGITS:
            self.rows[address - 1] = data
        elif address == DECODE:
            self.decode = data
        elif address == INTENSITY:
            self.intensity = data & 0x0F
        elif address == SCAN:
            self.scan = data & 0x07
        elif address == SHUTDOWN:
            self.is_on = bool(data & 1)
        elif address == TEST:
            self.is_tested = bool(data & 1)

    def lit(self) -> list[int]:
        """Return for each digit register the segments that light: display test goes before shutdown (table 10)."""
        if self.is_tested:
            return [0xFF] * 8
        if not self.is_on:
            return [0] * 8
        return [self._segments(digit) if digit <= self.scan else 0 for digit in range(8)]

    def _segments(self, digit: int) -> int:
        """In code B a digit shows a seven-segment numeral, nothing like pixels; any such pattern will do to be seen."""
        value = self.rows[digit]
        return value if not self.decode >> digit & 1 else 0x7E ^ (value & 0x0F)


class Max7219Chain:
    """Blocks in rows from the top, each from the left, the first nearest to the bus; as `hardware.board.Max7219`.

    w, h: pixels. orientation: degrees, how the blocks sit. on_change: called when the dots that one sees have changed.
    """

    def __init__(
        self, *, w: int, h: int, orientation: int, on_change: Callable[[], None] | None = None, seed: int = 7219
    ) -> None:
        if orientation not in _SEEN or w % BLOCK_PX or h % BLOCK_PX:
            raise ValueError(f"no chain of {w}x{h} has its blocks at {orientation} degrees")
        self.w, self.h = w, h
        self._place = _SEEN[orientation]
        chance = random.Random(seed)  # noqa: S311  (what memory happens to hold, the same in every run)
        self.chips = [Chip(chance) for _ in range(w * h // BLOCK_PX**2)]
        self._shifted = bytearray(2 * len(self.chips))
        self._is_selected = False
        self._on_change = on_change
        self._bits = self._picture()

    def clock(self, data: bytes) -> None:
        """Shift bytes in. Chip select does not gate the shift register (datasheet, "Serial-Addressing Modes")."""
        self._shifted += data
        del self._shifted[: -2 * len(self.chips)]

    def select(self, level: bool) -> None:
        """Set LOAD/CS; its rising edge latches the last 16 bits that each chip has."""
        was, self._is_selected = self._is_selected, not level
        if not (was and level):
            return
        for place, chip in enumerate(self.chips):
            end = len(self._shifted) - 2 * place
            chip.latch(int.from_bytes(self._shifted[end - 2 : end], "big"))
        bits = self._picture()
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
        stride = self.w // BLOCK_PX
        lines = [self._bits[at : at + stride] for at in range(0, len(self._bits), stride)]
        return [[byte >> 7 - x & 1 for byte in line for x in range(BLOCK_PX)] for line in lines]

    @property
    def intensity(self) -> int:
        """The brightness, 0 to 15, of the dimmest block."""
        return min(chip.intensity for chip in self.chips)

    def _picture(self) -> bytes:
        """Put every block's eight rows where they are on the panel."""
        stride = self.w // BLOCK_PX
        picture = bytearray(self.w * self.h // BLOCK_PX)
        for place, chip in enumerate(self.chips):
            top, left = place // stride * BLOCK_PX, place % stride
            picture[top * stride + left : (top + BLOCK_PX) * stride + left : stride] = self._place(chip.lit())
        return bytes(picture)


def _columns(lit: list[int]) -> bytes:
    """0 degrees: register n is column n, bit 0 on top."""
    return bytes(sum((lit[x] >> y & 1) << 7 - x for x in range(8)) for y in range(8))


def _turned_columns(lit: list[int]) -> bytes:
    """180 degrees: register n is column 7 - n, bit 7 on top."""
    return bytes(sum((lit[7 - x] >> 7 - y & 1) << 7 - x for x in range(8)) for y in range(8))


def _rows_up(lit: list[int]) -> bytes:
    """-90 degrees: register n is row 7 - n, bit 0 on the left."""
    return bytes(int(f"{value:08b}"[::-1], 2) for value in reversed(lit))


_SEEN: dict[int, Callable[[list[int]], bytes]] = {0: _columns, 90: bytes, -90: _rows_up, 180: _turned_columns}

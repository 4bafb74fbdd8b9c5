"""A model of a chain of MAX7219 chips with an 8x8 block of LEDs each, down to their 16-bit shift registers.

It is not a real chain: it takes the bytes of the bus and knows the dots one would see. Datasheet Maxim 19-4452.
"""

import random
from collections.abc import Callable

BLOCK_PX = 8
DIGITS, DECODE, INTENSITY, SCAN, SHUTDOWN, TEST = range(1, 9), 9, 10, 11, 12, 15
_CODE_B = bytes.fromhex("7e 30 6d 79 33 5b 5f 70 7f 7b 01 4f 37 0e 67 00")
"""The segments of 0 to 9, -, E, H, L, P and blank (table 5), segment A in bit 6."""
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_SPREAD = [sum((byte >> y & 1) << (7 - y) * 8 for y in range(8)) for byte in range(256)]
"""A column, bit 0 on top, as the lowest bits of eight rows."""


class Chip:
    """One chip after power-up: shut down, and all else whatever it happens to hold.

    The datasheet (page 7, "Initial Power-Up") promises more: one digit scanned, no decoding, least intensity. A chip
    that comes back from a brown-out does not keep that, so a driver that leans on it is seen here.
    """

    def __init__(self, chance: random.Random) -> None:
        self.digits = bytearray(chance.randbytes(8))
        self.decode = chance.randrange(256)
        self.intensity = chance.randrange(16)
        self.scan = chance.randrange(8)
        self.is_on = False
        self.is_tested = False

    def latch(self, address: int, data: int) -> None:
        """Take what stands in the shift register (tables 1 and 2). Address 0, no-op, passes by; 13 and 14 are none."""
        if address in DIGITS:
            self.digits[address - 1] = data
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

    def lit(self) -> bytes:
        """Return for each digit register the segments that light: display test goes before shutdown (table 10)."""
        if self.is_tested:
            return b"\xff" * 8
        if not self.is_on:
            return bytes(8)
        if self.scan == 7 and not self.decode:
            return bytes(self.digits)
        return bytes(self._segments(digit) if digit <= self.scan else 0 for digit in range(8))

    def _segments(self, digit: int) -> int:
        """A decoded digit shows a seven-segment numeral and its point (table 5), nothing like pixels."""
        value = self.digits[digit]
        return _CODE_B[value & 0x0F] | value & 0x80 if self.decode >> digit & 1 else value


class Max7219Chain:
    """Blocks in rows from the top; as `hardware.board.Max7219`.

    w, h: pixels. orientation: degrees, how the blocks sit. order: how the chain goes through them. on_change: called
    when the dots that one sees have changed.
    """

    def __init__(
        self,
        *,
        w: int,
        h: int,
        orientation: int,
        order: str = "rows",
        on_change: Callable[[], None] | None = None,
        seed: int = 7219,
    ) -> None:
        if orientation not in _SEEN or w % BLOCK_PX or h % BLOCK_PX:
            raise ValueError(f"no chain of {w}x{h} has its blocks at {orientation} degrees")
        self.w, self.h = w, h
        self._place = _SEEN[orientation]
        self._order = order
        chance = random.Random(seed)  # noqa: S311  (what memory happens to hold, the same in every run)
        self.chips = [Chip(chance) for _ in range(w * h // BLOCK_PX**2)]
        self._shifted = bytearray(2 * len(self.chips))
        self._is_selected = False
        self._on_change = on_change
        self._bits = bytearray(w * h // BLOCK_PX)

    def clock(self, data: bytes) -> None:
        """Shift bytes in. Chip select does not gate the shift register (datasheet, "Serial-Addressing Modes")."""
        self._shifted += data
        del self._shifted[: -2 * len(self.chips)]

    def select(self, level: bool) -> None:
        """Set LOAD/CS; its rising edge latches the last 16 bits that each chip has."""
        was, self._is_selected = self._is_selected, not level
        if was and level and self._latch() and self._on_change:
            self._on_change()

    def _latch(self) -> bool:
        """Tell whether any dot changed."""
        is_changed = False
        far_first = zip(self._shifted[0::2], self._shifted[1::2], strict=True)
        for place, (chip, (high, low)) in enumerate(zip(reversed(self.chips), far_first, strict=True)):
            before = chip.lit()
            chip.latch(high & 0x0F, low)
            after = chip.lit()
            if after != before:
                is_changed = True
                self._draw(len(self.chips) - 1 - place, after)
        return is_changed

    def upset(self, place: int, chance: random.Random) -> None:
        """Let what a chip holds be anything, as after a spark beside it; it does not know, and goes on."""
        self.chips[place] = Chip(chance)
        self.chips[place].latch(SHUTDOWN, 1)
        self._draw(place, self.chips[place].lit())
        if self._on_change:
            self._on_change()

    @property
    def bits(self) -> bytes:
        """The dots that one sees, as the contract writes them; dark before anything was latched."""
        return bytes(self._bits)

    def rows(self) -> list[list[int]]:
        """Return the dots that one sees, rows from the top, 1 is lit."""
        stride = self.w // BLOCK_PX
        lines = [self._bits[at : at + stride] for at in range(0, len(self._bits), stride)]
        return [[byte >> 7 - x & 1 for byte in line for x in range(BLOCK_PX)] for line in lines]

    @property
    def intensity(self) -> int:
        """The brightness, 0 to 15, of the dimmest block."""
        return min(chip.intensity for chip in self.chips)

    def _draw(self, place: int, lit: bytes) -> None:
        """Put a block's eight rows where they are on the panel."""
        stride = self.w // BLOCK_PX
        band, from_start = divmod(place, stride)
        if self._order == "right-to-left" or (self._order == "serpentine" and band % 2):
            place = (band + 1) * stride - 1 - from_start
        first = place // stride * BLOCK_PX * stride + place % stride
        self._bits[first : first + BLOCK_PX * stride : stride] = self._place(lit)


def _columns(lit: bytes) -> bytes:
    """0 degrees: register n is column n, bit 0 on top."""
    return sum(_SPREAD[column] << 7 - x for x, column in enumerate(lit)).to_bytes(8, "big")


def _turned_columns(lit: bytes) -> bytes:
    """180 degrees: register n is column 7 - n, bit 7 on top."""
    return _columns(lit)[::-1].translate(_REVERSED)


def _rows_up(lit: bytes) -> bytes:
    """-90 degrees: register n is row 7 - n, bit 0 on the left."""
    return lit[::-1].translate(_REVERSED)


_SEEN: dict[int, Callable[[bytes], bytes]] = {0: _columns, 90: bytes, -90: _rows_up, 180: _turned_columns}

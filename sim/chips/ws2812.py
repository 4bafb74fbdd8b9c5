"""A model of a strip of WS2812B LEDs: reads the pulses on its wire, LED after LED, and knows what they show and draw.

It is no real strip. Datasheet WS2812B (Worldsemi): high for 0.4 us is 0, 0.8 us is 1, each 0.15 us more or less, and
low for the rest of 1.25 us; after more than 280 us of silence every LED shows what it got. 20 mA for each colour.
"""

from collections.abc import Callable, Iterable

Color = tuple[int, int, int]
RESET_US = 280
_TOLERANCE_NS = 150
_HIGH_NS = (400, 800)
_LOW_NS = (850, 450)
_FULL_MA, _IDLE_MA = 20, 1
DARK: Color = (0, 0, 0)


class Ws2812Strip:
    """LEDs on one wire, dark at first. on_change: called when what they show has changed.

    colors: red, green, blue of each LED. worst_ma: the most that the strip has drawn. bad: what pulses were not right.
    """

    def __init__(self, leds: int, *, on_change: Callable[[], None] | None = None) -> None:
        self.colors: list[Color] = [DARK] * leds
        self.worst_ma = 0.0
        self.bad: list[str] = []
        self._on_change = on_change
        self._quiet_since_us: int | None = None
        self._bits: list[int] = []

    @property
    def draws_ma(self) -> float:
        """What the LEDs draw now."""
        return len(self.colors) * _IDLE_MA + sum(sum(color) for color in self.colors) * _FULL_MA / 255

    def lit(self) -> set[int]:
        """Return the places, from 0, of the LEDs that are not dark."""
        return {at for at, color in enumerate(self.colors) if color != DARK}

    def send(self, at_us: int, timing_ns: tuple[int, int, int, int], data: bytes) -> None:
        """Take bytes, highest bit first, as the pulses of ``machine.bitstream``, which begin at a time of the chip."""
        high0, low0, high1, low1 = timing_ns
        pulses = [
            (high1, low1) if byte >> bit & 1 else (high0, low0) for byte in data for bit in (7, 6, 5, 4, 3, 2, 1, 0)
        ]
        self.pulses(at_us, pulses)

    def pulses(self, at_us: int, pulses: Iterable[tuple[int, int]]) -> None:
        """Take pulses, each high and then low for so many nanoseconds."""
        if self._quiet_since_us is None or at_us - self._quiet_since_us >= RESET_US:
            self._bits = []
        length_ns = 0
        for high_ns, low_ns in pulses:
            self._bits.append(self._bit(high_ns, low_ns))
            length_ns += high_ns + low_ns
        self._quiet_since_us = at_us + length_ns // 1000
        self._latch()

    def _bit(self, high_ns: int, low_ns: int) -> int:
        """Return what a pulse means; one that means nothing by the datasheet is noted, and read as the nearer."""
        bit = int(high_ns > sum(_HIGH_NS) / 2)
        if max(abs(high_ns - _HIGH_NS[bit]), abs(low_ns - _LOW_NS[bit])) > _TOLERANCE_NS:
            self.bad.append(f"a pulse of {high_ns} and {low_ns} ns is neither 0 nor 1")
        return bit

    def _latch(self) -> None:
        """Show what came; bits beyond the last LED leave the strip, and LEDs that got none stay as they are."""
        if len(self._bits) % 24:
            self.bad.append(f"{len(self._bits)} bits are no whole number of LEDs")
        before = list(self.colors)
        for led in range(min(len(self.colors), len(self._bits) // 24)):
            bits = self._bits[led * 24 : led * 24 + 24]
            green, red, blue = (int("".join(map(str, bits[at : at + 8])), 2) for at in (0, 8, 16))
            self.colors[led] = (red, green, blue)
        self.worst_ma = max(self.worst_ma, self.draws_ma)
        if self.colors != before and self._on_change:
            self._on_change()

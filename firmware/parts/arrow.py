"""An arrow of WS2812 LEDs (S25): which of its groups is lit, and how bright, within the current that is allowed.

Pulses are those of the WS2812B's datasheet: a bit is 1.25 us long, high for 0.4 us (0) or 0.8 us (1); green, red, blue.
"""

import asyncio

from machine import Pin, bitstream
from micropython import const

_TIMING_NS = (400, 850, 800, 450)
_REFRESH_MS = const(5000)
_IDLE_MA = const(1)
"""What a LED draws that is dark,"""

_CHANNEL_MA = const(20)
"""and each of its three colours at full light."""


class Arrow:
    """An arrow as the board file's part ``arrow`` describes it, dark at first."""

    def __init__(self, arrow):
        self._pin = Pin(arrow["pin"], Pin.OUT, value=0)
        self._board = arrow
        self._picture = self._level = None
        self._dots = bytearray(3 * arrow["leds"])
        self.refresh()

    def show(self, direction, level):
        """Light the group of a direction; None is dark. level: 0 to 15; None is full."""
        if (direction, level) != (self._picture, self._level):
            self._picture, self._level = direction, level
            self._draw()

    async def run(self):
        """Tell the LEDs everything again every few seconds, for ever: one that had no power has forgotten it."""
        while True:
            await asyncio.sleep_ms(_REFRESH_MS)
            self.refresh()

    def refresh(self):
        """Send all LEDs, which show what they got when the wire is still again."""
        bitstream(self._pin, 0, _TIMING_NS, self._dots)

    def _draw(self):
        dots, board = self._dots, self._board
        for at in range(len(dots)):
            dots[at] = 0
        spans = board["groups"].get(self._picture, ()) if self._picture else ()
        count = sum([last + 1 - first for first, last in spans])
        red, green, blue = board.get("color", (0, 255, 0))
        # In parts of 255 * 16: the level first, then what the current allows.
        share = 255 * (16 if self._level is None else self._level + 1)
        most_ma = count * _CHANNEL_MA * (red + green + blue) // 255
        room_ma = max(0, board.get("limit_ma", 500) - _IDLE_MA * board["leds"])
        if most_ma * share > room_ma * 4080:
            share = room_ma * 4080 // most_ma
        for first, last in spans:
            for at in range(3 * first, 3 * last + 3, 3):
                dots[at] = green * share // 4080
                dots[at + 1] = red * share // 4080
                dots[at + 2] = blue * share // 4080
        self.refresh()

"""Lamps in the key caps: on, off, and blinking all in step."""

import asyncio

from machine import Pin


class Lamps:
    """The lamps of a board, dark at first. lamps: the board file's part."""

    def __init__(self, lamps):
        self._lit_level = 1 if lamps.get("active", "high") == "high" else 0
        self._blink_ms = lamps.get("blink_ms", 250)
        dark = 1 - self._lit_level
        self._pins = {name: Pin(number, Pin.OUT, value=dark) for name, number in lamps["pins"].items()}
        self._states = {}
        self._is_lit_half = True

    def names(self):
        """Return the keys that have a lamp."""
        return self._pins

    def show(self, states):
        """Show these states, ``on`` or ``blink`` by lamp; what is not named goes out. Who begins to blink is lit."""
        if "blink" not in self._states.values():
            self._is_lit_half = True
        self._states = states
        self._draw()

    async def run(self):
        """Blink, for ever. A task that is there already costs a press no time, and one that is made then does."""
        while True:
            await asyncio.sleep_ms(self._blink_ms)
            self._is_lit_half = not self._is_lit_half
            self._draw()

    def _draw(self):
        for name, pin in self._pins.items():
            state = self._states.get(name)
            is_lit = state == "on" or (state == "blink" and self._is_lit_half)
            level = self._lit_level if is_lit else 1 - self._lit_level
            if pin.value() != level:
                pin.value(level)

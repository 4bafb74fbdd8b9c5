"""How a printer holds its node off: by its busy line (``cts``), or by XOFF and XON among its answers (``xon``).

A question is asked while the printer is busy too: without paper it is busy, and has to be able to say so.
"""

import asyncio
import time

from machine import Pin
from micropython import const

_LOOK_EVERY_MS = const(5)
_XOFF = const(0x13)


class Flow:
    """What a board file says of a printer's ``flow`` and ``cts``."""

    def __init__(self, printer):
        self._busy = Pin(printer["cts"], Pin.IN, Pin.PULL_UP) if printer["flow"] == "cts" else None
        self._is_held = False

    def hear(self, byte):
        """Take a byte of the printer's that is XON or XOFF, and no other."""
        self._is_held = byte == _XOFF

    def forget(self):
        """A printer that was busy too long need not say first that it is free."""
        self._is_held = False

    async def is_free(self, listen, limit_ms):
        """Return whether the printer takes bytes now, or within the limit. listen: takes in what it has said."""
        began = time.ticks_ms()
        while True:
            listen()
            if not (self._busy.value() if self._busy else self._is_held):
                return True
            if time.ticks_diff(time.ticks_ms(), began) >= limit_ms:
                return False
            await asyncio.sleep_ms(_LOOK_EVERY_MS)

"""Keys: a press counts at the first edge of its contact; step 1 of a press.

The key is then deaf until its contact has been released and quiet for settle_ms::

    contact  ____|‾|_|‾‾‾‾‾‾‾‾‾|_|‾|__________
    deaf     ____|‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾|_____
                 ^ press               <->  settle_ms
"""

import asyncio
import time

from machine import Pin
from micropython import const

_LOOK_EVERY_MS = const(5)


class Keys:
    """The keys of a board. keys: the board file's part. turn: what a press means now; None is nothing.

    The turn is taken in the interrupt, so a view that arrives between finger and program changes nothing.
    """

    def __init__(self, keys):
        is_low = keys.get("active", "low") == "low"
        self.turn = None
        self._pressed = asyncio.ThreadSafeFlag()
        self._settle_ms = keys.get("settle_ms", 20)
        self._keys = [_Key(self, name, pin, is_low) for name, pin in keys["pins"].items()]

    async def run(self, on_press):
        """Call on_press with key, turn and ``time.ticks_ms()`` of every press, for ever."""
        while True:
            await self._pressed.wait()
            for key in self._keys:
                if key.is_new:
                    key.is_new = False
                    on_press(key.name, key.turn, key.pressed_at)

    async def listen_again(self):
        """End the deafness of keys that are released and quiet, for ever.

        The contact is looked at as it is and not as the edges say: some of these get lost.
        """
        while True:
            is_quiet = True not in [key.is_deaf for key in self._keys]
            await asyncio.sleep_ms(self._settle_ms if is_quiet else _LOOK_EVERY_MS)
            now = time.ticks_ms()
            for key in self._keys:
                if key.is_deaf and not key.is_down() and time.ticks_diff(now, key.moved_at) >= self._settle_ms:
                    key.is_deaf = False

    def tell(self):
        """Wake who reports; called from an interrupt."""
        self._pressed.set()


class _Key:
    """One key and what its interrupts have found."""

    def __init__(self, keys, name, number, is_low):
        self.name = name
        self.is_new = False
        self.turn = None
        self.pressed_at = 0
        self.moved_at = 0
        self._keys = keys
        self._down_level = 0 if is_low else 1
        self._pin = Pin(number, Pin.IN, Pin.PULL_UP if is_low else Pin.PULL_DOWN)
        # A key that is held, or stuck, while the node starts is no press.
        self.is_deaf = self.is_down()
        self._pin.irq(self._edge, Pin.IRQ_FALLING | Pin.IRQ_RISING)

    def is_down(self):
        return self._pin.value() == self._down_level

    def _edge(self, _pin):
        self.moved_at = time.ticks_ms()
        if self.is_deaf:
            return
        self.is_deaf = True
        self.turn = self._keys.turn
        self.pressed_at = self.moved_at
        self.is_new = True
        self._keys.tell()

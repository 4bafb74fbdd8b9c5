"""A card on RS-485 that draws GBK text itself; `displays/card_text.py` explains its frames.

It is a panel as `parts.panel.Panel` is one, of text instead of dots. Names here are those of other modules, where that
is possible: a name more takes memory.
"""

import asyncio
import time

from machine import UART, Pin
from micropython import const

_LOOK_EVERY_MS = const(10)
_REFRESH_MS = const(5000)
"""A card that had no power is empty, and a disturbed frame is lost without a word; so it is told again."""

_GAP_MS = const(150)
"""A card hears no frame within 100 ms of the last; clocks differ."""


class Strip_card:  # noqa: N801  (called as the board file's driver)
    """A card as the board file's part ``panel`` describes it."""

    def __init__(self, panel):
        self.w = panel["w"]
        self._baud = panel.get("baud", 9600)
        self._out = bytes((0xAA, panel["address"], 0xBB, 0x51, 0x54))
        de = panel.get("de")
        self._cs = None if de is None else Pin(de, Pin.OUT, value=0)
        self._uart = UART(
            panel["uart"],
            baudrate=self._baud,
            tx=Pin(panel["tx"]),
            rx=Pin(panel["rx"]),
            txbuf=128,
            rxbuf=32,
            timeout=0,
        )
        self._picture = self._lost = (b"",)
        self._pace_ms = 0
        self._is_lost = False
        self._is_new = False

    def keep(self, picture, stale):
        """Take a view's texts instead of the last one's; None is empty. What is the same goes on flipping."""
        self._lost = _pages(stale)
        pages = _pages(picture)
        if pages != self._picture:
            self._picture = pages
            self._is_new = True
        self._pace_ms = picture.pace_ms if picture else 0

    def show(self, is_lost):
        """Show the view's text, or what it has for the time without a hub."""
        if is_lost != self._is_lost:
            self._is_lost = is_lost
            self._is_new = True

    def dim(self, _level):
        """Leave the card as bright as it is: no command for that is known."""

    async def run(self):
        """Send page after page, and again what is on show, for ever."""
        while True:
            self._is_new = False
            pages = self._lost[:1] if self._is_lost else self._picture
            pause_ms = self._pace_ms if len(pages) > 1 and self._pace_ms else _REFRESH_MS
            for page in pages:
                await self._send(page)
                began = time.ticks_ms()
                await asyncio.sleep_ms(_GAP_MS)
                while not self._is_new and time.ticks_diff(time.ticks_ms(), began) < pause_ms:
                    await asyncio.sleep_ms(_LOOK_EVERY_MS)
                if self._is_new:
                    break

    async def _send(self, page):
        """Send one line, and let go of the wires when its last bit is out."""
        size = self.w // 8
        data = b"\x01\x00\x99\x00\x63" + page + b" " * (size - len(page)) + b"\xff"
        data = self._out + bytes((sum(data) % 256,)) + data
        if self._cs:
            self._cs.value(1)
        self._uart.write(data)
        await asyncio.sleep_ms(len(data) * 10_000 // self._baud + 2)
        if self._cs:
            self._cs.value(0)


def _pages(picture):
    """Return the pages of a view's text, or one that is empty."""
    return bytes(picture.gbk).split(b"\f") if picture and picture.gbk else [b""]

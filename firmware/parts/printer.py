"""A thermal printer on a UART, asked before and after every slip (docs/protocol.md, "print").

Real-time status ``DLE EOT n`` and transmitted status ``GS r 1`` are Epson's (ESC/POS command reference). An answer to
the first is 0xx1xx10 in bits and comes at once; one to the second is 0xx0xxxx and comes when all before it is printed.
"""

import asyncio
import time

from machine import UART, Pin
from micropython import const

_ANSWER_MS = const(400)
_PAPER_MS = const(5000)
"""How long a printer may take over a slip beyond the time that its bytes take on the wire three times."""

_LOOK_EVERY_MS = const(5)
_BUFFER_BYTES = const(256)
_GS_R = b"\x1d\x72\x01"


class Printer:
    """A printer as the board file's part ``printer`` describes it."""

    def __init__(self, printer):
        self._baud = printer.get("baud", 9600)
        self._answers = printer.get("answers", True)
        self._uart = UART(
            printer["uart"],
            baudrate=self._baud,
            tx=Pin(printer["tx"]),
            rx=Pin(printer["rx"]),
            txbuf=_BUFFER_BYTES,
            rxbuf=_BUFFER_BYTES,
            timeout=0,
        )
        # A slip from before this start may still be under way in the printer.
        self._owes_answer = True

    async def check(self):
        """Return what is wrong with the printer, as one of the contract's words, or None when it is well."""
        if not self._answers:
            return None
        while self._uart.any():
            self._uart.read(self._uart.any())
        online = await self._status(1)
        stopped = await self._status(2) if online else None
        paper = await self._status(4) if stopped else None
        if not paper:
            return "no-answer"
        if stopped & 0x04:
            return "cover-open"
        if stopped & 0x20 or paper & 0x60:
            return "paper-out"
        if stopped & 0x40:
            return "cutter" if (await self._status(3) or 0) & 0x08 else "error"
        return "offline" if online & 0x08 else None

    async def put_out(self, chunks, size):
        """Print size bytes; return None when the printer says that they are out, or the contract's word for why not.

        chunks: the bytes in order, in pieces.
        """
        why = await self._prepare()
        if why:
            return why
        self._owes_answer = self._answers
        for chunk in chunks:
            await self._send(chunk)
        if not self._answers:
            await asyncio.sleep_ms(self._wire_ms(min(size, _BUFFER_BYTES)))
            return None
        await self._send(_GS_R)
        if await self._answer(0x90, 0x00, _PAPER_MS + 3 * self._wire_ms(size)) is None:
            return "in-doubt"
        self._owes_answer = False
        return None

    async def _prepare(self):
        """Return why nothing can be printed now, or None."""
        why = await self.check()
        if why or not self._owes_answer or not self._answers:
            return why
        # What a doubtful slip left in the printer comes out first; its late answer must not count for the next one.
        await self._send(_GS_R)
        if await self._answer(0x90, 0x00, _PAPER_MS) is None:
            return "no-answer"
        while await self._answer(0x90, 0x00, _ANSWER_MS) is not None:
            pass
        self._owes_answer = False
        return None

    async def _status(self, number):
        """Return the byte that answers DLE EOT number, asked twice if need be; None is silence. It is never 0."""
        for _ in range(2):
            await self._send(bytes((0x10, 0x04, number)))
            status = await self._answer(0x93, 0x12, _ANSWER_MS)
            if status is not None:
                return status
        return None

    async def _answer(self, mask, pattern, limit_ms):
        """Return the next byte from the printer that is of a pattern; None when none comes within the limit."""
        began = time.ticks_ms()
        while time.ticks_diff(time.ticks_ms(), began) < limit_ms:
            while self._uart.any():
                byte = self._uart.read(1)[0]
                if byte & mask == pattern:
                    return byte
            await asyncio.sleep_ms(_LOOK_EVERY_MS)
        return None

    async def _send(self, data):
        """Hand bytes to the UART as fast as it takes them."""
        while data:
            count = self._uart.write(data)
            if count is None:
                await asyncio.sleep_ms(_LOOK_EVERY_MS)
            else:
                data = data[count:]

    def _wire_ms(self, size):
        """Return how long so many bytes of ten bits take."""
        return size * 10_000 // self._baud

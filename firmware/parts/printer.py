"""A thermal printer on a UART, asked before and after every slip (docs/protocol.md, "print").

Real-time status ``DLE EOT n`` and transmitted status ``GS r 1`` are Epson's (ESC/POS command reference). An answer to the
first is 0xx1xx10 in bits and comes at once; one to the second is 0xx0xxxx and comes when all before it is printed.
"""

import asyncio

from machine import UART, Pin

ANSWER_MS = 400
PAPER_MS = 5000
"""How long a printer may take over a slip beyond the time that its bytes take on the wire three times."""

_GS_R = b"\x1d\x72\x01"
_BUFFER_BYTES = 256


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
        self._stream = asyncio.StreamWriter(self._uart)
        # A slip from before this start may still be under way in the printer.
        self._owes_answer = True

    async def check(self):
        """Return what is wrong with the printer, as one of the contract's words, or None when it is well."""
        if not self._answers:
            return None
        self._forget_input()
        online = await self._status(1)
        if online is None:
            return "no-answer"
        stopped = await self._status(2)
        paper = await self._status(4)
        if stopped is None or paper is None:
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
        if await self._answer(0x90, 0x00, PAPER_MS + 3 * self._wire_ms(size)) is None:
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
        if await self._answer(0x90, 0x00, PAPER_MS) is None:
            return "no-answer"
        while await self._answer(0x90, 0x00, ANSWER_MS) is not None:
            pass
        self._owes_answer = False
        return None

    async def _status(self, number):
        """Return the byte that answers DLE EOT number, asked twice if need be; None is silence."""
        for _ in range(2):
            await self._send(bytes((0x10, 0x04, number)))
            status = await self._answer(0x93, 0x12, ANSWER_MS)
            if status is not None:
                return status
        return None

    async def _answer(self, mask, pattern, limit_ms):
        """Return the next byte from the printer that is of a pattern; None when none comes within the limit."""
        try:
            return await asyncio.wait_for_ms(self._matching(mask, pattern), limit_ms)
        except asyncio.TimeoutError:
            return None

    async def _matching(self, mask, pattern):
        while True:
            byte = await self._stream.read(1)
            if byte and byte[0] & mask == pattern:
                return byte[0]

    async def _send(self, data):
        """Hand bytes to the UART as fast as it takes them."""
        self._stream.write(data)
        await self._stream.drain()

    def _forget_input(self):
        while self._uart.any():
            self._uart.read(self._uart.any())

    def _wire_ms(self, size):
        """Return how long so many bytes of ten bits take."""
        return size * 10_000 // self._baud

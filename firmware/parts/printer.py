"""A thermal printer on a UART, asked before and after every slip (docs/protocol.md, "print").

Real-time status ``DLE EOT n`` and transmitted status ``GS r 1`` are Epson's (ESC/POS command reference). An answer to
the first is 0xx1xx10 in bits and comes at once; one to the second is 0xx0xxxx and comes when all before it is printed.
XOFF (13) and XON (11) are neither, so that all four are told apart by their bits, whenever they come.
"""

import asyncio
import time

from machine import UART, Pin
from micropython import const

_ANSWER_MS = const(400)
_PAPER_MS = const(5000)
"""How long a printer may take over a slip beyond the time that its bytes take on the wire three times."""

_LOOK_EVERY_MS = const(5)
_ASK_EVERY_MS = const(700)
_BUFFER_BYTES = const(256)
_PIECE_BYTES = const(32)
"""So much is sent before the printer is asked again whether it is busy; printers say so while they have room for it."""

_REST_BYTES = const(1024)
_REST_BYTES_MAX = const(16384)
_BLIND_MS = const(2000)
"""How long a slip is given that no answer ends."""

_ALL = (1, 2, 4)
_ODD = {"xprinter-58": ((1, 4), True), "panel-58": ((4,), False)}
"""Of printers/profiles.toml: to which ``DLE EOT n`` a printer answers, and whether it answers ``GS r``."""

_GS_R = b"\x1d\x72\x01"
_CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""``DLE DC4 8``: forget at once what waits; printers that do not know it find nothing in it that prints."""

_CUT_OFF = b"\x1b@\x1dVB\x00\x1b@" + _GS_R
"""What a printer without a cutter may take for letters is gone with the second ``ESC @``."""


class Printer:
    """A printer as the board file's part ``printer`` describes it."""

    def __init__(self, printer):
        self._baud = printer.get("baud", 9600)
        self._answers = printer.get("answers", True)
        self._has_flow = printer.get("flow", "none") != "none"
        self._asks, self._finishes = _ODD.get(printer.get("profile"), (_ALL, True))
        # A question is asked while the printer is busy too: without paper it is busy, and has to be able to say so.
        self._busy = Pin(printer["cts"], Pin.IN, Pin.PULL_UP) if printer.get("flow") == "cts" else None
        self._uart = UART(
            printer["uart"],
            baudrate=self._baud,
            tx=Pin(printer["tx"]),
            rx=Pin(printer["rx"]),
            txbuf=_BUFFER_BYTES,
            rxbuf=_BUFFER_BYTES,
            timeout=0,
        )
        self._is_held = False
        self._status = None
        self._is_out = False
        # A slip from before this start may still be under way in the printer.
        self._owes_answer = self._answers
        # How much of a slip that was not done may lack in the printer and stand on its paper.
        self._rest = 0

    async def check(self):
        """Return what is wrong with the printer, as one of the contract's words, or None when it is well.

        What a doubtful slip has left in it is cut off first, so that the next slip is a paper of its own.
        """
        if not self._answers:
            return None
        why = await self._ask()
        if self._owes_answer and why in (None, "near-end") and not await self._cut_off():
            return "no-answer"
        return why

    async def put_out(self, chunks, size):
        """Print size bytes; return None when the printer says that they are out, or the contract's word for why not.

        chunks: the bytes in order, in pieces.
        """
        why = await self.check()
        if why not in (None, "near-end"):
            return why
        if not await self._is_free(_PAPER_MS):
            self._is_held = False
            return "offline"
        self._owes_answer = self._answers
        self._rest = _REST_BYTES
        until = time.ticks_add(time.ticks_ms(), _PAPER_MS + 3 * self._wire_ms(size))
        for chunk in chunks:
            if not await self._send(chunk, until):
                return await self._doubt()
        if not self._answers:
            await asyncio.sleep_ms(self._wire_ms(min(size, _BUFFER_BYTES)))
            return None
        self._is_out = False
        if not await self._send(_GS_R, until) or not await self._comes_out(until):
            return await self._doubt()
        self._rest = 0
        self._owes_answer = False
        return None

    async def _ask(self):
        online, stopped, paper = 0x12, 0x12, 0x12
        for number in self._asks:
            said = await self._answer_to(number)
            if said is None:
                return "no-answer"
            if number == 1:
                online = said
            elif number == 2:
                stopped = said
            else:
                paper = said
        if stopped & 0x04:
            return "cover-open"
        if stopped & 0x20 or paper & 0x60:
            return "paper-out"
        if stopped & 0x40:
            return "cutter" if (await self._answer_to(3) or 0) & 0x08 else "error"
        return "offline" if online & 0x08 else "near-end" if paper & 0x0C else None

    async def _cut_off(self):
        """Have what a doubtful slip left come out by itself; return whether the printer says that it has.

        Zeros first, which are nothing, or the rest of a command that was cut short. A late answer to the doubtful slip
        must not count for the next one.
        """
        until = time.ticks_add(time.ticks_ms(), _PAPER_MS + 3 * self._wire_ms(self._rest))
        rest, self._rest = self._rest, min(max(_REST_BYTES, 2 * self._rest), _REST_BYTES_MAX)
        for _ in range(rest // _PIECE_BYTES):
            if not await self._send(bytes(_PIECE_BYTES), until):
                return False
        self._is_out = False
        if not await self._send(_CUT_OFF if rest else _GS_R, until) or not await self._comes_out(until):
            return False
        while self._is_out:
            self._is_out = False
            await self._hear(_ANSWER_MS)
        self._rest = 0
        self._owes_answer = False
        return True

    async def _doubt(self):
        """Nobody can know what came out; what has not, must not come later."""
        self._is_held = False
        await self._send(_CLEAR)
        return "in-doubt"

    async def _comes_out(self, until):
        """Return whether all has been printed; give up at that moment, or when the printer says that it has stopped."""
        if not self._finishes:
            await asyncio.sleep_ms(_BLIND_MS)
            return await self._ask() in (None, "near-end")
        while time.ticks_diff(until, time.ticks_ms()) > 0:
            await self._hear(_ASK_EVERY_MS)
            if self._is_out:
                # A line whose other end has lost its power reads as a zero, which is what GS r is answered by.
                # Asked once and waited for long: who has had no power meanwhile does not know of the question.
                return await self._answer_to(self._asks[0], 1, 2 * _ANSWER_MS) is not None
            if await self._ask() in ("paper-out", "cover-open", "cutter", "error") and not self._is_out:
                return False
        return False

    async def _answer_to(self, number, times=2, limit_ms=_ANSWER_MS):
        """Return the byte that answers DLE EOT number, asked so often if need be; None is silence. It is never 0."""
        self._listen()
        for _ in range(times):
            self._status = None
            await self._send(bytes((0x10, 0x04, number)))
            await self._hear(limit_ms, False)
            if self._status is not None:
                break
        return self._status

    async def _hear(self, limit_ms, for_paper=True):
        """Listen until there is an answer to GS r, or else to DLE EOT, or for so long."""
        began = time.ticks_ms()
        self._listen()
        while not self._is_out if for_paper else self._status is None:
            if time.ticks_diff(time.ticks_ms(), began) >= limit_ms:
                return
            await asyncio.sleep_ms(_LOOK_EVERY_MS)
            self._listen()

    def _listen(self):
        while self._uart.any():
            byte = self._uart.read(1)[0]
            if byte & 0x93 == 0x12:
                self._status = byte
            elif byte & 0x90 == 0:
                self._is_out = True
            elif byte & 0xFD == 0x11:
                self._is_held = byte == 0x13

    async def _is_free(self, limit_ms):
        """Return whether the printer takes bytes now, or within the limit."""
        began = time.ticks_ms()
        while self._has_flow:
            self._listen()
            if not (self._busy.value() if self._busy else self._is_held):
                break
            if time.ticks_diff(time.ticks_ms(), began) >= limit_ms:
                return False
            await asyncio.sleep_ms(_LOOK_EVERY_MS)
        return True

    async def _send(self, data, until=None):
        """Hand bytes to the UART as fast as it takes them, and as the printer does where until is given.

        Return whether it has taken them all before that moment.
        """
        is_paced = self._has_flow and until is not None
        while data:
            if is_paced and not await self._is_free(time.ticks_diff(until, time.ticks_ms())):
                return False
            count = self._uart.write(data[:_PIECE_BYTES] if is_paced else data)
            if count is None:
                await asyncio.sleep_ms(_LOOK_EVERY_MS)
                continue
            data = data[count:]
            if is_paced:
                await asyncio.sleep_ms(self._wire_ms(count) + 1)
        return True

    def _wire_ms(self, size):
        """Return how long so many bytes of ten bits take."""
        return size * 10_000 // self._baud

"""A thermal printer on a UART, asked before and after every slip (docs/protocol.md, "print").

Real-time status ``DLE EOT n`` and transmitted status ``GS r 1`` are Epson's (ESC/POS command reference). An answer to
the first is 0xx1xx10 in bits and comes at once; one to the second is 0xx0xxxx and comes when all before it is printed.
XOFF (13) and XON (11) are neither, so that all four are told apart by their bits, whenever they come.
"""

import asyncio
import time

from micropython import const

_ANSWER_MS = const(400)
_PAPER_MS = const(5000)
"""How long a printer may take over a slip beyond the time that its bytes take on the wire three times."""

_LOOK_EVERY_MS = const(5)
_ASK_EVERY_MS = const(700)
BUFFER_BYTES = const(256)
_PIECE_BYTES = const(32)
"""So much is sent before the printer is asked again whether it is busy; printers say so while they have room for it."""

_REST_BYTES = const(1024)
_REST_BYTES_MAX = const(16384)
_BLIND_MS = const(2000)
"""How long a slip is given that no answer ends."""

_GS_R = b"\x1d\x72\x01"
_CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""``DLE DC4 8``: forget at once what waits; printers that do not know it find nothing in it that prints."""

_CUT_OFF = b"\x1b@\x1dVB\x00\x1b@" + _GS_R
"""What a printer without a cutter may take for letters is gone with the second ``ESC @``."""


class Printer:
    """A printer on its line.

    byte_us: what a byte takes on the wire. asks: to which ``DLE EOT n`` it answers, in order; one that answers 4 alone
    has no ``GS r``, one that answers none says nothing. flow: a `parts.flow.Flow`, None where it never holds off.
    """

    def __init__(self, uart, byte_us, asks, flow):
        self._uart = uart
        self._byte_us = byte_us
        self._asks = asks
        self._flow = flow
        self._status = 0
        self._is_out = False
        # How much of a slip that was not done may lack in the printer and stand on its paper, None after one that was
        # done. One from before this start may still be under way.
        self._rest = 0

    async def check(self):
        """Return what is wrong with the printer, as one of the contract's words, or None when it is well.

        What a doubtful slip has left in it is cut off first, so that the next slip is a paper of its own.
        """
        if not self._asks:
            return None
        why = await self._ask()
        if self._rest is not None and why in (None, "near-end") and not await self._cut_off():
            return "no-answer"
        return why

    async def put_out(self, chunks, size):
        """Print size bytes; return None when the printer says that they are out, or the contract's word for why not.

        chunks: the bytes in order, in pieces.
        """
        why = await self.check()
        if why not in (None, "near-end"):
            return why
        if self._flow and not await self._flow.is_free(self._listen, _PAPER_MS):
            self._flow.forget()
            return "offline"
        self._rest = _REST_BYTES
        until = time.ticks_add(time.ticks_ms(), _PAPER_MS + 3 * size * self._byte_us // 1000)
        for chunk in chunks:
            if not await self._send(chunk, until):
                break
        else:
            if not self._asks:
                await asyncio.sleep_ms(BUFFER_BYTES * self._byte_us // 1000)
                return None
            if await self._ends(_GS_R, until):
                return None
        # Nobody can know what came out; what has not, must not come later.
        if self._flow:
            self._flow.forget()
        await self._send(_CLEAR)
        return "in-doubt"

    async def _ask(self):
        said = bytearray(5)
        for number in self._asks:
            said[number] = await self._answer_to(number)
            if not said[number]:
                return "no-answer"
        if said[2] & 0x04:
            return "cover-open"
        if said[2] & 0x20 or said[4] & 0x60:
            return "paper-out"
        if said[2] & 0x40:
            return "cutter" if await self._answer_to(3) & 0x08 else "error"
        return "offline" if said[1] & 0x08 else "near-end" if said[4] & 0x0C else None

    async def _cut_off(self):
        """Have what a doubtful slip left come out by itself; return whether the printer says that it has.

        Zeros first, which are nothing, or the rest of a command that was cut short. A late answer to the doubtful slip
        must not count for the next one.
        """
        until = time.ticks_add(time.ticks_ms(), _PAPER_MS + 3 * self._rest * self._byte_us // 1000)
        rest, self._rest = self._rest, min(max(_REST_BYTES, 2 * self._rest), _REST_BYTES_MAX)
        for _ in range(rest // _PIECE_BYTES):
            if not await self._send(bytes(_PIECE_BYTES), until):
                return False
        if not await self._ends(_CUT_OFF if rest else _GS_R, until):
            return False
        while self._is_out:
            self._is_out = False
            await self._hear(_ANSWER_MS)
        return True

    async def _ends(self, data, until):
        """Send the last bytes, which ask for an answer; return whether all that was sent is on paper.

        It gives up at that moment, or when the printer says that it has stopped.
        """
        self._is_out = False
        is_done = False
        if not await self._send(data, until):
            return False
        if len(self._asks) == 1:
            await asyncio.sleep_ms(_BLIND_MS)
            is_done = await self._ask() in (None, "near-end")
        while len(self._asks) > 1 and time.ticks_diff(until, time.ticks_ms()) > 0:
            await self._hear(_ASK_EVERY_MS)
            if self._is_out:
                # A line whose other end has lost its power reads as a zero, which is what GS r is answered by.
                # Asked once and waited for long: who has had no power meanwhile does not know of the question.
                is_done = bool(await self._answer_to(self._asks[0], 1))
                break
            if await self._ask() in ("paper-out", "cover-open", "cutter", "error") and not self._is_out:
                break
        if is_done:
            self._rest = None
        return is_done

    async def _answer_to(self, number, times=2):
        """Return the byte that answers DLE EOT number, asked so often if need be; 0 is silence, which no answer is."""
        self._listen()
        self._status = 0
        while times and not self._status:
            times -= 1
            await self._send(bytes((0x10, 0x04, number)))
            await self._hear(_ANSWER_MS if times else 2 * _ANSWER_MS, False)
        return self._status

    async def _hear(self, limit_ms, for_paper=True):
        """Listen until there is an answer to GS r, or else to DLE EOT, or for so long."""
        began = time.ticks_ms()
        self._listen()
        while not (self._is_out if for_paper else self._status):
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
            elif self._flow and byte & 0xFD == 0x11:
                self._flow.hear(byte)

    async def _send(self, data, until=None):
        """Hand bytes to the UART as fast as it takes them, and as the printer does where until is given.

        Return whether it has taken them all before that moment.
        """
        flow = None if until is None else self._flow
        while data:
            if flow and not await flow.is_free(self._listen, time.ticks_diff(until, time.ticks_ms())):
                return False
            count = self._uart.write(data[:_PIECE_BYTES] if flow else data)
            if count is None:
                await asyncio.sleep_ms(_LOOK_EVERY_MS)
                continue
            data = data[count:]
            if flow:
                await asyncio.sleep_ms(count * self._byte_us // 1000 + 1)
        return True

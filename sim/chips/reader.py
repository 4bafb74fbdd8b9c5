"""A model of an identity card reader (SAM_V) on a serial line: real frames at the line's pace, and a card of nobody.

It is not a real reader: the people on its cards do not exist. Frames and statuses: the makers' "SAM_V 通信协议".
"""

import asyncio
import random
from collections.abc import Callable
from functools import reduce
from operator import xor

START = b"\xaa\xaa\xaa\x96\x69"
FIND, SELECT, READ = b"\x20\x01", b"\x20\x02", b"\x30\x01"
DONE, FOUND, NO_CARD, NOT_SELECTED, NOT_READ = 0x90, 0x9F, 0x80, 0x81, 0x41
BAD_CHECK, UNKNOWN = 0x10, 0x21
PICTURE_BYTES = 1024
NAME, ADDRESS = "王小明", "广西南宁市青秀区民族大道一号"
"""What stands on every card, and must not be found anywhere else."""
_FIELDS = ((NAME, 30), ("1", 2), ("01", 4), ("19900307", 16), (ADDRESS, 70))
_LATER_FIELDS = (("南宁市公安局", 30), ("20200101", 16), ("20400101", 16), ("", 36))
_CHUNK_BYTES = 16
_CARD_S = 0.05
"""How long the radio takes with a card before the answer begins."""


def framed(content: bytes) -> bytes:
    """Return a request's command, or an answer's status and data, as the frame that travels."""
    counted = (len(content) + 1).to_bytes(2, "big") + content
    return START + counted + bytes([reduce(xor, counted)])


def card_text(number: str) -> bytes:
    """Return the 256 bytes of text on a card with this identity number."""
    fields = (*_FIELDS, (number, 36), *_LATER_FIELDS)
    return b"".join(text.ljust(size // 2).encode("utf-16-le") for text, size in fields)


class ReaderChip:
    """A reader between its line and the card on it.

    baud: of the line, None takes no time at all. reply: called with the reader's bytes. finds_again: whether a card
    that was read is found again while it stays; many readers want it lifted first. broken: so many of the next
    answers carry a wrong check byte. silent: without power. asked: how many requests came, reads: how many cards went
    out whole.
    """

    def __init__(self, *, baud: int | None, reply: Callable[[bytes], None]) -> None:
        self.finds_again = True
        self.broken = 0
        self.silent = False
        self.asked = 0
        self.reads = 0
        self._baud = baud
        self._reply = reply
        self._random = random.Random(baud)  # noqa: S311  (noise and pictures, no secrets)
        self._number: str | None = None
        self._is_selected = False
        self._is_read = False
        self._input = b""
        self._output = b""
        self._sending: asyncio.TimerHandle | None = None

    def lay(self, number: str | None) -> None:
        """Lay a card with this identity number on the reader; None takes it off."""
        self._number = number
        self._is_selected = self._is_read = False

    def wake(self) -> None:
        """Get power: what the line does then is nothing that was said."""
        self._input = b""
        self._say(START[:4] + self._random.randbytes(9) + START[:2], 0.0)

    def receive(self, data: bytes) -> None:
        """Take bytes from the line, and answer every whole request."""
        self._input += data
        while (at := self._input.find(START)) >= 0 and len(self._input) >= at + 7:
            end = at + 7 + int.from_bytes(self._input[at + 5 : at + 7], "big")
            if len(self._input) < end:
                return
            counted, self._input = self._input[at + 5 : end], self._input[end:]
            self.asked += 1
            self._answer(b"" if reduce(xor, counted) else counted[2:-1])

    async def close(self) -> None:
        """Say nothing any more; may be called twice."""
        self._output = b""
        if self._sending:
            self._sending.cancel()
            self._sending = None

    def _answer(self, request: bytes) -> None:
        answer = {FIND: self._find, SELECT: self._select, READ: self._read}.get(request)
        status, data = answer() if answer else (UNKNOWN if request else BAD_CHECK, b"")
        frame = framed(bytes([0, 0, status]) + data)
        if self.broken:
            self.broken -= 1
            frame = frame[:-1] + bytes([frame[-1] ^ 0x40])
        elif request == READ and status == DONE:
            self.reads += 1
        self._say(frame, _CARD_S if self._baud else 0.0)

    def _find(self) -> tuple[int, bytes]:
        self._is_selected = False
        if self._number is None or (self._is_read and not self.finds_again):
            return NO_CARD, b""
        return FOUND, bytes(4)

    def _select(self) -> tuple[int, bytes]:
        if self._number is None:
            return NOT_SELECTED, b""
        self._is_selected = True
        return DONE, bytes(8)

    def _read(self) -> tuple[int, bytes]:
        if self._number is None or not self._is_selected:
            return NOT_READ, b""
        self._is_read = True
        text = card_text(self._number)
        sizes = len(text).to_bytes(2, "big") + PICTURE_BYTES.to_bytes(2, "big")
        return DONE, sizes + text + self._random.randbytes(PICTURE_BYTES)

    def _say(self, data: bytes, after_s: float) -> None:
        if self.silent:
            return
        self._output += data
        if not self._sending:
            self._sending = asyncio.get_running_loop().call_later(after_s, self._send)

    def _send(self) -> None:
        """Send as much as the line takes meanwhile."""
        self._sending = None
        size = _CHUNK_BYTES if self._baud else len(self._output)
        data, self._output = self._output[:size], self._output[size:]
        self._reply(data)
        if self._output and self._baud:
            self._sending = asyncio.get_running_loop().call_later(len(data) * 10 / self._baud, self._send)

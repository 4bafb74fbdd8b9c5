"""An identity card reader on a UART; all that leaves it is a keyed hash of a number (docs/protocol.md, "identity").

The reader is a SAM_V module, as in every Chinese reader of resident identity cards; its makers publish the frames
("SAM_V 通信协议")::

    request  AA AA AA 96 69, length (2), command (2), check
    answer   AA AA AA 96 69, length (2), status (3), data, check

Length counts what follows it, check is the XOR of all bytes between the start and itself.
"""

import asyncio
import binascii
import sys
import time

from machine import UART, Pin
from micropython import const

_START = b"\xaa\xaa\xaa\x96\x69"
_FOUND = const(0x9F)
_DONE = const(0x90)
_NO_CARD = const(0x80)

_NUMBER_AT = const(136)
"""Start, length and status; the lengths of text and picture; name, sex, nation, birth and address; then the number."""

_NUMBER_BYTES = const(36)
_BUFFER_BYTES = const(512)
"""Not above 1024: the picture follows the text, and goes over it in the UART's buffer."""

_LOOK_EVERY_MS = const(300)
_ANSWER_MS = const(400)
_CARD_MS = const(3000)


class Reader:
    """A reader as the board file's part ``reader`` describes it; idle until it is told to await a card.

    Names here are those that other modules have already, where that is possible: a name more takes memory, and one too
    many takes 7 KB at once.
    """

    def __init__(self, reader):
        self.key = None
        self.turn = None
        self._uart = UART(
            reader["uart"],
            baudrate=reader.get("baud", 115200),
            tx=Pin(reader["tx"]),
            rx=Pin(reader["rx"]),
            txbuf=32,
            rxbuf=_BUFFER_BYTES,
            timeout=0,
        )
        self._buffer = bytearray(64)
        self._number = bytearray(_NUMBER_BYTES)
        self._misses = 0
        self._is_told = False

    def keep(self, key, turn):
        """Await a card. key: the secret of 32 bytes; None is no card. turn: what a card means now; None is nothing."""
        self.key, self.turn = key, turn
        if key is None:
            self._is_told = False

    async def run(self, tell):
        """Call tell with who and turn of every card that is laid on while one is awaited, for ever."""
        while True:
            await asyncio.sleep_ms(_LOOK_EVERY_MS)
            turn = self.turn
            status = None if self.key is None or turn is None else await self._ask(0x20, 0x01, _ANSWER_MS)
            if status == _NO_CARD:
                self._misses += 1
                # One time is a hand that moves.
                if self._misses >= 2:
                    self._is_told = False
            elif status == _FOUND:
                self._misses = 0
                who = None if self._is_told else await self._who()
                if who and self.key is not None and self.turn is not None:
                    self._is_told = True
                    tell(who, turn)

    async def _who(self):
        """Return who the card names; None where it cannot be read, has no number, or is awaited no longer."""
        if await self._ask(0x20, 0x02, _ANSWER_MS) != _DONE:
            return None
        try:
            for _ in range(3):
                if await self._ask(0x30, 0x01, _CARD_MS) == _DONE:
                    return self._hashed()
            return None
        finally:
            for memory in (self._number, self._buffer):
                for at in range(len(memory)):
                    memory[at] = 0

    async def _ask(self, command, number, limit_ms):
        """Return the last byte of the status that a command is answered with; None is silence, or a broken answer.

        Of all data, only what may be a card's number is kept.
        """
        data, at, end, check, status = self._buffer, 0, 0, 0, None
        while self._uart.readinto(data):
            pass
        self._uart.write(_START + bytes((0, 3, command, number, 3 ^ command ^ number)))
        began = time.ticks_ms()
        while time.ticks_diff(time.ticks_ms(), began) < limit_ms:
            count = self._uart.readinto(data)
            if not count:
                await asyncio.sleep_ms(5)
                continue
            for byte in memoryview(data)[:count]:
                if at < 5:
                    at, end, check = _start(at, byte), 0, 0
                    continue
                check ^= byte
                if at < 7:
                    end = end << 8 | byte
                elif at == 9:
                    status = byte
                elif _NUMBER_AT <= at < _NUMBER_AT + _NUMBER_BYTES:
                    self._number[at - _NUMBER_AT] = byte
                at += 1
                if at > 10 and at == end + 7:
                    return None if check else status
        return None

    def _hashed(self):
        """Return the first half of HMAC-SHA256 (RFC 2104) of the number, in hexadecimal; None is a card without one."""
        number, key = self._number, self.key
        for at in range(0, _NUMBER_BYTES, 2):
            byte = number[at]
            is_good = 0x30 <= byte <= 0x39 or (byte == 0x58 and at == _NUMBER_BYTES - 2)
            if key is None or number[at + 1] or not is_good:
                return None
            number[at // 2] = byte
        # Loaded for each card and then forgotten: memory is scarcer than the moment that it takes.
        from keyed import hmac

        del sys.modules["keyed"]
        return binascii.hexlify(hmac(key, (memoryview(number)[: _NUMBER_BYTES // 2],))[:16]).decode()


def _start(at, byte):
    """Return how much of an answer's start there is, after this byte; a fourth AA may be the third of a start."""
    if byte == _START[at]:
        return at + 1
    return at if at == 3 and byte == 0xAA else int(byte == 0xAA)

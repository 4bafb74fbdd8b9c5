"""An identity card reader on a Raspberry Pi's serial port; all that leaves it is a keyed hash of a card's number (S9).

The frames are those of SAM_V modules, as `firmware/parts/reader.py` explains them.
"""

import hmac
import re
import time
from collections.abc import Callable
from functools import partial, reduce
from operator import xor
from typing import Protocol, cast

from hardware.board import BoardError, SerialReader, UartReader

READ_S = 0.02
"""The time-out of a read."""
ANSWER_S = 0.4
CARD_S = 3.0
TRIES = 3

_START = b"\xaa\xaa\xaa\x96\x69"
_FIND = _START + b"\x00\x03\x20\x01\x22"
_SELECT = _START + b"\x00\x03\x20\x02\x21"
_READ = _START + b"\x00\x03\x30\x01\x32"
_FOUND, _DONE, _NO_CARD = 0x9F, 0x90, 0x80
_HEAD_BYTES = 7
_STATUS_AT = 9
_NUMBER_AT, _NUMBER_BYTES = 136, 36
_ANSWER_MAX = 2560
_IN_UTF_16 = re.compile(rb"(?:[0-9]\0){17}[0-9X]\0")


class ReaderNotFoundError(OSError):
    """No reader is where the board file says; the sentence says what to look at."""


class Port(Protocol):
    """What is used of pyserial: bytes out, what has come in within the time-out, and forgetting what has come."""

    def write(self, data: bytes, /) -> int | None: ...
    def read(self, size: int, /) -> bytes: ...
    def reset_input_buffer(self) -> None: ...
    def close(self) -> None: ...


def open_port(board: SerialReader) -> Port:
    """Return a reader's serial port, opened; raise ReaderNotFoundError."""
    try:
        import serial  # type: ignore[import-untyped]  # comes with the drivers of a Raspberry Pi only
    except ImportError as error:
        raise ReaderNotFoundError(
            "the card reader needs pyserial; install the drivers with pip install 'lintel[pi]'"
        ) from error
    try:
        return cast(Port, serial.Serial(board.port, baudrate=board.baud, timeout=READ_S, write_timeout=1.0))
    except (OSError, ValueError) as error:
        raise ReaderNotFoundError(
            f"no card reader at {board.port}: {error}; look at its cable, power and name"
        ) from error


class CardReader:
    """A reader on a serial port that may be unplugged; calls block, and raise OSError where the port fails.

    open_now: opens the port; called when it is needed, and again after it has failed. Nothing of a card is kept.
    """

    def __init__(self, open_now: Callable[[], Port]) -> None:
        self._open_now = open_now
        self._port: Port | None = None

    def has_card(self) -> bool | None:
        """Return whether a card lies there; None is no answer, which says neither."""
        return {_FOUND: True, _NO_CARD: False}.get(_status(self._ask(_FIND, ANSWER_S)))

    def who(self, key: bytes) -> str | None:
        """Return the first half of HMAC-SHA256 of the card's number under this key, in hexadecimal.

        None where the card cannot be read, or has no number of 18 letters.
        """
        if _status(self._ask(_SELECT, ANSWER_S)) != _DONE:
            return None
        for _ in range(TRIES):
            answer = self._ask(_READ, CARD_S)
            try:
                if _status(answer) == _DONE:
                    return _hashed(answer, key)
            finally:
                answer[:] = bytes(len(answer))
        return None

    def close(self) -> None:
        """Let go of the port; may be called twice."""
        port, self._port = self._port, None
        if port:
            port.close()

    def _ask(self, request: bytes, limit_s: float) -> bytearray:
        """Return the whole answer to a request, from its start to its check; empty is silence, or a broken answer."""
        try:
            if self._port is None:
                self._port = self._open_now()
            self._port.reset_input_buffer()
            self._port.write(request)
            return _answer(self._port, limit_s)
        except OSError:
            self.close()
            raise


def card_reader(board: UartReader | SerialReader) -> CardReader:
    """Return the driver of a board's reader, which opens its port when it is needed; raise BoardError for a UART."""
    if isinstance(board, UartReader):
        raise BoardError("a Raspberry Pi's reader is on a port: name it, with driver serial, not uart")
    return CardReader(partial(open_port, board))


def _answer(port: Port, limit_s: float) -> bytearray:
    deadline_s = time.monotonic() + limit_s
    came = bytearray()
    while time.monotonic() < deadline_s:
        came += port.read(max(1, _missing(came)))
        del came[: _noise(came)]
        if _missing(came) <= 0:
            return came if reduce(xor, came[len(_START) :]) == 0 else bytearray()
    came[:] = bytes(len(came))
    return bytearray()


def _noise(came: bytearray) -> int:
    """Return how many bytes at the beginning cannot be part of an answer."""
    at = came.find(_START)
    while at >= 0 and len(came) >= at + _HEAD_BYTES and not _STATUS_AT + 2 <= _end(came, at) <= _ANSWER_MAX:
        at = came.find(_START, at + 1)
    return at if at >= 0 else max(0, len(came) - len(_START) + 1)


def _missing(came: bytearray) -> int:
    """Return how many bytes an answer that begins here still lacks, as far as can be known."""
    return (_HEAD_BYTES if len(came) < _HEAD_BYTES else _end(came, 0)) - len(came)


def _end(came: bytearray, at: int) -> int:
    return _HEAD_BYTES + int.from_bytes(came[at + 5 : at + 7], "big")


def _status(answer: bytearray) -> int:
    """Return the last byte of an answer's status; 0, which is none, where there is no answer."""
    return answer[_STATUS_AT] if len(answer) > _STATUS_AT else 0


def _hashed(answer: bytearray, key: bytes) -> str | None:
    number = answer[_NUMBER_AT : _NUMBER_AT + _NUMBER_BYTES]
    try:
        if not _IN_UTF_16.fullmatch(number):
            return None
        del number[1::2]
        return hmac.digest(key, number, "sha256")[:16].hex()
    finally:
        number[:] = bytes(len(number))

"""The line between a driver in a thread and the card reader's model on the event loop."""

import asyncio
import threading

from hardware.card_reader import READ_S
from sim.chips.reader import ReaderChip


class ReaderLine:
    """A serial port as pyserial's, with a reader at its end."""

    def __init__(self, *, baud: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._came = threading.Condition()
        self._input = bytearray()
        self.chip = ReaderChip(baud=baud, reply=self._take)

    def opened(self) -> "ReaderLine":
        """Return itself, as an open port whose reader has just got its power."""
        self._loop.call_soon_threadsafe(self.chip.wake)
        return self

    def write(self, data: bytes) -> int:
        """Send bytes."""
        self._loop.call_soon_threadsafe(self.chip.receive, bytes(data))
        return len(data)

    def read(self, size: int) -> bytes:
        """Return so many bytes, or what has come within the time-out."""
        with self._came:
            self._came.wait_for(lambda: len(self._input) >= size, READ_S)
            data = bytes(self._input[:size])
            del self._input[:size]
        return data

    def reset_input_buffer(self) -> None:
        """Forget what has come."""
        with self._came:
            self._input.clear()

    def close(self) -> None:
        """The line belongs to the test; a driver that lets go of it leaves it as it is."""

    def _take(self, data: bytes) -> None:
        with self._came:
            self._input += data
            self._came.notify_all()

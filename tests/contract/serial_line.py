"""The line between python-escpos in a thread and the printer's model on the event loop; every byte is recorded."""

import asyncio
import threading
from collections.abc import Callable

from sim.chips.printer import PrinterChip
from sim.paper import Slip

READ_S = 0.05
"""The time-out of a read."""


class SerialLine:
    """An open transport of python-escpos as far as it is used: bytes out, and bytes in with a time-out.

    answers: whether the printer's own line is wired back.
    """

    def __init__(self, *, baud: int, answers: bool, on_slip: Callable[[Slip], None]) -> None:
        self.answers = answers
        self.sent = bytearray()
        self._loop = asyncio.get_running_loop()
        self._came = threading.Condition()
        self._input = bytearray()
        self.chip = PrinterChip(baud=baud, reply=self._take, on_slip=on_slip)

    def _take(self, data: bytes) -> None:
        if self.answers:
            with self._came:
                self._input += data
                self._came.notify_all()

    def _raw(self, msg: bytes) -> None:
        """Send bytes, as python-escpos names it."""
        self.sent += msg
        self._loop.call_soon_threadsafe(self.chip.receive, bytes(msg))

    def _read(self) -> bytes:
        """Return what has come, waiting for it as long as a serial port's time-out."""
        with self._came:
            self._came.wait_for(lambda: self._input, READ_S)
            data = bytes(self._input)
            self._input.clear()
        return data

    def is_busy(self) -> bool:
        """Look at the printer's busy line from the driver's thread: as it is, however late the model's loop comes."""
        return asyncio.run_coroutine_threadsafe(self._look(), self._loop).result()

    async def _look(self) -> bool:
        """A printer has taken in what was sent before somebody looks, which the loop's timers may not have yet."""
        self.chip._arrive()
        return self.chip._fill.is_busy

    def close(self) -> None:
        """The line belongs to the test; a driver that lets go of it leaves it as it is."""

"""What lies between a sender's UART and the printer's mind: a wire that takes its time, a buffer that gets full."""

from collections.abc import Callable
from typing import Literal

Flow = Literal["none", "cts", "xon", "hardware"]
"""How a busy printer holds its sender off: not at all; by a line that the sender looks at; by bytes; by a line that the
sender's UART obeys by itself, so that the wire stands still."""
XON, XOFF = b"\x11", b"\x13"
BUSY_ROOM = 256
"""A printer says that it is busy while there is room for so much yet, since a sender may not stop at once."""


class Wire:
    """Bytes under way. baud: None takes no time. now: seconds of a clock."""

    def __init__(self, *, baud: int | None, now: Callable[[], float]) -> None:
        self._byte_s = 10 / baud if baud else 0.0
        self._now = now
        self._began_s = 0.0
        self._data = bytearray()

    @property
    def waiting(self) -> int:
        """How many bytes have not arrived."""
        return len(self._data)

    @property
    def rest_s(self) -> float:
        """How long the rest takes."""
        return self._began_s + len(self._data) * self._byte_s - self._now() if self._byte_s else 0.0

    def send(self, data: bytes) -> None:
        """Let bytes go after those that are under way."""
        if not self._data and self._byte_s:
            self._began_s = self._now()
        self._data += data

    def take(self, limit: int) -> bytes:
        """Return what has arrived by now, at most so much; a sender that is held off goes on from now."""
        due = len(self._data)
        if self._byte_s:
            due = min(due, int((self._now() - self._began_s) / self._byte_s + 0.5))
        count = min(due, limit)
        self._began_s = self._now() if count < due else self._began_s + count * self._byte_s
        data = bytes(self._data[:count])
        del self._data[:count]
        return data

    def clear(self) -> None:
        """Nobody listens any more."""
        self._data.clear()


class Fill:
    """Tells when a buffer is nearly full and when it has room again. on_busy: told of every change."""

    def __init__(self, *, size: int, on_busy: Callable[[bool], None]) -> None:
        self.is_busy = False
        self._on_busy = on_busy
        self._full = size - min(BUSY_ROOM, size // 4)
        self._free = size // 2

    def see(self, waiting: int, *, is_stopped: bool) -> None:
        """Look at how many bytes wait in the buffer. is_stopped: a printer that cannot print is busy too."""
        self.set(is_stopped or waiting >= (self._free + 1 if self.is_busy else self._full))

    def set(self, is_busy: bool) -> None:
        """Be busy or not, and say so where that is new."""
        if is_busy != self.is_busy:
            self.is_busy = is_busy
            self._on_busy(is_busy)

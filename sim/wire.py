"""The frames between a simulated node's chip and what is wired to it; step 1 of a press.

The chip is `sim/fake/machine.py` in the node's process, the wiring is `sim/node.py`. Both ends of one TCP connection
send frames of a kind, a unit (pin or bus), a length of two bytes, highest first, and as many bytes; so all levels and
bytes arrive in the order in which they happened.

====  ======  =====================================================================================================
kind  from    unit and bytes
====  ======  =====================================================================================================
M     chip    pin; 0 makes it an input, which is answered by P and N, 1 an output, 3 an open drain; its pull: 0, 1 up,
              2 down; its level
P     chip    pin; the level that it drives; that of an open drain, where 1 is to let go, is answered by a Q
W     chip    pin; a square wave: hertz in four bytes, share of the time that it is high in two
S     chip    SPI bus that is opened; clock pin, data pin, mode (and 4 if it takes a pin for input), baud in four bytes
s     chip    SPI bus; bytes that it clocks out
U     chip    UART that is opened; TX pin, RX pin, time-out, baud in four bytes
u     chip    UART; bytes
I     chip    I2C bus that is opened; SDA pin, SCL pin, baud in four bytes
i     chip    I2C bus; address and bytes of one transfer, which is answered by an i
O     chip    PIO state machine; its program and its pins, as `sim/chips/pio.py` reads them
o     chip    PIO state machine that starts; the words that it finds in its queue
l     chip    PIO state machine; the bytes in memory that it is fed with for ever, from now on
B     chip    pin; pulses: when, in us, then high and low of a 0 and of a 1 in ns, two bytes each, then the bytes
D     chip    0; the watchdog is fed and will bite after so many milliseconds, in four bytes
T     chip    0; its clock is set: year in two bytes, month, day, hour, minute, second
R     chip    0; the chip resets itself
A     chip    0; its loop has come round since it was asked, and all that had been sent before has been taken
P     wiring  pin; the level that an input has now
p     wiring  the same, for the edge that a press is told by, before it bounces
b     wiring  pin; two levels that it has had at once: it bounced. Left out by a chip that hears of it much too late
Q     wiring  pin; the open drain is so now, and what it does to inputs has been told before
U     wiring  UART; bytes
i     wiring  I2C bus; 1 when somebody took the transfer, else 0
N     wiring  0; the level of an input that was asked for has been told before
A     wiring  0; asks whether the chip's loop has come round, which is answered by an A
====  ======  =====================================================================================================
"""

import asyncio
import struct
from collections.abc import Callable
from typing import cast

_HEAD = struct.Struct(">cBH")


class Wire(asyncio.Protocol):
    """The host's end of one node's connection. on_frame: told kind, unit and bytes, in order."""

    def __init__(self, on_frame: Callable[[bytes, int, bytes], None]) -> None:
        self._on_frame = on_frame
        self._transport: asyncio.Transport | None = None
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection; asyncio sets TCP_NODELAY on it."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Hand on every frame that is whole."""
        self._received += data
        at = 0
        while len(self._received) - at >= _HEAD.size:
            kind, unit, length = _HEAD.unpack_from(self._received, at)
            end = at + _HEAD.size + length
            if len(self._received) < end:
                break
            self._on_frame(kind, unit, self._received[at + _HEAD.size : end])
            at = end
        self._received = self._received[at:]

    def connection_lost(self, exc: Exception | None) -> None:
        """The chip has lost its power, or the program has ended."""
        self._transport = None

    def send(self, kind: bytes, unit: int, data: bytes = b"") -> None:
        """Send one frame; to a chip without power it is lost."""
        if self._transport:
            self._transport.write(_HEAD.pack(kind, unit, len(data)) + data)

    def close(self) -> None:
        """Cut the connection; may be called twice."""
        if self._transport:
            self._transport.abort()

"""The rest of what stands for ``machine``: it is only loaded by nodes that need it, since it takes their memory."""

import os
import struct
import time

from machine import _levels, _send, _take, _wire

PWRON_RESET, HARD_RESET, WDT_RESET, DEEPSLEEP_RESET, SOFT_RESET = 1, 2, 3, 4, 5


def reset_cause():
    """Return why the chip has started."""
    return int(os.getenv("LINTEL_RESET"))


class RTC:
    """The clock; the interpreter's own goes on as it is."""

    def datetime(self, now):
        """Set it to year, month, day, weekday, hour, minute, second, subsecond."""
        _send("T", 0, struct.pack(">HBBBBB", now[0], now[1], now[2], now[4], now[5], now[6]))


class I2C:
    """A bus; whoever is meant takes what is written, or nobody does."""

    def __init__(self, bus, *, sda, scl, freq):
        self._bus = bus
        _send("I", bus, struct.pack(">BBI", sda.number, scl.number, freq))

    def writevto(self, address, parts):
        """Write the parts as one transfer; raise OSError when nobody says that it was taken."""
        _send("i", self._bus, bytes((address,)) + b"".join(bytes(part) for part in parts))
        while _take(_wire.read(4)) != 0x69:
            pass
        if not _levels["i2c"]:
            raise OSError(5)


def bitstream(pin, encoding, timing, data):
    """Send bits as pulses, with nothing else done meanwhile; high and low of a 0, then of a 1, in nanoseconds."""
    if encoding:
        raise ValueError("encoding")
    _send("B", pin.number, struct.pack(">IHHHH", time.ticks_us(), *timing) + data)

"""Stands for the chip's clock."""

import struct

from machine import _send


class RTC:
    """The clock; the interpreter's own goes on as it is."""

    def datetime(self, now):
        """Set it to year, month, day, weekday, hour, minute, second, subsecond."""
        _send("T", 0, struct.pack(">HBBBBB", now[0], now[1], now[2], now[4], now[5], now[6]))

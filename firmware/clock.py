"""Puts the chip's clock right, by which mbedTLS judges certificates; docs/decisions/0016."""

import time

from machine import RTC


def put(at_ms):
    """Set the clock. at_ms: since 1970, while some boards count from 2000."""
    began = 946_684_800 if time.gmtime(0)[0] == 2000 else 0
    year, month, day, hour, minute, second, weekday = time.gmtime(at_ms // 1000 - began)[:7]
    RTC().datetime((year, month, day, weekday, hour, minute, second, 0))

"""The hub's clock: the only place of the hub that asks what time it is."""

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def now_ms() -> int:
    """Return milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def business_day(at_ms: int, zone: ZoneInfo) -> str:
    """Return the day of a moment in the hall's time zone, YYYYMMDD."""
    return local(at_ms, zone).strftime("%Y%m%d")


def local(at_ms: int, zone: ZoneInfo) -> datetime:
    """Return a moment as the hall's own date and time."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone)

"""The hub's clock: the only place of the hub that asks what time it is.

Hall time never goes back, so that order and durations hold when the computer's clock jumps: a jump forward is believed
when it has lasted, one back is caught up with by a clock that goes a little slower.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

SMALL_MS = 2_000
"""A difference that is no jump."""
BELIEVED_AFTER_MS = 60_000
SLOWER_MS = 50
"""How much hall time is held back at a look, of which there is one a second."""


def wall_ms() -> int:
    """Return milliseconds since 1970 as the computer's clock says."""
    return time.time_ns() // 1_000_000


def wrong_by(file: Path) -> Callable[[], int]:
    """Return what a clock says that is wrong by as many seconds as a file says, or right where it is not there.

    For a simulated hall, whose clock jumps while that of the real computer does not.
    """

    def wall() -> int:
        try:
            return wall_ms() + round(float(file.read_text(encoding="ascii")) * 1000)
        except FileNotFoundError:
            return wall_ms()

    return wall


def steady_ms() -> int:
    """Return milliseconds that only ever grow, evenly."""
    return time.monotonic_ns() // 1_000_000


class HallClock:
    """Hall time. start: what it must not be before, such as the last row of the journal. shift_ms: for a simulated hall
    that plays another hour.
    """

    def __init__(
        self,
        *,
        start: int = 0,
        shift_ms: int = 0,
        wall: Callable[[], int] = wall_ms,
        steady: Callable[[], int] = steady_ms,
    ) -> None:
        self._wall = wall
        self._shift_ms = shift_ms
        self._steady = steady
        self._offset = max(wall() + shift_ms, start) - steady()
        self._last = 0
        self._ahead_since: int | None = None

    def now(self) -> int:
        """Return hall time, milliseconds since 1970; never less than before."""
        self._last = max(self._last, self._steady() + self._offset)
        return self._last

    @property
    def apart_ms(self) -> int:
        """How far hall time is ahead of the computer's clock, beside the shift that is wanted."""
        return self._steady() + self._offset - self._wall() - self._shift_ms

    def look(self) -> None:
        """Compare with the computer's clock; to be called once a second."""
        difference = self._wall() + self._shift_ms - self.now()
        if difference <= SMALL_MS:
            self._ahead_since = None
            self._offset += max(difference, -SLOWER_MS)
        elif self._ahead_since is None:
            self._ahead_since = self._steady()
        elif self._steady() - self._ahead_since >= BELIEVED_AFTER_MS:
            self._offset += difference


def local(at_ms: int, zone: ZoneInfo) -> datetime:
    """Return a moment as the hall's own date and time."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone)

"""Time that runs faster than life, for a hub that is to live through a week in minutes.

All that a hub waits for keeps its proportions: its rounds, its beats, what stands on a panel for a moment, midnight.
"""

import asyncio
import selectors
import time


class Pace:
    """A steady clock. rate: hall seconds in a second; it may be changed at any moment, no time is lost."""

    def __init__(self, rate: float = 1.0) -> None:
        self.rate = rate
        self._from_s = self._at_s = time.monotonic()

    def now_s(self) -> float:
        """Return seconds that only ever grow."""
        return self._at_s + (time.monotonic() - self._from_s) * self.rate

    def change(self, rate: float) -> None:
        """Go on at another rate from now on."""
        self._at_s, self._from_s = self.now_s(), time.monotonic()
        self.rate = rate


class PacedComputer:
    """What stands for the module ``time`` where the hub asks for the hour, which is at one place (hub/clock.py)."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._ahead_ns = time.time_ns() - round(pace.now_s() * 1e9)

    def monotonic_ns(self) -> int:
        """Return nanoseconds that only ever grow."""
        return round(self._pace.now_s() * 1e9)

    def time_ns(self) -> int:
        """Return nanoseconds since 1970, as a computer's clock that runs so fast says."""
        return self.monotonic_ns() + self._ahead_ns


class _Selector(selectors.EpollSelector):
    def __init__(self, pace: Pace) -> None:
        super().__init__()
        self._pace = pace

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(timeout / self._pace.rate if timeout else timeout)


class PacedLoop(asyncio.SelectorEventLoop):
    """An event loop whose seconds are those of a pace."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        super().__init__(_Selector(pace))

    def time(self) -> float:
        """Return the loop's time in its own seconds."""
        return self._pace.now_s()

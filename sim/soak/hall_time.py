"""The hall's time as its devices know it, by the hub's beats; and how fast it runs."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from zoneinfo import ZoneInfo


class HallTime:
    """Time between beats. go: has the hub run at a rate, hall seconds in a second."""

    def __init__(self, start_ms: int, zone: ZoneInfo, go: Callable[[float], None]) -> None:
        self._at_ms, self._from_s, self._zone, self._go = float(start_ms), time.monotonic(), zone, go
        self._changed = asyncio.Event()
        self.rate = 1.0

    def now_ms(self) -> float:
        """Return the hall's time."""
        return self._at_ms + (time.monotonic() - self._from_s) * 1000 * self.rate

    def local(self) -> datetime:
        """Return the hall's date and time."""
        return datetime.fromtimestamp(self.now_ms() / 1000, self._zone)

    def heed(self, at_ms: int) -> None:
        """Take the hub's word for it."""
        self._at_ms, self._from_s = float(at_ms), time.monotonic()

    def run(self, rate: float) -> None:
        """Let time run at this rate from now on."""
        self._at_ms, self._from_s, self.rate = self.now_ms(), time.monotonic(), rate
        self._go(rate)
        self._changed.set()
        self._changed = asyncio.Event()

    @asynccontextmanager
    async def slowly(self, rate: float = 1.0) -> AsyncIterator[None]:
        """Let time run slowly for a while: what a process takes to start is no matter of the hall's time."""
        before = self.rate
        self.run(min(rate, before))
        try:
            yield
        finally:
            self.run(before)

    async def until(self, at_ms: float) -> None:
        """Wait for a moment of the hall's."""
        while (left_ms := at_ms - self.now_ms()) > 0:
            try:
                async with asyncio.timeout(left_ms / 1000 / self.rate):
                    await self._changed.wait()
            except TimeoutError:
                continue

    async def sleep(self, hall_s: float) -> None:
        """Wait for so long in the hall."""
        await self.until(self.now_ms() + hall_s * 1000)

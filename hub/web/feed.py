"""What every hall screen is told: whole snapshots, soon after a change and as a beat; never what has changed alone.

The press path pays a comparison and at most one timer; the snapshot is made after the views are out, once for all
screens of a zone, and only while somebody looks.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import msgspec

from hardware.version import VERSION
from hub.clock import HallClock
from hub.config import Hall
from hub.desk import Desk
from hub.screen import screen

SOON_S = 0.02
EVERY_S = 0.1
"""Screens hear of changes at most so often, however many there are."""
BEAT_S = 5.0
"""A screen takes its stream for dead after two beats of silence."""
SAME_MS = 1_000
"""How old a snapshot may be that another screen is given too."""


class Feed:
    """The snapshots of one hall."""

    def __init__(self, hall: Hall, desk: Desk, clock: HallClock) -> None:
        self._hall = hall
        self._desk = desk
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._told_at = 0.0
        self._made: dict[str, tuple[int, bytes]] = {}
        self._is_broken = False
        self._changes = 0
        self.watchers = 0

    def changed(self, is_broken: bool) -> None:
        """Have all screens told soon. is_broken: the hub cannot keep what happens."""
        self._is_broken = is_broken
        self._changes += 1
        self._made.clear()
        if self._timer is None and self.watchers:
            wait_s = max(SOON_S, self._told_at + EVERY_S - self._loop.time())
            self._timer = self._loop.call_later(wait_s, self._tell)

    @property
    def changes(self) -> int:
        """How often something has changed: of two things that were shown, the one with the greater count is newer."""
        return self._changes

    def stirred(self) -> None:
        """Have pages look again though nothing in the hall has changed: what somebody ticks there is only theirs."""
        self.changed(self._is_broken)

    async def watch(self, zone: str) -> AsyncIterator[bytes]:
        """Yield the present snapshot of a zone as JSON, then one at every change and every beat, until closed."""
        self.watchers += 1
        try:
            while True:
                news = self._news
                yield self._snapshot(zone)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(BEAT_S):
                        await news.wait()
        finally:
            self.watchers -= 1

    async def news(self, seen: int) -> int:
        """Wait for a change or a beat; return what to pass the next time, -1 before the first."""
        if seen == self._changes:
            self.watchers += 1
            try:
                async with asyncio.timeout(BEAT_S):
                    await self._news.wait()
            except TimeoutError:
                pass
            finally:
                self.watchers -= 1
        return self._changes

    def close(self) -> None:
        """Tell nobody any more; may be called twice."""
        if self._timer:
            self._timer.cancel()

    def _tell(self) -> None:
        self._timer = None
        self._told_at = self._loop.time()
        news, self._news = self._news, asyncio.Event()
        news.set()

    def _snapshot(self, zone: str) -> bytes:
        now = self._clock.now()
        made_at, data = self._made.get(zone, (0, b""))
        if not data or now - made_at >= SAME_MS:
            shown = screen(self._hall, self._desk.state, now, version=VERSION, zone=zone, is_broken=self._is_broken)
            data = msgspec.json.encode(shown)
            self._made[zone] = (now, data)
        return data

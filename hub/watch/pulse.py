"""Looks after the hub itself: how late its loop is, whether the disk has room, the clocks agree, no log is too long."""

import asyncio
import shutil
import time
from pathlib import Path

from hardware.logs import Log
from hub.clock import HallClock
from hub.watch.bounds import cut
from hub.watch.counts import Histogram

log = Log(__name__)

TICK_S = 1.0
LOOK_EVERY_TICKS = 5
LOW_BYTES = 500 << 20
"""A day of a busy hall takes some MB; a system without any room left does not start any more."""
ROOMY_BYTES = 600 << 20
APART_MS = 2_000
"""A difference between hall time and the computer's clock that is no mere slewing."""
BROKER_LOG = "mosquitto.log"


class Pulse:
    """The hub's own pulse. folder: its state. late: by how much the loop came later than it was to."""

    def __init__(self, folder: Path, clock: HallClock) -> None:
        self._folder = folder
        self._clock = clock
        self.late = Histogram()
        self._began_s = time.monotonic()
        self._is_low = self._is_apart = False

    @property
    def up_s(self) -> float:
        """Seconds since the hub's start."""
        return time.monotonic() - self._began_s

    async def run(self) -> None:
        """Feel it once a second, until cancelled; the disk is looked at beside the loop, for it may hang."""
        loop, tick = asyncio.get_running_loop(), 0
        while True:
            if tick % LOOK_EVERY_TICKS == 0:
                await asyncio.to_thread(self.look)
            began, tick = loop.time(), tick + 1
            await asyncio.sleep(TICK_S)
            self.late.add(max(0.0, loop.time() - began - TICK_S))

    def look(self) -> None:
        """Cut what is too long, and say what is not as it should be."""
        try:
            if cut(self._folder / BROKER_LOG):
                log.info("broker-log-cut", f"{BROKER_LOG} was long and begins anew; its end is in {BROKER_LOG}.1")
            self._look_at_room(shutil.disk_usage(self._folder).free)
        except OSError as error:
            log.error("disk-failing", f"{self._folder} cannot be looked at; replace the disk", why=error)
        self._look_at_clocks(self._clock.apart_ms)

    def _look_at_room(self, free: int) -> None:
        if not self._is_low and free < LOW_BYTES:
            self._is_low = True
            log.error("disk-low", f"the disk of {self._folder} is nearly full; make room", why=f"{free >> 20} MB free")
        elif self._is_low and free > ROOMY_BYTES:
            self._is_low = False
            log.info("disk-roomy", f"the disk of {self._folder} has room again")

    def _look_at_clocks(self, apart_ms: int) -> None:
        """Hall time never goes back, and believes a jump only when it has lasted: until then the two differ."""
        is_apart = abs(apart_ms) > APART_MS
        if is_apart and not self._is_apart:
            words = "the computer's clock has jumped; look whether it is set by the hall's time server"
            log.warning("clock-jumped", words, why=f"it differs by {-apart_ms / 1000:g} s from hall time")
        elif self._is_apart and not is_apart:
            log.info("clocks-agree", "hall time and the computer's clock agree again")
        self._is_apart = is_apart

"""What a device knows of its hub: whether it beats, which start of it this is, and what time it is in the hall."""

import asyncio
from collections.abc import Callable

from hardware.contract import HUB_LOST_AFTER_S, HubStatus


class HubWatch:
    """The hub as its beats tell.

    on_change: called when the hub is lost or found. on_new_boot: called when it has been started anew.
    """

    def __init__(
        self,
        *,
        on_change: Callable[[], None],
        on_new_boot: Callable[[], None],
        lost_after_s: float = HUB_LOST_AFTER_S,
    ) -> None:
        self._on_change = on_change
        self._on_new_boot = on_new_boot
        self._lost_after_s = lost_after_s
        self._timer: asyncio.TimerHandle | None = None
        self._boot = 0
        self._ahead_ms: float | None = None
        self.is_lost = False

    def start(self) -> None:
        """Begin to wait for beats; who starts gives the hub as long as ever."""
        self._wait()

    def hear(self, beat: HubStatus, *, retained: bool) -> None:
        """Take what the hub says of itself. Retained, it says nothing of now: except to who has just started."""
        if not retained and beat.state == "ready":
            self._ahead_ms = beat.at - self._clock_ms()
            self._wait()
            self._set_lost(False)
        elif retained and beat.state == "lost" and self._ahead_ms is None:
            self._set_lost(True)
        self._note_boot(beat.boot)

    def hall_time_ms(self) -> int | None:
        """Return the hall's time, in milliseconds since 1970; None before the first beat."""
        return None if self._ahead_ms is None else round(self._clock_ms() + self._ahead_ms)

    def close(self) -> None:
        """Stop waiting; may be called twice."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _note_boot(self, boot: int) -> None:
        """A message without a boot, such as the will, changes nothing."""
        if not boot or boot == self._boot:
            return
        is_another, self._boot = self._boot != 0, boot
        if is_another:
            self._on_new_boot()

    def _wait(self) -> None:
        self.close()
        self._timer = asyncio.get_running_loop().call_later(self._lost_after_s, self._set_lost, True)

    def _set_lost(self, is_lost: bool) -> None:
        if is_lost != self.is_lost:
            self.is_lost = is_lost
            self._on_change()

    def _clock_ms(self) -> float:
        return asyncio.get_running_loop().time() * 1000

"""What a node knows of its hub: whether it beats, which start of it this is, and what time it is in the hall."""

import asyncio
import json
import time

from micropython import const

_LOST_AFTER_MS = const(15_000)
_LOOK_EVERY_MS = const(100)
_SECOND_MS = const(1000)
_REPORT_EVERY_MS = const(300_000)
_STATES = ("init", "ready", "disconnected", "sleeping", "lost")
_COUNT_MAX = 2**53 - 1


def beat(payload, _scratch):
    """Return state, boot and at of the hub's status, or raise ValueError; None is a payload that was too large.

    It does without messages.py, for which a node that is alone has no room.
    """
    found = json.loads(payload) if payload else None
    if type(found) is not dict or found.get("state") not in _STATES:
        raise ValueError("state")
    numbers = found.get("boot", 0), found.get("at", 0)
    for number in numbers:
        if type(number) is not int or not 0 <= number <= _COUNT_MAX:
            raise ValueError("number")
    return (found["state"],) + numbers


class HubWatch:
    """The hub as its beats tell (docs/protocol.md, "hub").

    on_change: called when the hub is lost or found. on_new_boot: called when it has been started anew. drift_ms: by
    how much the hub's clock went ahead of ours in the last five minutes, or None.
    """

    def __init__(self, *, on_change, on_new_boot):
        self.is_lost = False
        self.drift_ms = self._mark = None
        self.up_s = 0
        self._on_change = on_change
        self._on_new_boot = on_new_boot
        self._boot = 0
        self._heard = time.ticks_ms()
        self._hall_ms = None

    def hear(self, state, boot, at_ms, is_retained):
        """Take what the hub says of itself; return whether five minutes are over, in which the clocks were compared.

        Retained, it says nothing of now, except to a newcomer. From beat to beat the way here takes longer than clocks
        differ, so they are compared over minutes.
        """
        due = False
        if is_retained:
            if state == "lost" and self._hall_ms is None:
                self._set_lost(True)
        elif state == "ready":
            self._heard = time.ticks_ms()
            self._hall_ms = at_ms
            self._set_lost(False)
            mark = self._mark
            since_ms = time.ticks_diff(self._heard, mark[0]) if mark and boot == self._boot else -1
            due = since_ms >= _REPORT_EVERY_MS
            if due:
                self.drift_ms = at_ms - mark[1] - since_ms
            if due or since_ms < 0:
                self._mark = self._heard, at_ms
        self._note_boot(boot)
        return due

    def hall_ms(self, ticks):
        """Return the hall's time at ``time.ticks_ms()`` = ticks, in milliseconds since 1970; None before a beat."""
        if self._hall_ms is None:
            return None
        return self._hall_ms + time.ticks_diff(ticks, self._heard)

    async def run(self):
        """Watch for silence, and count the seconds of this start, for ever; the clock is put right meanwhile."""
        second = time.ticks_ms()
        while True:
            await asyncio.sleep_ms(_LOOK_EVERY_MS)
            while time.ticks_diff(time.ticks_ms(), second) >= _SECOND_MS:
                second = time.ticks_add(second, _SECOND_MS)
                self.up_s += 1
            if not self.is_lost and time.ticks_diff(time.ticks_ms(), self._heard) >= _LOST_AFTER_MS:
                self._set_lost(True)

    def _note_boot(self, boot):
        """A message without a boot, such as the will, changes nothing."""
        if not boot or boot == self._boot:
            return
        is_another, self._boot = self._boot != 0, boot
        if is_another:
            self._on_new_boot()

    def _set_lost(self, is_lost):
        if is_lost != self.is_lost:
            self.is_lost = is_lost
            self._on_change()

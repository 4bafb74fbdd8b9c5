"""Tells the hub, once it is back, of the tickets that were given without it, one after another (docs/protocol.md).

Until all are told they stay on the flash: after a power cut the hub hears of some of them again, and knows them.
"""

# ruff: noqa: T201  (print is a node's console)

import time

import taken


class HandOver:
    """What tells of tickets. hub: `hub_watch.HubWatch`. outbox: `outbox.Outbox`. life: as of `alone.Alone`."""

    def __init__(self, hub, outbox, life):
        self._hub = hub
        self._outbox = outbox
        self._life = life
        self._event = None
        self._at = 0
        self._day = None
        self._last_ms = 0

    async def step(self, _alert):
        """Tell of the next ticket when the last one is acknowledged; return whether there may be more."""
        now = time.ticks_ms()
        now_ms = self._hub.hall_ms(now)
        # Before there is a beat there may be no view yet, which can still change this start's number.
        if now_ms is None or (self._event and self._outbox.holds(self._event)):
            return True
        found = taken.ticket(self._at)
        if not found:
            return self._forget()
        (day, number, key, at_ms, paper, place), after = found
        event = {"do": "taken", "number": number, "key": key, "paper": paper}
        # Between a life with the old clock and one with the new, time does not go back.
        at_ms = max(self._last_ms, int(at_ms) + self._shift_ms(place, now, now_ms))
        if self._outbox.offer(event, at_ms):
            self._event, self._at, self._day, self._last_ms = event, after, day, at_ms
        return True

    def _shift_ms(self, place, now, now_ms):
        """Return by how much the hub's clock differs from the one by which the ticket at this place was noted."""
        if not self._life or place < self._life[0]:
            return 0
        return now_ms - self._life[2] - time.ticks_diff(now, self._life[1])

    def _forget(self):
        self._life.clear()
        try:
            taken.forget(self._day)
        except OSError as error:
            print("the tickets stay on the flash, and will be told again: %s" % error)
        return False

"""Numbered events, kept in order and sent again until a view acknowledges them; step 1 of a press."""

import asyncio
import json
import time

from micropython import const

_EVENTS_MAX = const(16)
_RESEND_AFTER_MS = const(2000)
_LOOK_EVERY_MS = const(100)


class Outbox:
    """Events of one boot, of which the oldest is under way (docs/protocol.md, "Numbered, resent, acknowledged").

    boot: number of this start. send: puts an event, as JSON, on its way; it may be lost there.
    """

    def __init__(self, *, boot, send):
        self.boot = boot
        self._send = send
        self._seq = 0
        self._events = []
        self._sent = time.ticks_ms()

    def press(self, *, key, turn, at_ms):
        """Take a key press; return False where too many events wait already, and the press is none."""
        return self.offer({"do": "key", "key": key, "turn": turn}, at_ms)

    def identity(self, *, who, turn, at_ms):
        """Take a card that was read; return False where too many events wait already, and it is none."""
        return self.offer({"do": "identity", "who": who, "turn": turn}, at_ms)

    def offer(self, event, at_ms):
        """Take an event, to which boot and number are added; return False where too many wait, and it is none."""
        if len(self._events) >= _EVENTS_MAX:
            return False
        self._add(event, at_ms)
        return True

    def answer(self, *, job, why, at_ms):
        """Say what became of a job; why is None where it was done. The same answer does not wait twice."""
        for event in self._events:
            if event.get("job") == job:
                return
        if why is None:
            self._add({"do": "done", "job": job}, at_ms)
        else:
            self._add({"do": "failed", "job": job, "why": why}, at_ms)

    def has_room_for_answers(self):
        """Return whether the hub acknowledges fast enough for new jobs to be begun."""
        answers = 0
        for event in self._events:
            answers += "job" in event
        return answers < _EVENTS_MAX

    def is_quiet(self):
        """Return whether nothing waits to be acknowledged."""
        return not self._events

    def is_waiting(self, key):
        """Return whether a press of this key is not acknowledged yet."""
        return key in [event.get("key") for event in self._events if "turn" in event]

    def holds(self, event):
        """Return whether this very event, which was offered, is not acknowledged yet."""
        return event in self._events

    def adopt(self, ack):
        """Take a higher boot number where the hub already knows events of this one; return whether it was so.

        Only before the first event: from then on the hub knows this boot's events from this very node.
        """
        if self._seq or ack[0] < self.boot:
            return False
        self.boot = ack[0] + 1
        return True

    def acknowledge(self, ack):
        """Forget what is durable and send the next; return whether an event waited for this."""
        before = len(self._events)
        while self._events and (self.boot, self._events[0]["seq"]) <= ack:
            self._events.pop(0)
        if len(self._events) == before:
            return False
        self.send_again()
        return True

    def send_again(self):
        """Send the event under way, if there is one."""
        if self._events:
            self._sent = time.ticks_ms()
            self._send(json.dumps(self._events[0]))

    async def run(self):
        """Send again after every silence, for ever."""
        while True:
            await asyncio.sleep_ms(_LOOK_EVERY_MS)
            if time.ticks_diff(time.ticks_ms(), self._sent) >= _RESEND_AFTER_MS:
                self.send_again()

    def _add(self, event, at_ms):
        self._seq += 1
        event["boot"] = self.boot
        event["seq"] = self._seq
        if at_ms is not None:
            event["at"] = at_ms
        self._events.append(event)
        if len(self._events) == 1:
            self.send_again()

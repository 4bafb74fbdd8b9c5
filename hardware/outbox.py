"""Numbered events of a device, kept in order and sent again until a view acknowledges them; step 1 of a press."""

import asyncio
from collections import deque
from collections.abc import Callable

from hardware.contract import RESEND_AFTER_S, Event, IdentityRead, JobDone, JobFailed, KeyPressed, Why

EVENTS_MAX = 16


class Outbox:
    """Events of one boot, of which the oldest is under way.

    boot: number of this start. send: puts an event on its way; it may be lost there. resend_after_s: how long the event
    under way may stay unanswered (docs/protocol.md, "Numbered, resent, acknowledged").
    """

    def __init__(self, *, boot: int, send: Callable[[Event], None], resend_after_s: float = RESEND_AFTER_S) -> None:
        self.boot = boot
        self._seq = 0
        self._send = send
        self._resend_after_s = resend_after_s
        self._events: deque[Event] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False

    @property
    def waiting(self) -> tuple[Event, ...]:
        """Return what is not acknowledged yet, the event under way first."""
        return tuple(self._events)

    @property
    def waiting_keys(self) -> frozenset[str]:
        """Return the keys whose presses are not acknowledged yet."""
        return frozenset(event.key for event in self._events if isinstance(event, KeyPressed))

    @property
    def has_room_for_answers(self) -> bool:
        """Return whether the hub acknowledges fast enough for new jobs to be begun."""
        return sum(isinstance(event, JobDone | JobFailed) for event in self._events) < EVENTS_MAX

    def press(self, *, key: str, turn: int, at: int | None) -> bool:
        """Take a key press; return False where too many events wait already, and the press is none."""
        if len(self._events) >= EVENTS_MAX:
            return False
        self._add(KeyPressed(boot=self.boot, seq=self._take_seq(), turn=turn, key=key, at=at))
        return True

    def identity(self, *, who: str, turn: int, at: int | None) -> bool:
        """Take a card that was read; return False where too many events wait already, and it is none."""
        if len(self._events) >= EVENTS_MAX:
            return False
        self._add(IdentityRead(boot=self.boot, seq=self._take_seq(), turn=turn, who=who, at=at))
        return True

    def answer(self, *, job: str, why: Why | None, at: int | None) -> None:
        """Say what became of a job; why is None where it was done. The same answer does not wait twice."""
        if any(isinstance(event, JobDone | JobFailed) and event.job == job for event in self._events):
            return
        seq = self._take_seq()
        if why is None:
            self._add(JobDone(boot=self.boot, seq=seq, job=job, at=at))
        else:
            self._add(JobFailed(boot=self.boot, seq=seq, job=job, why=why, at=at))

    def adopt(self, ack: tuple[int, int]) -> bool:
        """Take a higher boot number where the hub already knows events of this one; return whether it was so.

        Only before the first event: from then on the hub knows this boot's events from this very device.
        """
        if self._seq or ack[0] < self.boot:
            return False
        self.boot = ack[0] + 1
        return True

    def acknowledge(self, ack: tuple[int, int]) -> bool:
        """Forget what is durable and send the next; return whether an event waited for this."""
        before = len(self._events)
        while self._events and (self._events[0].boot, self._events[0].seq) <= ack:
            self._events.popleft()
        if len(self._events) == before:
            return False
        self.send_again()
        return True

    def send_again(self) -> None:
        """Send the event under way, if there is one, and once more after every silence."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._events and not self._closed:
            self._send(self._events[0])
            self._timer = asyncio.get_running_loop().call_later(self._resend_after_s, self.send_again)

    def close(self) -> None:
        """Send nothing any more; may be called twice."""
        self._closed = True
        self.send_again()

    def _take_seq(self) -> int:
        self._seq += 1
        return self._seq

    def _add(self, event: Event) -> None:
        self._events.append(event)
        if len(self._events) == 1:
            self.send_again()

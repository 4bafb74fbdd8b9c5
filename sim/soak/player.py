"""A device that is played: it keeps the contract as firmware does, has no parts, and counts what it was promised."""

import asyncio
import contextlib
import random
from collections import deque
from collections.abc import Callable

from msgspec.structs import replace

from hardware.contract import (
    HUB,
    BadMessageError,
    Event,
    HubStatus,
    Print,
    Status,
    Topics,
    View,
    decode_beat,
    decode_job,
    decode_view,
    encode,
)
from hardware.health import Health
from hardware.lease import Lease
from hardware.outbox import Outbox
from hub.config import Device
from sim.soak.wire import PlayerWire, connect

RESEND_AFTER_S = 2.0
"""By the clock of life, which is slower than the hub's: of what went astray the hub hears late."""
JOBS_KEPT = 16
COME_BACK_S = (0.05, 0.3)


class Player:
    """One device on the broker's port. papers: every job that it has done. kept: start number to how many of its events
    were acknowledged. views, sent, presses, links: how many views it got, events it sent, keys and connections it had.

    print_s: asked for the seconds, of life, that a paper takes. on_beat: told of the hub's beats.
    """

    def __init__(
        self,
        device: Device,
        *,
        hall: str,
        port: int,
        password: str,
        print_s: Callable[[], float],
        chance: random.Random,
    ) -> None:
        self.device = device
        self.name = device.name
        self._topics = Topics(hall)
        self._port, self._password, self._print_s, self._chance = port, password, print_s, chance
        self._wire: PlayerWire | None = None
        self._hub_boot = 0
        self.on_beat: Callable[[HubStatus], None] = lambda _beat: None
        self.view: View | None = None
        self.changed = asyncio.Event()
        self.papers: list[str] = []
        self.views = self.sent = self.presses = self.links = 0
        self.kept: dict[int, int] = {}
        self._boot = 0
        self._new_job = asyncio.Event()
        self._is_plugged_in = asyncio.Event()
        self._is_plugged_in.set()
        self._start()

    @property
    def is_up(self) -> bool:
        """Whether it is connected and shows something."""
        return bool(self._wire and self._wire.granted.done() and not self._wire.closed.done() and self.view)

    @property
    def waiting(self) -> tuple[Event, ...]:
        """Return what the hub has not acknowledged yet."""
        return self._outbox.waiting

    async def run(self) -> None:
        """Be connected whenever that is possible, until cancelled."""
        printing = asyncio.create_task(self._print())
        try:
            while True:
                await self._is_plugged_in.wait()
                self._wire = await connect(self._port, self._make_wire)
                if self._wire:
                    self._say_hello()
                    await self._wire.closed
                await asyncio.sleep(self._chance.uniform(*COME_BACK_S))
        finally:
            printing.cancel()
            self._outbox.close()
            if self._wire:
                self._wire.cut()
            await asyncio.gather(printing, return_exceptions=True)

    def press(self, key: str) -> bool:
        """Press a key; return False where nothing is on show or too much waits: then it is none."""
        if self.view is None or not self._outbox.press(key=key, turn=self.view.turn, at=None):
            return False
        self.presses += 1
        return True

    def cut(self) -> None:
        """Take its cable out; it goes on as it is."""
        self._is_plugged_in.clear()
        if self._wire:
            self._wire.cut()

    def plug_in(self) -> None:
        """Put its cable in again."""
        self._is_plugged_in.set()

    def power_cycle(self) -> None:
        """Take its power away for a moment: what was not acknowledged was promised to nobody, and is gone."""
        self._outbox.close()
        self._start()
        if self._wire:
            self._wire.cut()

    def say_health(self, free: int) -> None:
        """Say how it is, as nodes do every five minutes."""
        if self._wire:
            self._wire.publish(self._topics.status(self.name), self._status(free), retain=True)

    def _start(self) -> None:
        self._boot += 1
        self._outbox = Outbox(boot=self._boot, send=self._send, resend_after_s=RESEND_AFTER_S)
        self._done: dict[str, None] = {}
        self._jobs: deque[str] = deque()
        self.view = None

    def _make_wire(self) -> PlayerWire:
        topics = [self._topics.hub_status, self._topics.job(self.name), self._topics.view(self.name)]
        will = self._topics.status(self.name)
        return PlayerWire(
            name=self.name, password=self._password, will_topic=will, topics=topics, on_message=self._hear
        )

    def _say_hello(self) -> None:
        self.links += 1
        self.say_health(24_000)
        self._outbox.send_again()

    def _status(self, free: int) -> bytes:
        has_printer = self.device.kind == "dispenser"
        health = Health(free=free, up_s=60, reset="power", drift_ms=3, links=1, bad=0)
        status = Status(state="ready", boot=self._boot, contract=1, fw="0.1.0", parts=("keys", "lamps", "panel"))
        parts = (*status.parts, "printer") if has_printer else status.parts
        return encode(replace(status, parts=parts, health=health))

    def _send(self, event: Event) -> None:
        self.sent += 1
        if self._wire:
            self._wire.publish(self._topics.event(self.name), encode(event))

    def _hear(self, topic: str, payload: bytes, was_retained: bool) -> None:
        device, leaf = self._topics.split(topic)
        with contextlib.suppress(BadMessageError):
            if device == HUB:
                self._heed(decode_beat(payload), was_retained)
            elif leaf == "view":
                self._show(decode_view(payload))
            elif leaf == "job":
                self._take(payload)

    def _heed(self, beat: HubStatus, was_retained: bool) -> None:
        if beat.state == "ready" and beat.boot != self._hub_boot:
            self._hub_boot = beat.boot
            self._outbox.send_again()
        if not was_retained:
            self.on_beat(beat)

    def _show(self, view: View) -> None:
        self.view = view
        self.views += 1
        if self._outbox.adopt(view.ack):
            self._boot = self._outbox.boot
        waited = len(self._outbox.waiting)
        if self._outbox.acknowledge(view.ack):
            self.kept[self._boot] = self.kept.get(self._boot, 0) + waited - len(self._outbox.waiting)
        self.changed.set()

    def _take(self, payload: bytes) -> None:
        job = decode_job(payload)
        if not isinstance(job, Print | Lease) or job.part < job.parts or job.id in self._jobs:
            return
        if job.id in self._done:
            self._outbox.answer(job=job.id, why=None, at=None)
        else:
            self._jobs.append(job.id)
            self._new_job.set()

    async def _print(self) -> None:
        """Do one job after another; a power cut in the middle of one leaves it undone, as far as this device knows."""
        while True:
            await self._new_job.wait()
            self._new_job.clear()
            while self._jobs:
                boot, job = self._boot, self._jobs[0]
                await asyncio.sleep(self._print_s())
                if boot == self._boot:
                    self._jobs.popleft()
                    self._finish(job)

    def _finish(self, job: str) -> None:
        self._done[job] = None
        while len(self._done) > JOBS_KEPT:
            del self._done[next(iter(self._done))]
        self.papers.append(job)
        self._outbox.answer(job=job, why=None, at=None)

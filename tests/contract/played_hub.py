"""The hub as a test plays it: sends views, jobs and beats, and keeps everything that devices say, checked strictly."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from msgspec import structs

from hardware.contract import (
    CONTRACT,
    HUB,
    BadMessageError,
    Event,
    HubStatus,
    Job,
    KeyPressed,
    Status,
    Topics,
    View,
    decode_event,
    decode_status,
    decode_want,
    encode,
    split_job,
)
from hardware.link import Address, Link, Message
from hardware.update import Want
from tests.contract.waiting import until

BEAT_EVERY_S = 1.0


class PlayedHub:
    """A hub without a mind: it answers nothing by itself.

    events: by device, all that came, each sending of one too. statuses: likewise. bad: what is not of the contract.
    is_beating: switched off, the hub stays silent and is lost after a while. on_want: called with what a device lacks.
    """

    def __init__(self, *, hall: str, address: Address, password: str) -> None:
        self.topics = Topics(hall)
        self.events: dict[str, list[Event]] = defaultdict(list)
        self.statuses: dict[str, list[Status]] = defaultdict(list)
        self.bad: list[str] = []
        self.on_want: Callable[[str, Want], None] = lambda device, want: None
        self.views: dict[str, View] = {}
        self.boot = 3
        self.is_beating = True
        self._v = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._link = Link(
            address=address,
            name=HUB,
            password=password,
            will_topic=self.topics.hub_status,
            subscriptions=[self.topics.every_event, self.topics.every_status, self.topics.every_want],
            on_message=self._hear,
            on_up=self._come_up,
        )

    async def start(self) -> None:
        """Connect, and begin to beat."""
        self._tasks = [asyncio.create_task(self._link.run()), asyncio.create_task(self._beat_for_ever())]
        await until(lambda: self._link.is_up)

    async def close(self) -> None:
        """Leave without a word; may be called twice."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    def show(self, device: str, **fields: Any) -> View:
        """Send a view: the device's last one with these fields changed; a tone is never taken over."""
        self._v += 1
        last = self.views.get(device, View(v=1, turn=1, ack=(0, 0)))
        view = structs.replace(last, **{"tone": (), **fields, "v": self._v})
        self.views[device] = view
        self.send(self.topics.view(device), encode(view), retain=True)
        return view

    def acknowledge(self, device: str, event: Event, **fields: Any) -> View:
        """Send the view that answers an event."""
        return self.show(device, ack=(event.boot, event.seq), **fields)

    def print(self, device: str, job_id: str, data: bytes) -> None:
        """Send a print job, in as many parts as it takes."""
        for part in split_job(job_id, data):
            self.send_job(device, part)

    def send_job(self, device: str, part: Job) -> None:
        """Send a job or one part of it."""
        self.send(self.topics.job(device), encode(part))

    def beat(self, *, ahead_ms: int = 0) -> None:
        """Say that the hub is there, with a clock that is so much ahead of this machine's."""
        at_ms = time.time_ns() // 1_000_000 + ahead_ms
        status = HubStatus(state="ready", boot=self.boot, at=at_ms, contract=CONTRACT, version="0.1.0")
        self.send(self.topics.hub_status, encode(status), retain=True)

    def send(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Send anything at all, also what is not of the contract."""
        self._link.publish(topic, payload, retain=retain)

    async def drain(self) -> None:
        """Wait until the broker has everything that was sent."""
        await self._link.drain()

    async def ready(self, device: str, *, boot: int | None = None) -> Status:
        """Return the last status of a device once that is ready, and of the given boot if one is given."""
        return await until(lambda: self._ready(device, boot), why=lambda: self.statuses[device])

    async def event(self, device: str, *, number: int = 1) -> Event:
        """Return the event, of the distinct ones that came, with this number counted from 1."""
        distinct = await until(
            lambda: found if len(found := self.distinct(device)) >= number else None, why=lambda: self.events[device]
        )
        return distinct[number - 1]

    async def press(self, device: str, *, number: int = 1) -> KeyPressed:
        """Return the event of this number, which is a key press."""
        event = await self.event(device, number=number)
        assert isinstance(event, KeyPressed)
        return event

    def distinct(self, device: str) -> list[Event]:
        """Return the events of a device in the order of their first coming, each once."""
        return list(dict.fromkeys(self.events[device]))

    def sendings(self, device: str, event: Event) -> int:
        """Return how often an event has come."""
        return self.events[device].count(event)

    def _ready(self, device: str, boot: int | None) -> Status | None:
        last = self.statuses[device][-1] if self.statuses[device] else None
        return last if last and last.state == "ready" and boot in (None, last.boot) else None

    def _hear(self, message: Message) -> None:
        self._link.acknowledge(message)
        device, leaf = self.topics.split(message.topic)
        try:
            if leaf == "event":
                self.events[device].append(decode_event(message.payload))
            elif leaf == "want":
                self.on_want(device, decode_want(message.payload))
            elif device != HUB:
                self.statuses[device].append(decode_status(message.payload))
        except BadMessageError as error:
            self.bad.append(f"{message.topic}: {message.payload!r}: {error}")

    def _come_up(self) -> None:
        """The broker may have forgotten everything."""
        if self.is_beating:
            self.beat()
        for device, view in self.views.items():
            self.send(self.topics.view(device), encode(structs.replace(view, tone=())), retain=True)

    async def _beat_for_ever(self) -> None:
        while True:
            await asyncio.sleep(BEAT_EVERY_S)
            if self.is_beating:
                self.beat()

"""Hears at the broker, as the maintainer may, what hub and devices of a simulated hall say to each other."""

import asyncio
import contextlib
from collections.abc import Callable

from hardware.contract import (
    HUB,
    BadMessageError,
    JobDone,
    JobFailed,
    Print,
    Topics,
    decode_beat,
    decode_event,
    decode_job,
    decode_status,
    decode_view,
)
from hardware.link import Address, Link, Message
from hardware.speech import Speak
from hub.config import MAINTAINER

Mark = tuple[int, int]
"""Boot and sequence number of an event."""


class Ear:
    """Listens between `start` and `close`. on_status: called with a device's name and whether it is there.

    on_settled: called when the hub has acknowledged a device's answer to a job. on_hour: with the hall's time, ms, at
    every beat of the hub. on_heard, which may be set: called with everything that is said, as device, leaf, payload.
    """

    def __init__(
        self,
        *,
        hall: str,
        address: Address,
        password: str,
        on_status: Callable[[str, bool], None],
        on_settled: Callable[[], None],
        on_hour: Callable[[int], None] = lambda _at: None,
    ) -> None:
        self._topics = Topics(hall)
        self._on_status = on_status
        self._on_settled = on_settled
        self._on_hour = on_hour
        self._present: set[str] = set()
        self._jobs: dict[str, dict[str, Mark | None]] = {}
        self._running: asyncio.Task[None] | None = None
        self.on_heard: Callable[[str, str, bytes], None] = lambda _device, _leaf, _payload: None
        self._link = Link(
            address=address,
            name=MAINTAINER,
            password=password,
            will_topic=None,
            subscriptions=[self._topics.everything],
            on_message=self._hear,
            on_down=self._went_down,
        )

    def start(self) -> None:
        """Begin to listen."""
        self._running = asyncio.create_task(self._link.run())

    async def close(self) -> None:
        """Stop listening; may be called twice."""
        if self._running:
            self._running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._running
            self._running = None

    @property
    def is_up(self) -> bool:
        """Whether it hears anything at all."""
        return self._link.is_up

    def listen_anew(self) -> None:
        """Come back to the broker as if for the first time, and so hear all that it keeps."""
        self._link.renew()

    def has_job(self, device: str) -> bool:
        """Tell whether the hub does not know yet what became of a job that it has sent to the device."""
        return bool(self._jobs.get(device))

    def _hear(self, message: Message) -> None:
        # Not at once: a write that fails within paho's own callback would wait for that callback to end, for ever.
        asyncio.get_running_loop().call_soon(self._link.acknowledge, message)
        device, leaf = self._topics.split(message.topic)
        self.on_heard(device, leaf, message.payload)
        hear = {"status": self._status, "event": self._event, "view": self._view, "job": self._job}.get(leaf)
        with contextlib.suppress(BadMessageError):
            if device == HUB:
                self._beat(message)
            elif hear:
                hear(device, message.payload)

    def _beat(self, message: Message) -> None:
        """A retained beat is an old one, and a will knows no hour."""
        beat = decode_beat(message.payload)
        if beat.state == "ready" and not message.retain:
            self._on_hour(beat.at)

    def _status(self, device: str, payload: bytes) -> None:
        is_there = decode_status(payload).state == "ready"
        self._present.add(device)
        self._on_status(device, is_there)

    def _job(self, device: str, payload: bytes) -> None:
        job = decode_job(payload)
        if isinstance(job, Print | Speak):
            self._jobs.setdefault(device, {}).setdefault(job.id, None)

    def _event(self, device: str, payload: bytes) -> None:
        event = decode_event(payload)
        if isinstance(event, JobDone | JobFailed) and event.job in self._jobs.get(device, ()):
            self._jobs[device][event.job] = (event.boot, event.seq)

    def _view(self, device: str, payload: bytes) -> None:
        jobs, acknowledged = self._jobs.get(device, {}), decode_view(payload).ack
        settled = [job for job, answer in jobs.items() if answer and answer <= acknowledged]
        for job in settled:
            del jobs[job]
        if settled:
            self._on_settled()

    def _went_down(self) -> None:
        """Without the broker nobody hears of anybody."""
        for device in self._present:
            self._on_status(device, False)

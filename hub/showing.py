"""Publishes views: whenever a face changes, and as the answer to every event; step 7 of a press."""

import asyncio
from collections.abc import Callable, Iterable
from typing import NamedTuple

from hardware.contract import Note, Reader, Topics, View, encode
from hardware.link import Link
from hub.clock import HallClock
from hub.config import Device, Hall
from hub.desk import Desk, Heard
from hub.done import DESKS, DONE_MS, done_words
from hub.faces.content import Looked
from hub.rules.case import Reason
from hub.rules.events import Fact
from hub.views import ACCEPTED, REFUSAL_MS, REFUSED, Face, face, fault_face, next_change

REFRESH_AFTER_S = 0.08
"""Waiting counts follow a press within 100 ms, many presses in one go; the presser and its lintel never wait."""
DEVICES_A_TURN = 2
VIEWS_A_BOOT = 1_000_000_000


class Told(NamedTuple):
    """A view that is ready to be published. payload: as the contract has it."""

    device: Device
    face: Face
    ack: tuple[int, int]
    payload: bytes


class Showing:
    """What every device has been told to show."""

    def __init__(self, hall: Hall, desk: Desk, *, clock: HallClock, day_key: Callable[[str], bytes]) -> None:
        """day_key: the key of a business day with which identities are hashed."""
        self._hall = hall
        self._desk = desk
        self._clock = clock
        self._day_key = day_key
        self._topics = Topics(hall.id)
        self._loop = asyncio.get_running_loop()
        self._link: Link | None = None
        self._v = 0
        self._shown: dict[str, tuple[Face, tuple[int, int]]] = {}
        self._refusals: dict[str, tuple[Reason, int]] = {}
        self._done: dict[str, tuple[str, int]] = {}
        self._wakes: dict[str, asyncio.TimerHandle] = {}
        self._refresh: asyncio.TimerHandle | None = None
        self._changed_since = False
        self._broken = False

    def attach(self, link: Link, boot: int) -> None:
        """Say through which link to publish, and the hub's start number, from which view numbers grow."""
        self._link, self._v = link, boot * VIEWS_A_BOOT

    def refuse(self, device: Device, why: Reason) -> None:
        """Answer a press a second time: what it began has come to nothing."""
        self.tell(self._answered(device, pressed=True, refused=why, facts=()))

    def prepare(self, heard: Heard) -> Told:
        """Return the view that acknowledges an event, to be told when the event is durable.

        A key is answered by a tone too, and what it brought about a desk says in words for a moment.
        """
        return self._answered(heard.device, pressed=heard.is_press, refused=heard.refused, facts=heard.facts)

    def _answered(self, device: Device, *, pressed: bool, refused: Reason | None, facts: Iterable[Fact]) -> Told:
        if pressed and device.kind in DESKS:
            self._done[device.name] = (done_words(self._hall, self._desk.state, facts), self._clock.now() + DONE_MS)
        if refused:
            self._refusals[device.name] = (refused, self._clock.now() + REFUSAL_MS)
        elif pressed:
            self._refusals.pop(device.name, None)
        tone = (REFUSED if refused else ACCEPTED) if pressed else ()
        return self._made(device, self._face(device), tone)

    def tell(self, told: Told) -> None:
        """Publish a view."""
        device = told.device
        self._shown[device.name] = (told.face, told.ack)
        if self._link:
            self._link.publish(self._topics.view(device.name), told.payload, retain=True)
        self._wake_at_next_change(device)

    def update(self, device: Device) -> None:
        """Publish the view of a device if it shows something else than its last."""
        present = self._face(device)
        if self._shown.get(device.name) != (present, self._ack(device)):
            self._publish(device, present, ())
        else:
            self._wake_at_next_change(device)

    def update_all_soon(self) -> None:
        """Bring every device up to date within 100 ms; those that a refresh under way has passed, after it."""
        self._changed_since = True
        if self._refresh is None:
            self._refresh = self._loop.call_later(REFRESH_AFTER_S, self._update_every)

    def publish_all(self) -> None:
        """Publish every view, changed or not: the broker may have lost them."""
        for device in self._hall.devices:
            self._publish(device, self._face(device), ())

    def set_broken(self, broken: bool) -> None:
        """Show everywhere that the hub cannot keep what happens, or that it can again."""
        self._broken = broken
        self._refusals.clear()
        self._done.clear()
        for device in self._hall.devices:
            self.update(device)

    def follow_hall(self) -> None:
        """Show the hall's present file soon; what is gone from it shows nothing, now and after the broker's memory."""
        self.close()
        self._refresh = None
        here = {device.name for device in self._hall.devices}
        for name in self._shown.keys() - here:
            self.forget(name)
        self.update_all_soon()

    def forget(self, name: str) -> None:
        """Take back what a device that the hall no longer has was told, and has said of itself."""
        for kept in (self._shown, self._refusals, self._done):
            kept.pop(name, None)
        if self._link:
            for topic in (self._topics.view(name), self._topics.status(name)):
                self._link.publish(topic, b"", retain=True)

    def close(self) -> None:
        """Cancel all timers; may be called twice."""
        for timer in [*self._wakes.values(), self._refresh]:
            if timer:
                timer.cancel()
        self._wakes.clear()

    def _update_every(self) -> None:
        self._changed_since = False
        self._update_some(list(self._hall.devices))

    def _update_some(self, rest: list[Device]) -> None:
        """Update a few devices and leave the others to the next turn of the loop, so that no press waits for all."""
        for device in rest[:DEVICES_A_TURN]:
            self.update(device)
        left = rest[DEVICES_A_TURN:]
        self._refresh = self._loop.call_later(0, self._update_some, left) if left else None
        if self._changed_since and not left:
            self.update_all_soon()

    def _face(self, device: Device) -> Face:
        now = self._clock.now()
        if self._broken:
            return fault_face(self._hall, self._desk.state, device, now)
        refused, until = self._refusals.get(device.name, (None, 0))
        if refused and until <= now:
            del self._refusals[device.name]
            refused = None
        done, over = self._done.get(device.name, ("", 0))
        presses = self._desk.presses
        looked = Looked(
            hall=self._hall,
            state=self._desk.state,
            device=device,
            now=now,
            typing=presses.entry_words(device.name, now),
            awaits_identity=presses.awaits_identity(device.name, now),
        )
        return face(looked, refused=refused, done=done if now < over else "")

    def _wake_at_next_change(self, device: Device) -> None:
        """Have the device looked at again when its face changes by the mere passing of time."""
        now, (_, until) = self._clock.now(), self._refusals.get(device.name, (None, 0))
        over = self._done.get(device.name, ("", 0))[1]
        over = over if over > now else 0
        ends_at = self._desk.presses.ends_at(device.name, now)
        moments = [at for at in (next_change(self._hall, self._desk.state, device, now), until, over, ends_at) if at]
        if timer := self._wakes.pop(device.name, None):
            timer.cancel()
        if moments:
            delay_s = max(0, min(moments) - now) / 1000 + 0.005
            self._wakes[device.name] = self._loop.call_later(delay_s, self.update, device)

    def _ack(self, device: Device) -> tuple[int, int]:
        return self._desk.acks.get(device.name, (0, 0))

    def _publish(self, device: Device, present: Face, tone: tuple[Note, ...]) -> None:
        self.tell(self._made(device, present, tone))

    def _made(self, device: Device, present: Face, tone: tuple[Note, ...]) -> Told:
        self._v += 1
        ack = self._ack(device)
        view = View(
            v=self._v,
            turn=present.turn,
            ack=ack,
            lamps=present.lamps,
            panel=present.panel,
            stale=present.stale,
            tone=tone,
            calls=present.calls,
            reader=Reader(key=self._day_key(self._desk.state.day)) if present.reads else None,
            arrow=present.arrow,
            light=present.light,
        )
        return Told(device, present, ack, encode(view))

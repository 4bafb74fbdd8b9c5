"""From a message of the contract to what came of it; step 3 of a press."""

from collections.abc import Callable
from typing import Literal

from hardware.contract import HUB, BadMessageError, KeyPressed, Topics, decode_event, decode_status
from hardware.link import Message
from hub.config import Device, Hall
from hub.desk import Desk, Heard
from hub.refused import RefusedInput


class Hearing:
    """What the hub makes of the messages of a hall's devices. What nobody of the hall says is counted and left."""

    def __init__(self, hall: Hall, desk: Desk, refused: RefusedInput, forget: Callable[[str], None]) -> None:
        """forget: clears what the broker keeps of a device that the hall no longer has."""
        self._desk, self._refused = desk, refused
        self._topics = Topics(hall.id)
        self._hall, self._forget = hall, forget
        self._devices: dict[str, Device] = {}
        self._gone: set[str] = set()
        self.follow_hall()

    def follow_hall(self) -> None:
        """Hear the devices of the hall's present file, and those alone."""
        before, self._devices = self._devices, {one.name: one for one in self._hall.devices}
        self._gone = (self._gone | before.keys()) - self._devices.keys()

    def hear(self, message: Message, now: int) -> Heard | None:
        """Return who spoke and what came of it; None for what is not of the contract."""
        name = "(unreadable topic)"
        try:
            name, leaf = self._topics.split(message.topic)
            device = self._devices.get(name)
            if device is None:
                self._stranger(name, leaf, message.payload)
                return None
            return self._known(device, leaf, message.payload, now)
        except (BadMessageError, UnicodeDecodeError) as error:
            self._refused.add(name, str(error))
            return None

    def _stranger(self, name: str, leaf: str, payload: bytes) -> None:
        """Who was removed still has a will, which would stand at the broker as if he were here."""
        if name in self._gone and leaf == "status":
            if payload:
                self._forget(name)
        elif name != HUB:
            self._refused.add(name, "no such device in the hall's file")

    def _known(self, device: Device, leaf: str, payload: bytes, now: int) -> Heard:
        if leaf == "status":
            noted = self._desk.note_status(device, decode_status(payload), now)
            return Heard(device=device, spoke="status", outcome=noted)
        event = decode_event(payload)
        spoke: Literal["key", "answer"] = "key" if isinstance(event, KeyPressed) else "answer"
        outcome = self._desk.hear(device, event, now) if self._desk.is_new(device.name, event) else None
        return Heard(device=device, spoke=spoke, outcome=outcome)

"""What a face is made from, and what it is before it becomes pixels."""

from msgspec import Struct

from hardware.contract import Direction, Lamp
from hub.config import Device, Hall
from hub.rules.state import State


class Looked(Struct, frozen=True, kw_only=True):
    """A device that is looked at. typing: its half-typed form in words. awaits_identity: it waits for a card."""

    hall: Hall
    state: State
    device: Device
    now: int
    typing: str = ""
    awaits_identity: bool = False


class Content(Struct, frozen=True):
    """What a device shows: its words, the lamps that are not off, and the arrow that is lit."""

    text: str
    lamps: dict[str, Lamp] = {}
    arrow: Direction | None = None

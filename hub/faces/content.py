"""What a face is made from, and what it is before the table of faces has words for it."""

from msgspec import Struct

from hardware.contract import Direction, Lamp
from hub.clock import local
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
    """What a device shows: the state of its face, the fields to fill in, and the lamps that are not off.

    since: when the state began, None where that does not matter. arrow: the one that is lit.
    """

    state: str
    fields: dict[str, str] = {}
    lamps: dict[str, Lamp] = {}
    since: int | None = None
    arrow: Direction | None = None


def opening(looked: Looked) -> str:
    """Return the hour at which tickets are given next today, HH:MM; empty where none are any more."""
    moments = [start for start, _end in looked.state.spans or () if start > looked.now]
    return f"{local(min(moments), looked.hall.zone):%H:%M}" if moments else ""

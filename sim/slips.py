"""The slips of a simulated hall, from the slot of a printer to the table or the waste-paper basket."""

import io
from typing import Protocol

from msgspec import Struct
from PIL import Image

from sim.changes import Bus, Change, Place, SlipNow
from sim.errors import NoSuchThingError

KEPT_SLIPS = 200
"""The oldest is swept away when there are more."""


class PrintedSlip(Protocol):
    """A slip as the model of a printer puts it out. text: its lines; image: its dots; data: the bytes behind it."""

    @property
    def text(self) -> list[str]: ...
    @property
    def image(self) -> Image.Image: ...
    @property
    def data(self) -> bytes: ...


class _Kept(Struct):
    device: str
    slip: PrintedSlip
    place: Place


class Slips:
    """All slips that nobody has thrown away, numbered from 1 in the order in which they came out."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._kept: dict[int, _Kept] = {}
        self._last = 0

    def add(self, device: str, slip: PrintedSlip) -> None:
        """Take note of a slip that has come out."""
        self._last += 1
        self._kept[self._last] = _Kept(device, slip, "slot")
        if len(self._kept) > KEPT_SLIPS:
            del self._kept[min(self._kept)]
        self._tell(device)

    def of(self, device: str) -> tuple[SlipNow, ...]:
        """Return a device's slips, in the order in which they came out."""
        return tuple(_seen(number, kept) for number, kept in self._kept.items() if kept.device == device)

    def first_in_slot(self, device: str) -> int | None:
        """Return the number of the slip that has waited longest in a device's slot, None if nothing waits.

        Nobody takes a piece of paper on which nothing stands, as a printer cuts it off after a doubt.
        """
        in_slot = (number for number, kept in self._kept.items() if kept.device == device and kept.place == "slot")
        return min((number for number in in_slot if _says_something(self._kept[number].slip)), default=None)

    def take(self, number: int) -> PrintedSlip:
        """Lay a slip on the table and return it; raise NoSuchThingError where there is none."""
        kept = self._find(number)
        kept.place = "table"
        self._tell(kept.device)
        return kept.slip

    def discard(self, number: int) -> None:
        """Throw a slip away; raise NoSuchThingError where there is none."""
        device = self._find(number).device
        del self._kept[number]
        self._tell(device)

    def png(self, number: int) -> bytes:
        """Return a slip's picture; raise NoSuchThingError where there is none."""
        data = io.BytesIO()
        self._find(number).slip.image.save(data, "PNG")
        return data.getvalue()

    def _find(self, number: int) -> _Kept:
        if number not in self._kept:
            raise NoSuchThingError(f"there is no slip {number}; it was thrown away, or never came out")
        return self._kept[number]

    def _tell(self, device: str) -> None:
        self._bus.tell(Change(device=device, slips=self.of(device)))


def _says_something(slip: PrintedSlip) -> bool:
    darkest, _lightest = slip.image.convert("L").getextrema()
    return darkest == 0


def _seen(number: int, kept: _Kept) -> SlipNow:
    image = kept.slip.image
    return SlipNow(id=number, w=image.width, h=image.height, text=tuple(kept.slip.text), place=kept.place)

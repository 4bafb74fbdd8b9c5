"""The pins that a controller brings out: their places on its board, and which ground pin is near to a signal."""

import re
import tomllib
from functools import cache
from importlib import resources

from msgspec import Struct

from hardware.chip import ChipBoard, chip_named

PI = "raspberry-pi"
MOST_PINS = 64


class HeaderError(LookupError):
    """A controller or a pin that no header has, with what is known."""


class Header(Struct, frozen=True, kw_only=True):
    """A controller's pins. feed: the place that takes 5 V, None where it has a supply of its own; pins: place to word.

    Where the places come from: ``source``.
    """

    chip: ChipBoard
    source: str
    feed: str | None
    notes: str
    pins: dict[str, str]

    def place(self, number: int) -> str:
        """Return where the chip's pin is; raise HeaderError where the board does not bring it out."""
        word = self.chip.name_of(number)
        for place, has in self.pins.items():
            if has == word:
                return place
        raise HeaderError(f"{self.chip.title}: {word} is not on its pins; see {self.source}")

    def near(self, net: str, place: str) -> str:
        """Return the pin of a supply (``GND``, ``3V3``) that is nearest to another place."""
        found = [at for at, word in self.pins.items() if word == net]
        if not found:
            raise HeaderError(f"{self.chip.title}: has no pin {net}; see {self.source}")
        return min(found, key=lambda at: (abs(int(at) - int(place)), int(at)))


@cache
def header(chip: str) -> Header:
    """Return a chip's pins; every Raspberry Pi has the same. Raises HeaderError for a chip that has none here."""
    table = _table()
    name = PI if chip.startswith(PI) else chip
    if name not in table:
        raise HeaderError(f"chip {chip}: hardware/wiring/headers.toml does not have it; it has {', '.join(table)}")
    content = table[name]
    made = chip_named(chip)
    words = _split(content.get("pins") or table[content["same"]]["pins"])
    numbers = {f"{made.word}{number}": number for number in range(MOST_PINS)}
    pins = {place: made.name_of(numbers[word]) if word in numbers else word for place, word in words.items()}
    return Header(chip=made, source=content["source"], feed=content["feed"] or None, notes=content["notes"], pins=pins)


def _split(pins: str) -> dict[str, str]:
    return dict(re.findall(r"(\d+) (\S+)", pins))


@cache
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads((resources.files("hardware.wiring") / "headers.toml").read_text("utf-8"))

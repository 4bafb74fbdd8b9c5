"""The pins that a controller brings out: their places on its board, and which ground pin is near to a signal."""

import re
import tomllib
from functools import cache
from importlib import resources

import msgspec
from msgspec import Struct

PI = "raspberry-pi"


class HeaderError(LookupError):
    """A controller or a pin that no header has, with what is known."""


class Header(Struct, frozen=True, kw_only=True):
    """A controller's pins. feed: the place that takes 5 V, None where it has a supply of its own; pins: place to word.

    Where the places come from: ``source``.
    """

    title: str
    source: str
    feed: str | None
    gpio: str
    notes: str
    pins: dict[str, str]

    def place(self, number: int) -> str:
        """Return where the chip's pin is; raise HeaderError where the board does not bring it out."""
        word = f"{self.gpio}{number}"
        for place, has in self.pins.items():
            if has == word:
                return place
        raise HeaderError(f"{self.title}: {word} is not on its pins; see {self.source}")

    def near(self, net: str, place: str) -> str:
        """Return the pin of a supply (``GND``, ``3V3``) that is nearest to another place."""
        found = [at for at, word in self.pins.items() if word == net]
        if not found:
            raise HeaderError(f"{self.title}: has no pin {net}; see {self.source}")
        return min(found, key=lambda at: (abs(int(at) - int(place)), int(at)))


def header(chip: str) -> Header:
    """Return a chip's pins; every Raspberry Pi has the same. Raises HeaderError for a chip that is not known."""
    known = _headers()
    name = PI if chip.startswith(PI) else chip
    if name not in known:
        raise HeaderError(f"chip {chip}: hardware/wiring/headers.toml does not have it; it has {', '.join(known)}")
    return known[name]


def _split(pins: str) -> dict[str, str]:
    return dict(re.findall(r"(\d+) (\S+)", pins))


@cache
def _headers() -> dict[str, Header]:
    table = tomllib.loads((resources.files("hardware.wiring") / "headers.toml").read_text("utf-8"))
    headers = {}
    for name, content in table.items():
        pins = content.get("pins") or table[content["same"]]["pins"]
        plain = {key: value for key, value in content.items() if key != "same"}
        fed = {"pins": _split(pins), "feed": content["feed"] or None}
        headers[name] = msgspec.convert(plain | fed, Header)
    return headers

"""Reads parts.toml: what a node is built from, what is said about it, and what to look for when buying it."""

import tomllib
from functools import cache
from importlib import resources

import msgspec
from msgspec import Struct

from hardware.kinds import KIND_WORDS

KINDS = {**KIND_WORDS, "desk": f"{KIND_WORDS['duty']}、{KIND_WORDS['guide']}"}
"""By the first word of a board's name; one board of keys serves both desks."""


class BoxPart(Struct, frozen=True, forbid_unknown_fields=True):
    """A thing in the picture. pins: terminals, each ``NAME`` or ``NAME = WORDS BESIDE IT``.

    ma_each: what one of it takes at most. notes_low, notes_high: by the level that works it.
    """

    title: str
    kind: str
    source: str
    pins: tuple[str, ...] = ()
    notes: str = ""
    notes_low: str = ""
    notes_high: str = ""
    ma_each: int = 0

    def terminals(self) -> dict[str, str]:
        """Return each terminal with the words beside it, which may be empty."""
        split = (pin.partition(" = ") for pin in self.pins)
        return {name: words for name, _, words in split}


class Goods(Struct, frozen=True, forbid_unknown_fields=True):
    """A line of the bill. look_for: the words to search a shop with."""

    what: str
    look_for: str


class Supply(Struct, frozen=True, forbid_unknown_fields=True):
    """A supply of 5 V. ma: what it may give for years; buy, fuse: lines of the bill; box: how it is drawn."""

    ma: int
    buy: str
    fuse: str
    title: str
    box: str = "supply"


class Parts(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. caps: words on keys."""

    caps: dict[str, str]
    box: dict[str, BoxPart]
    buy: dict[str, Goods]
    supplies: tuple[Supply, ...]

    def cap(self, key: str) -> str:
        """Return a key's name with the words on its cap, where they differ."""
        digit = key[1:] if len(key) == 2 and key[0] == "d" and key[1].isdigit() else None
        words = digit or self.caps.get(key)
        return f"{key} {words}" if words else key

    def kind(self, board: str) -> str:
        """Return what kind of device a board's name says it is."""
        return KINDS.get(board.partition("-")[0], "设备")


@cache
def parts() -> Parts:
    """Return what parts.toml says."""
    text = (resources.files("hardware.wiring") / "parts.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Parts)

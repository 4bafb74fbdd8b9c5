"""Printers as data: what a model of printer is and takes; profiles.toml has those that Lintel knows."""

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from printers.layout import CELL_W_DOTS

Hex = Annotated[str, Meta(pattern=r"^([0-9a-f]{2}( [0-9a-f]{2})*)?\Z", description="bytes such as `1c 26`")]


class UnknownProfileError(KeyError):
    """A board names a profile that there is not; the sentence names those that there are."""

    def __str__(self) -> str:
        return str(self.args[0])


class Profile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One model of printer. width_dots: of its line. charset: of its Chinese; none: it has no Chinese.

    start: what follows ``ESC @``: Chinese on, and steps of one dot. qr: native has ``GS ( k``; raster draws it.
    cutter: none moves the paper by tear_lines to where it is torn off. near_end: has a sensor for the end of the roll.
    status: to which n of ``DLE EOT n`` it answers. finishes: answers ``GS r 1`` once all before it is printed. asb:
    reports by itself (``GS a``). raster_rows: how many rows of dots it takes in one ``GS v 0``. raster_doubles: takes
    ``GS v 0`` with its modes of double width and height. bauds: of its serial port. source: where all this is from.
    """

    name: str = ""
    title: str
    width_dots: Annotated[int, Meta(ge=192, le=832, multiple_of=8)]
    charset: Literal["none", "gbk", "gb18030"] = "gbk"
    start: Hex = "1c 26"
    qr: Literal["native", "raster"] = "native"
    cutter: Literal["none", "partial", "full", "both"] = "partial"
    tear_lines: Annotated[int, Meta(ge=0, le=20)] = 4
    near_end: bool = False
    status: tuple[Annotated[int, Meta(ge=1, le=4)], ...] = (1, 2, 3, 4)
    finishes: bool = True
    asb: bool = False
    raster_rows: Annotated[int, Meta(ge=24, le=2047)] = 240
    raster_doubles: bool = True
    bauds: tuple[int, ...] = ()
    source: str

    @property
    def cells(self) -> int:
        """How many characters of ASCII go into a line: 32 on 58 mm, 48 on 80 mm."""
        return self.width_dots // CELL_W_DOTS

    @property
    def starting(self) -> bytes:
        """What follows ``ESC @``."""
        return bytes.fromhex(self.start)

    @property
    def native(self) -> bool:
        """Tell whether it sets Chinese itself; otherwise all is sent as a picture."""
        return self.charset != "none"

    @property
    def paper_mm(self) -> int:
        """How wide its paper is: 58 or 80 mm."""
        return 58 if self.width_dots <= 448 else 80


def _shipped() -> dict[str, Profile]:
    data = (resources.files("printers") / "profiles.toml").read_text(encoding="utf-8")
    read = msgspec.convert(tomllib.loads(data), dict[str, Profile])
    return {name: msgspec.structs.replace(one, name=name) for name, one in read.items()}


@lru_cache(maxsize=1)
def profiles() -> dict[str, Profile]:
    """Return all profiles by their names."""
    return _shipped()


def profile(name: str) -> Profile:
    """Return a printer's profile, or raise UnknownProfileError."""
    try:
        return profiles()[name]
    except KeyError:
        known = ", ".join(profiles())
        raise UnknownProfileError(f"no profile {name!r} of a printer; there is {known}") from None

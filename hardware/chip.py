"""What a chip on its board can do, pin by pin; read from ``hardware/chips``, where datasheets are named."""

import re
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

Ability = Literal["in", "pull-up", "pull-down", "out"]
"""What a part asks of a pin: to be read, to be held up or down by the chip while nothing drives it, to be driven."""

Span = tuple[int, int]
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


class ChipError(ValueError):
    """A chip that is not known, or whose file is not as it must be."""


class Limit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What some pins cannot do, spans from first to last. why: the end of a sentence, with a way out."""

    pins: Annotated[list[Span], Meta(min_length=1)]
    cannot: Annotated[list[Ability], Meta(min_length=1)]
    why: str


class ChipBoard(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One chip as it sits on its board. Pins are the chip's own numbers; a bus is called ``spi 0``, ``uart 1``.

    runs: what it runs, the firmware under MicroPython or the agent under Linux. net: how it reaches the network. word:
    what stands before a pin's number. sources: the datasheets. pins: those that are brought out, in spans. labels: what
    is printed at a pin where it is not word and number. used: what the board itself needs a pin for.

    buses: kind of bus, number, line, and the pins that can be that line; ``any`` is every pin that can do it. kept: the
    buses that the board itself needs. along: pins that a bus takes besides those that are named. ports: serial ports
    of Linux on pins, tx and rx. other_ports: those that are there no more, with what to name instead.

    has_pio: whether it can light HUB08 rows (RP2040 datasheet, chapter 3). can_pulse: whether it can time the pulses of
    WS2812 LEDs. pwm_hz: the lowest and the highest frequency of a square wave.
    """

    title: str
    runs: Literal["firmware", "agent"]
    net: Literal["w5500", "cyw43", "lan8720", "esp-wifi", "linux"]
    word: str
    sources: Annotated[list[str], Meta(min_length=1)]
    pins: list[Span]
    used: dict[int, str]
    buses: dict[str, dict[int, dict[str, list[int] | Literal["any"]]]]
    pwm_hz: tuple[int, int]
    labels: dict[int, str] = {}
    limits: list[Limit] = []
    kept: dict[str, str] = {}
    along: dict[str, dict[int, str]] = {}
    ports: dict[str, tuple[int, int]] = {}
    other_ports: dict[str, str] = {}
    has_pio: bool = False
    can_pulse: bool = True

    def name_of(self, pin: int) -> str:
        """Return a pin as the board's pictures and its print call it: ``GP17``, ``IO5 (RXD)``."""
        label = self.labels.get(pin)
        return f"{self.word}{pin} ({label})" if label else f"{self.word}{pin}"

    def free(self) -> list[int]:
        """Return the pins that are brought out and that the board leaves to parts."""
        return [pin for pin in _spread(self.pins) if pin not in self.used]

    def lack(self, pin: int, abilities: frozenset[Ability]) -> str | None:
        """Return why a pin cannot be had for this, as the end of a sentence that begins with it; None if it can."""
        if pin in self.used:
            return f"belongs to the board: {self.used[pin]}"
        if pin not in _spread(self.pins):
            return "is not brought out on this board"
        for limit in self.limits:
            if pin in _spread(limit.pins) and abilities & set(limit.cannot):
                return f"will not do, since {limit.why}"
        return None

    def able(self, abilities: frozenset[Ability], bus: str = "", line: str = "") -> list[int]:
        """Return the pins that can do this, and be that line of the bus if one is named."""
        there = [pin for pin in self.free() if self.lack(pin, abilities) is None]
        lines = self.lines(bus)
        only = lines.get(line, "any") if lines is not None else []
        return there if only == "any" else [pin for pin in there if pin in only]

    def lines(self, bus: str) -> dict[str, list[int] | Literal["any"]] | None:
        """Return the lines of a bus, any pin for those that are not named; None where there is no such bus."""
        kind, _, number = bus.partition(" ")
        return self.buses.get(kind, {}).get(int(number)) if number else {}

    def numbers(self, kind: str) -> list[int]:
        """Return the numbers of the buses of a kind that are left to parts."""
        return [number for number in self.buses.get(kind, {}) if f"{kind} {number}" not in self.kept]


def chip_names() -> list[str]:
    """Return the names of all known chips."""
    return sorted(path.stem for path in _folder().glob("*.json"))


@lru_cache(maxsize=32)
def chip_named(name: str) -> ChipBoard:
    """Return a chip by the name that board files have; raise ChipError."""
    try:
        return msgspec.convert(_fields(name), ChipBoard, strict=False)
    except msgspec.ValidationError as error:
        raise ChipError(f"chip {name}: {error}; correct hardware/chips/{name}.json") from error


def _fields(name: str) -> dict[str, Any]:
    """Return the fields of a chip's file, and of that which it is based on for those that it has not."""
    path = _folder() / f"{name}.json"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise ChipError(f"chip {name!r} is not known; there are {', '.join(chip_names())}")
    found: dict[str, Any] = msgspec.json.decode(path.read_bytes())
    base = found.pop("based_on", None)
    return _fields(base) | found if base else found


def _folder() -> Path:
    return Path(str(resources.files("hardware") / "chips"))


@lru_cache(maxsize=256)
def _numbers(spans: tuple[Span, ...]) -> frozenset[int]:
    return frozenset(pin for first, last in spans for pin in range(first, last + 1))


def _spread(spans: list[Span]) -> list[int]:
    """Return the numbers in spans, ascending."""
    return sorted(_numbers(tuple(spans)))

"""Which boards are plugged in, whose they are, and which of them becomes which device."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from msgspec import Struct

from hub.flashing.errors import FlashError, NoMicroPythonError, PulledOutError
from hub.flashing.link import About, BoardLink

USB_VENDORS = {
    0x2E8A: "Raspberry Pi",
    0x303A: "Espressif",
    0x10C4: "Silicon Labs",
    0x1A86: "WCH",
    0x0403: "FTDI",
}
"""Whose serial ports boards have: their own, or that of a converter that is soldered to them."""

AGAIN_S = 2.0
"""How long a board takes to come back to its port."""


class AssignError(ValueError):
    """Nobody can say which board becomes which device; the sentence says how to name it."""


class Seen(Struct, frozen=True, kw_only=True):
    """A board that is plugged in. about: None where no MicroPython answers. error: why it cannot be used at all."""

    port: str
    about: About | None = None
    error: str = ""


Ask = Callable[[Seen, Sequence[str]], str]
"""Asked which of the devices a board becomes; an empty answer leaves it out."""


def found_ports() -> list[str]:
    """Return the serial ports that boards have, in the order of their names; raise FlashError."""
    try:
        from serial.tools import list_ports  # type: ignore[import-untyped]
    except ImportError as error:
        raise FlashError(
            "pyserial is not installed; in Lintel's folder run make setup, or pip install '.[flash]'"
        ) from error
    return sorted(port.device for port in list_ports.comports() if port.vid in USB_VENDORS)


def look(port: str) -> Seen:
    """Return what is on a port; the board is interrupted by that, and has to be started again.

    One that starts anew just then, as its watchdog may have it do, is asked once more.
    """
    try:
        return _asked(port)
    except PulledOutError:
        time.sleep(AGAIN_S)
    except FlashError as error:
        return Seen(port=port, error=str(error))
    try:
        return _asked(port)
    except FlashError as error:
        return Seen(port=port, error=str(error))


def _asked(port: str) -> Seen:
    try:
        with BoardLink(port) as link:
            return Seen(port=port, about=link.about())
    except NoMicroPythonError:
        return Seen(port=port)


def explicit(words: Iterable[str]) -> dict[str, str]:
    """Return device to port of the words that name both, ``pad-1=/dev/ttyACM0``, and to nothing of the others."""
    pairs = [word.partition("=")[::2] for word in words]
    named = dict(pairs)
    if len(named) != len(pairs):
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise AssignError(f"{twice} is named twice; a device is one board")
    ports = [port for port in named.values() if port]
    if len(ports) != len(set(ports)):
        raise AssignError("two devices have the same port; give each its own")
    return named


def assign(
    seen: Sequence[Seen], wanted: dict[str, str], *, known: Collection[str], made: Collection[str], hall: str, ask: Ask
) -> dict[str, Seen]:
    """Return device to board, in the order of wanted.

    wanted: device to port, empty where any board may become it. known: all devices of the hall. made: those that no
    other board than their own becomes. A board that is one of the wanted already stays that; one that is another of
    this hall's is left alone; ask settles the rest, in order.
    """
    by_port = {one.port: one for one in seen if not one.error}
    chosen = {device: by_port[port] for device, port in wanted.items() if port in by_port}
    rest = [one for one in by_port.values() if one not in chosen.values()]
    for one in rest:
        device = _device_of(one, hall)
        if device in wanted and not wanted[device] and device not in chosen:
            chosen[device] = one
    free = [one for one in rest if one not in chosen.values() and _device_of(one, hall) not in known]
    for one in free:
        left = [device for device, port in wanted.items() if not (port or device in chosen or device in made)]
        device = ask(one, left) if left else ""
        if device:
            chosen[device] = one
    return {device: chosen[device] for device in wanted if device in chosen}


def first_left(_seen: Seen, left: Sequence[str]) -> str:
    """Give boards to devices in order: the answer where nobody can be asked."""
    return left[0]


def none_left(_seen: Seen, _left: Sequence[str]) -> str:
    """Leave boards alone that are nobody's."""
    return ""


def _device_of(seen: Seen, hall: str) -> str:
    owner = seen.about.owner if seen.about else None
    return owner[1] if owner and owner[0] == hall else ""

"""Board files: which parts a device has and on which pins; the same JSON is read by the firmware on its node."""

import re
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from hardware.contract import KeyName

Gpio = Annotated[int, Meta(ge=0, le=48, description="the chip's own (BCM, GP, IO) number, not the header's")]
Level = Literal["low", "high"]
MAX7219_BLOCK_PX = 8


class BoardError(ValueError):
    """A board file that cannot be built, with the file and what to do about it."""


class Keys(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Direct keys. active: the level while pressed; ``low`` switches the pin's pull-up on, ``high`` its pull-down.

    settle_ms: how long the contact must be quiet before a release, and so the next press, counts.
    """

    pins: Annotated[dict[KeyName, Gpio], Meta(min_length=1, max_length=16)]
    active: Level = "low"
    settle_ms: Annotated[int, Meta(ge=1, le=200)] = 20


class Lamps(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One lamp in each key cap, named as its key. active: the level that lights it. blink_ms: half a blink."""

    pins: Annotated[dict[KeyName, Gpio], Meta(min_length=1, max_length=16)]
    active: Level = "high"
    blink_ms: Annotated[int, Meta(ge=167, le=2000, description="not above 3 Hz")] = 250


class Max7219(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A chain of 8x8 MAX7219 blocks: rows of blocks from the top, each from the left, the first nearest to the chip.

    orientation: as luma.led_matrix counts it, in degrees. 0: digit register n is column n, bit 0 on top. -90 (the
    common FC-16 modules): digit register n is row 7 - n, bit 0 on the left. 90: register n is row n, bit 7 on the left.
    180: register n is column 7 - n, bit 7 on top. intensity: 0 to 15.
    """

    driver: Literal["max7219"]
    w: Annotated[int, Meta(ge=8, le=256, multiple_of=8)]
    h: Annotated[int, Meta(ge=8, le=32, multiple_of=8)]
    spi: Annotated[int, Meta(ge=0, le=2)]
    sck: Gpio
    mosi: Gpio
    cs: Gpio
    orientation: Literal[0, 90, -90, 180] = -90
    intensity: Annotated[int, Meta(ge=0, le=15)] = 7
    baud: Annotated[int, Meta(ge=100_000, le=10_000_000)] = 10_000_000


class Tone(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A passive buzzer on a pin with PWM."""

    pin: Gpio


class UartPrinter(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver", tag="uart"):
    """A thermal printer on a chip's own UART. answers: whether its TX is wired, so that it can say what is wrong."""

    uart: Annotated[int, Meta(ge=0, le=2)]
    tx: Gpio
    rx: Gpio
    baud: Literal[9600, 19200, 38400, 57600, 115200] = 9600
    answers: bool = True


class SerialPrinter(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver", tag="serial"):
    """A printer on a serial port of a Raspberry Pi, such as ``/dev/serial0`` or ``/dev/ttyUSB0``."""

    port: Annotated[str, Meta(min_length=1, max_length=128)]
    baud: Literal[9600, 19200, 38400, 57600, 115200] = 9600
    answers: bool = True


class UsbPrinter(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver", tag="usb"):
    """A printer on USB, by the two numbers that ``lsusb`` shows."""

    vendor: Annotated[int, Meta(ge=0, le=0xFFFF)]
    product: Annotated[int, Meta(ge=0, le=0xFFFF)]
    answers: bool = True


class NetworkPrinter(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver", tag="network"):
    """A printer that takes raw bytes on a TCP port."""

    host: Annotated[str, Meta(min_length=1, max_length=128)]
    port: Annotated[int, Meta(ge=1, le=65535)] = 9100
    answers: bool = True


Printer = UartPrinter | SerialPrinter | UsbPrinter | NetworkPrinter


class UartReader(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver", tag="uart"):
    """A reader of identity cards on a chip's own UART; SAM_V modules leave their factory at 115200 baud (S9)."""

    uart: Annotated[int, Meta(ge=0, le=2)]
    tx: Gpio
    rx: Gpio
    baud: Literal[9600, 19200, 38400, 57600, 115200] = 115200


class SerialReader(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver", tag="serial"):
    """A reader of identity cards on a serial port of a Raspberry Pi, such as ``/dev/ttyUSB0`` (S9)."""

    port: Annotated[str, Meta(min_length=1, max_length=128)]
    baud: Literal[9600, 19200, 38400, 57600, 115200] = 115200


class AlsaVoice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver", tag="alsa"):
    """A loudspeaker on a sound card of a Raspberry Pi. device: a name that ``aplay -L`` shows."""

    device: Annotated[str, Meta(min_length=1, max_length=128)] = "default"


class FileVoice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver", tag="file"):
    """No loudspeaker: every utterance becomes a WAV file in a folder and takes its time all the same."""

    folder: Annotated[str, Meta(min_length=1, max_length=1024)]


class Board(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One device: chip is the MicroPython board or ``raspberry-pi``; a part that is None is not there."""

    chip: Literal["w5500-evb-pico", "raspberry-pi"]
    keys: Keys | None = None
    lamps: Lamps | None = None
    panel: Max7219 | None = None
    tone: Tone | None = None
    printer: Printer | None = None
    reader: UartReader | SerialReader | None = None
    voice: AlsaVoice | FileVoice | None = None

    def pins(self) -> list[tuple[str, int]]:
        """Return every pin with the name of its use, in the order of the file."""
        used = [(f"keys.{name}", pin) for name, pin in self.keys.pins.items()] if self.keys else []
        used += [(f"lamps.{name}", pin) for name, pin in self.lamps.pins.items()] if self.lamps else []
        if self.panel:
            used += [("panel.sck", self.panel.sck), ("panel.mosi", self.panel.mosi), ("panel.cs", self.panel.cs)]
        if self.tone:
            used.append(("tone.pin", self.tone.pin))
        if isinstance(self.printer, UartPrinter):
            used += [("printer.tx", self.printer.tx), ("printer.rx", self.printer.rx)]
        if isinstance(self.reader, UartReader):
            used += [("reader.tx", self.reader.tx), ("reader.rx", self.reader.rx)]
        return used


def load_board(name: str, folder: Path | None = None) -> Board:
    """Return the board of a shipped name, or of a file ``NAME.json`` in ``folder``, which goes first.

    Raises BoardError with the file, the place in it and the remedy.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise BoardError(f"board {name!r}: a name has small letters, digits and dashes only")
    own = folder / f"{name}.json" if folder else None
    path = own if own and own.is_file() else shipped_boards() / f"{name}.json"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in shipped_boards().glob("*.json")))
        raise BoardError(f"board {name!r}: no file {name}.json in {folder or 'the hall folder'}; shipped are {known}")
    return decode_board(path.read_bytes(), str(path))


def shipped_boards() -> Path:
    """Return the folder of the boards that come with Lintel."""
    return Path(str(resources.files("hardware") / "boards"))


def decode_board(data: bytes, origin: str) -> Board:
    """Return the board in ``data``; ``origin`` names it in a BoardError."""
    try:
        board = msgspec.json.decode(data, type=Board)
    except msgspec.MsgspecError as error:
        raise BoardError(f"{origin}: {error}") from error
    by_pin: dict[int, str] = {}
    for use, pin in board.pins():
        if pin in by_pin:
            raise BoardError(f"{origin}: {use} and {by_pin[pin]} are both on pin {pin}; give one of them another pin")
        by_pin[pin] = use
    return board

"""Board files: which parts a device has and on which pins; the same JSON is read by the firmware on its node."""

import re
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from hardware.contract import Direction, KeyName
from hardware.pin_number import Gpio
from hardware.printer_board import NetworkPrinter as NetworkPrinter
from hardware.printer_board import Printer as Printer
from hardware.printer_board import SerialPrinter as SerialPrinter
from hardware.printer_board import UartPrinter as UartPrinter
from hardware.printer_board import UsbPrinter as UsbPrinter
from hardware.voice_board import AlsaVoice, FileVoice

Level = Literal["low", "high"]
Channel = Annotated[int, Meta(ge=0, le=255)]
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


BlockOrder = Literal["rows", "serpentine", "right-to-left"]


class Max7219(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver", tag="max7219"):
    """A chain of 8x8 MAX7219 blocks, rows of blocks from the top.

    order: how the chain goes through them, from the block nearest to the chip. rows: each row from the left.
    serpentine: every second row from the right. right-to-left: each row from the right.
    orientation: as luma.led_matrix counts it, in degrees. 0: digit register n is column n, bit 0 on top. -90 (the
    common FC-16 modules): digit register n is row 7 - n, bit 0 on the left. 90: register n is row n, bit 7 on the left.
    180: register n is column 7 - n, bit 7 on top. intensity: 0 to 15.
    """

    w: Annotated[int, Meta(ge=8, le=256, multiple_of=8)]
    h: Annotated[int, Meta(ge=8, le=32, multiple_of=8)]
    spi: Annotated[int, Meta(ge=0, le=2)]
    sck: Gpio
    mosi: Gpio
    cs: Gpio
    orientation: Literal[0, 90, -90, 180] = -90
    order: BlockOrder = "rows"
    intensity: Annotated[int, Meta(ge=0, le=15)] = 7
    baud: Annotated[int, Meta(ge=100_000, le=10_000_000)] = 10_000_000

    def pins(self) -> dict[str, int]:
        """Return the panel's pins by their names."""
        return {"sck": self.sck, "mosi": self.mosi, "cs": self.cs}


class Hub08(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver", tag="hub08"):
    """Row-scanned HUB08 boards of 64x16 LEDs behind a row decoder, two of them chained for 128x16; a node's only.

    data: pin of R1; the four above it are the row lines A, B, C and D. clock: pin of CLK (SK); the two above it are
    STB (LT) and EN (OE). lit: the level on R1 that lights a dot. enable: the level on EN that lets a row shine; both
    are low on most boards. intensity: 0 to 15. The boards are fed from their right end, as seen from the front.
    """

    w: Literal[64, 128]
    h: Literal[16]
    data: Gpio
    clock: Gpio
    lit: Level = "low"
    enable: Level = "low"
    intensity: Annotated[int, Meta(ge=0, le=15)] = 15

    def pins(self) -> dict[str, int]:
        """Return the panel's pins by their names."""
        from_data = {name: self.data + at for at, name in enumerate(("data", "a", "b", "c", "d"))}
        return from_data | {name: self.clock + at for at, name in enumerate(("clock", "latch", "enable"))}


class Ssd1306(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver", tag="ssd1306"):
    """A small OLED on I2C. address: 60 or 61, as its board is soldered. is_turned: mounted upside down.

    contrast: 0 to 255. A Raspberry Pi has sda 2 and scl 3, which are its I2C 1.
    """

    w: Literal[128]
    h: Literal[32, 64]
    i2c: Annotated[int, Meta(ge=0, le=1)]
    sda: Gpio
    scl: Gpio
    address: Literal[60, 61] = 60
    is_turned: bool = False
    contrast: Annotated[int, Meta(ge=0, le=255)] = 207
    baud: Annotated[int, Meta(ge=100_000, le=400_000)] = 400_000

    def pins(self) -> dict[str, int]:
        """Return the panel's pins by their names."""
        return {"sda": self.sda, "scl": self.scl}


PanelBoard = Max7219 | Hub08 | Ssd1306


class StripCard(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver", tag="strip-card"):
    """A card on RS-485 that draws one line of GBK text itself (REQUIREMENTS.md, section 7; `displays.card_text`).

    address: the card's own on its line. A node has uart, tx, rx, and de, the pin that lets its RS-485 chip drive the
    line (None: the chip does that by itself); a Raspberry Pi has port, such as ``/dev/ttyUSB0``.
    """

    w: Annotated[int, Meta(ge=64, le=256, multiple_of=16)]
    h: Literal[16] = 16
    address: Annotated[int, Meta(ge=1, le=254)]
    uart: Annotated[int, Meta(ge=0, le=2)] | None = None
    tx: Gpio | None = None
    rx: Gpio | None = None
    de: Gpio | None = None
    port: Annotated[str, Meta(min_length=1, max_length=128)] | None = None
    baud: Literal[4800, 9600, 19200, 38400, 57600, 115200] = 9600

    def __post_init__(self) -> None:
        """Refuse a card that is on nothing, or on two things; raise ValueError."""
        on_uart = [at is not None for at in (self.uart, self.tx, self.rx)]
        if (self.port is None and not all(on_uart)) or (self.port and (any(on_uart) or self.de is not None)):
            raise ValueError("a strip card needs either uart, tx and rx (a node), or port (a Raspberry Pi)")

    def pins(self) -> dict[str, int]:
        """Return the card's pins by their names."""
        named = {"tx": self.tx, "rx": self.rx, "de": self.de}
        return {name: pin for name, pin in named.items() if pin is not None}


class Arrow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A strip of WS2812 LEDs that make up arrows (S25). groups: direction to spans of LEDs, first and last, from 0.

    leds: at most 64, since nothing else is heard for 30 us a LED. color: red, green, blue at full light. limit_ma: what
    the strip may draw at most, whatever is lit.
    """

    pin: Gpio
    leds: Annotated[int, Meta(ge=1, le=64)]
    groups: Annotated[dict[Direction, list[tuple[int, int]]], Meta(min_length=1)]
    color: tuple[Channel, Channel, Channel] = (0, 255, 0)
    limit_ma: Annotated[int, Meta(ge=100, le=4000)] = 500

    def __post_init__(self) -> None:
        """Refuse spans that lie outside the strip; raise ValueError."""
        for direction, spans in self.groups.items():
            if not spans or not all(0 <= first <= last < self.leds for first, last in spans):
                raise ValueError(f"arrow {direction}: name spans of LEDs from 0 to {self.leds - 1}, first and last")


class Tone(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A passive buzzer on a pin with PWM."""

    pin: Gpio


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


class Board(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One device: chip is the MicroPython board or ``raspberry-pi``; a part that is None is not there."""

    chip: Literal["w5500-evb-pico", "raspberry-pi"]
    keys: Keys | None = None
    lamps: Lamps | None = None
    panel: PanelBoard | StripCard | None = None
    tone: Tone | None = None
    printer: Printer | None = None
    reader: UartReader | SerialReader | None = None
    arrow: Arrow | None = None
    voice: AlsaVoice | FileVoice | None = None

    def pins(self) -> list[tuple[str, int]]:
        """Return every pin with the name of its use, in the order of the file."""
        used = [(f"keys.{name}", pin) for name, pin in self.keys.pins.items()] if self.keys else []
        used += [(f"lamps.{name}", pin) for name, pin in self.lamps.pins.items()] if self.lamps else []
        used += [(f"panel.{name}", pin) for name, pin in self.panel.pins().items()] if self.panel else []
        if self.tone:
            used.append(("tone.pin", self.tone.pin))
        if isinstance(self.printer, UartPrinter):
            used += [(f"printer.{name}", pin) for name, pin in self.printer.pins().items()]
        if isinstance(self.reader, UartReader):
            used += [("reader.tx", self.reader.tx), ("reader.rx", self.reader.rx)]
        if self.arrow:
            used.append(("arrow.pin", self.arrow.pin))
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
    if board.chip == "raspberry-pi" and isinstance(board.panel, Hub08):
        raise BoardError(f"{origin}: a Raspberry Pi cannot light the rows of HUB08 boards in time; put them on a node")
    by_pin: dict[int, str] = {}
    for use, pin in board.pins():
        if pin in by_pin:
            raise BoardError(f"{origin}: {use} and {by_pin[pin]} are both on pin {pin}; give one of them another pin")
        by_pin[pin] = use
    _check_chip(board, origin)
    return board


def _check_chip(board: Board, origin: str) -> None:
    """Refuse parts that this chip cannot drive."""
    is_pi = board.chip == "raspberry-pi"
    if is_pi and board.arrow:
        raise BoardError(f"{origin}: arrow: a Raspberry Pi cannot time the pulses of a WS2812; put the arrow on a node")
    if isinstance(board.panel, StripCard) and is_pi != (board.panel.port is not None):
        remedy = "name its port, not its uart" if is_pi else "name its uart, tx and rx, not its port"
        raise BoardError(f"{origin}: panel: a strip card on a {board.chip}: {remedy}")

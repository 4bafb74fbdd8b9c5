"""Board files: which parts a device has and on which pins; the same JSON is read by the firmware on its node."""

import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta, Struct

from hardware.board_checks import refusals
from hardware.board_words import board_words
from hardware.chip import chip_named
from hardware.contract import Direction, KeyName
from hardware.keys_board import Keys as Keys
from hardware.keys_board import Matrix as Matrix
from hardware.panel_board import BlockOrder as BlockOrder
from hardware.panel_board import Hub08 as Hub08
from hardware.panel_board import Max7219 as Max7219
from hardware.panel_board import PanelBoard as PanelBoard
from hardware.panel_board import Ssd1306 as Ssd1306
from hardware.panel_board import StripCard as StripCard
from hardware.pin_number import Gpio
from hardware.pin_use import PinUse, driven, uart_lines
from hardware.printer_board import NetworkPrinter as NetworkPrinter
from hardware.printer_board import Printer as Printer
from hardware.printer_board import SerialPrinter as SerialPrinter
from hardware.printer_board import UartPrinter as UartPrinter
from hardware.printer_board import UsbPrinter as UsbPrinter
from hardware.voice_board import AlsaVoice, FileVoice

Level = Literal["low", "high"]
Channel = Annotated[int, Meta(ge=0, le=255)]
ChipName = Literal[
    "w5500-evb-pico",
    "w5500-evb-pico2",
    "pico-w",
    "wt32-eth01",
    "esp32-s3",
    "raspberry-pi",
    "raspberry-pi-3",
    "raspberry-pi-4",
    "raspberry-pi-5",
    "raspberry-pi-zero-2",
]
"""The files of ``hardware/chips``."""
_PIO = ("w5500-evb-pico", "w5500-evb-pico2", "pico-w")


class BoardError(ValueError):
    """A board file that cannot be built, with the file and what to do about it."""


class Lamps(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One lamp in each key cap, named as its key. active: the level that lights it. blink_ms: half a blink."""

    pins: Annotated[dict[KeyName, Gpio], Meta(min_length=1, max_length=16)]
    active: Level = "high"
    blink_ms: Annotated[int, Meta(ge=167, le=2000, description="not above 3 Hz")] = 250


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
    """One device: chip is the board that runs it, of ``hardware/chips``; a part that is None is not there."""

    chip: ChipName
    keys: Keys | None = None
    lamps: Lamps | None = None
    panel: PanelBoard | StripCard | None = None
    tone: Tone | None = None
    printer: Printer | None = None
    reader: UartReader | SerialReader | None = None
    arrow: Arrow | None = None
    voice: AlsaVoice | FileVoice | None = None

    @property
    def runs_agent(self) -> bool:
        """Whether it is a computer with Linux, which runs the agent; all others run the firmware."""
        return chip_named(self.chip).runs == "agent"

    def uses(self) -> list[PinUse]:
        """Return what each part asks of each of its pins, in the order of the file."""
        used = self.keys.uses() if self.keys else []
        used += driven("lamps", self.lamps.pins) if self.lamps else []
        used += self.panel.uses() if self.panel else []
        used += driven("tone", {"pin": self.tone.pin}) if self.tone else []
        used += self.printer.uses() if isinstance(self.printer, UartPrinter) else []
        reader = self.reader if isinstance(self.reader, UartReader) else None
        used += uart_lines("reader", reader.uart, reader.tx, reader.rx) if reader else []
        return used + (driven("arrow", {"pin": self.arrow.pin}) if self.arrow else [])

    def pins(self) -> list[tuple[str, int]]:
        """Return every pin with the name of its use, in the order of the file."""
        return [(use.name, use.pin) for use in self.uses()]

    def ports(self) -> dict[str, str]:
        """Return the serial ports of Linux that parts are on, by part."""
        found = {part: getattr(getattr(self, part), "port", None) for part in ("panel", "printer", "reader")}
        return {part: port for part, port in found.items() if isinstance(port, str)}


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
        raise BoardError(f"{origin}: {board_words(error, get_args(ChipName))}") from error
    for sentence in (*_wrong_parts(board), *refusals(board.uses(), board.ports(), chip_named(board.chip))):
        raise BoardError(f"{origin}: {sentence}")
    return board


def _wrong_parts(board: Board) -> Iterator[str]:
    """Find parts that this chip cannot drive at all."""
    chip = chip_named(board.chip)
    is_pi = board.runs_agent
    if is_pi and isinstance(board.panel, Hub08):
        yield "a Raspberry Pi cannot light the rows of HUB08 boards in time; put them on a node"
    elif isinstance(board.panel, Hub08) and not chip.has_pio:
        yield f"panel: the {chip.title} cannot light the rows of HUB08 boards; put them on a {' or '.join(_PIO)}"
    if board.arrow and not chip.can_pulse:
        yield "arrow: a Raspberry Pi cannot time the pulses of a WS2812; put the arrow on a node"
    if isinstance(board.panel, StripCard) and is_pi != (board.panel.port is not None):
        remedy = "name its port, not its uart" if is_pi else "name its uart, tx and rx, not its port"
        yield f"panel: a strip card on a {board.chip}: {remedy}"
    if is_pi and isinstance(board.printer, UartPrinter):
        yield "printer: a Raspberry Pi has its printer on a port; name it, with driver serial, not uart"
    if is_pi and isinstance(board.reader, UartReader):
        yield "reader: a Raspberry Pi has its reader on a port; name it, with driver serial, not uart"
    if board.printer and not is_pi and not isinstance(board.printer, UartPrinter):
        yield f"printer: the {chip.title} has its printer on a UART; name it, with driver uart"
    if isinstance(board.reader, SerialReader) and not is_pi:
        yield f"reader: the {chip.title} has its reader on a UART; name it, with driver uart"
    if board.voice and not is_pi:
        yield f"voice: the {chip.title} cannot speak; put the voice on a Raspberry Pi"

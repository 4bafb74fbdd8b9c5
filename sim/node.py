"""A simulated node: the shipped firmware on real MicroPython, its pins wired to model chips, keys and lamps.

A hand presses its keys, which bounce; its lamps, panel, buzzer and printer are what the firmware's pins and buses make
of them. It is a simulation, and the firmware cannot tell: it runs unmodified.
"""

import asyncio
import random
import ssl
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import msgspec

from hardware.board import Board
from hardware.chip import chip_named
from sim.chips.printer import PrinterChip
from sim.chips.reader import ReaderChip
from sim.chips.ws2812 import Ws2812Strip
from sim.contacts import Contacts
from sim.contacts import NoSuchKeyError as NoSuchKeyError
from sim.finger import HOLD_S, Finger
from sim.lines import Lines
from sim.node_process import Chip, heap_of
from sim.panel_wires import BUSES, PanelModel, wires_of
from sim.paper import Slip
from sim.pinout import INPUT, PULL_UP, Pinout
from sim.provision import NO_KEY, provision


class NodeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where a node belongs; written to its flash as ``settings.json`` (firmware/config.py).

    net: empty is DHCP. ca: file of the authority that brokers are trusted by, copied to the flash; None is without TLS.
    server_name: the name in the broker's certificate; None is ``host``. key: what the node's firmware is signed with.
    """

    hall: str
    password: str
    host: str
    port: int
    keepalive_s: int = 10
    net: Mapping[str, str] = MappingProxyType({})
    ca: Path | None = None
    server_name: str | None = None
    key: str = NO_KEY


class Node:
    """One node, from its flash to its lamps. name: the device's in its hall.

    board: what it is made of. settings: None leaves the flash as it is. flash: folder that is its file system; made if
    need be, kept always. on_change: called when something that can be seen or heard there may have changed. on_slip:
    called with every slip of paper that comes out.

    lamps: key to whether it is lit. panel: the model of its panel, None without one; a new one after each power cut.
    tone_hz: what sounds now, 0 is silence. tones: every tone that has begun. printer: the model of its printer, None
    without one; it has power of its own. slips: all that it has put out. reader: the model of its card reader, None
    without one. arrow: the model of its strip of LEDs, None without one.
    """

    def __init__(
        self,
        *,
        name: str,
        board: Board,
        settings: NodeSettings | None,
        flash: Path,
        on_change: Callable[[], None] | None = None,
        on_slip: Callable[[Slip], None] | None = None,
    ) -> None:
        self.name = name
        self.tone_hz = 0
        self.tones: list[int] = []
        self.slips: list[Slip] = []
        self._board = board
        self._settings = settings
        self._flash = flash
        self._on_change = on_change
        self._on_slip = on_slip
        self._contacts = Contacts(board.keys)
        self._lamp_of_pin = {pin: key for key, pin in board.lamps.pins.items()} if board.lamps else {}
        self.lamps = dict.fromkeys(self._lamp_of_pin.values(), False)
        self._random = random.Random(name)  # noqa: S311  (levels of open pins, no secrets)
        self._changed = asyncio.Event()
        self._pinout = Pinout(chip_named(board.chip), self._contacts.outside)
        self._wires = wires_of(board.panel, self._tell)
        self._lines = Lines(board=board, send=self._hear_line, on_slip=self._take_slip, on_busy=self._hear_busy)
        self.printer: PrinterChip | None = self._lines.printer
        self.reader: ReaderChip | None = self._lines.reader
        self.arrow = self._new_arrow()
        heap = heap_of(board)
        self._chip = Chip(name=name, flash=flash, heap=heap, on_frame=self._take_frame, on_stop=self._stop)
        self._finger = self._on(self._chip)

    @property
    def pid(self) -> int | None:
        """The process that runs the firmware; None without power."""
        return self._chip.pid

    @property
    def panel(self) -> PanelModel | None:
        """The model of its panel."""
        return self._wires.model

    @property
    def console(self) -> list[str]:
        """The last lines that the firmware printed."""
        return self._chip.console

    async def start(self) -> None:
        """Write the files to the flash and give the node its power; return at once, not when it is connected."""
        belongs = self._settings
        provision(self._flash, f"{belongs.hall if belongs else 'none'}/{self.name}", belongs.key if belongs else NO_KEY)
        if self._settings:
            self._write_files(self._settings)
        await self._chip.power_on()

    async def cut_power(self) -> None:
        """Take its power at this instant; the flash keeps what is on it. May be called twice."""
        await self._chip.power_off()

    async def close(self) -> None:
        """End it and all that it has started; may be called twice."""
        await self._chip.power_off()
        await self._lines.close()

    async def press(self, key: str, *, hold_s: float = HOLD_S) -> None:
        """Press a key as a finger does, bounces included; return when the finger is off and the contact quiet."""
        await self.key_down(key)
        await self.rest(hold_s)
        await self.key_up(key)

    async def key_down(self, key: str) -> None:
        """Press a key and hold it; return when its contact has stopped bouncing. Raises NoSuchKeyError."""
        await self._finger.move(key, is_down=True)

    async def key_up(self, key: str) -> None:
        """Let a key go; return when its contact has stopped bouncing. Raises NoSuchKeyError."""
        await self._finger.move(key, is_down=False)

    async def rest(self, time_s: float) -> None:
        """Leave the keys as they are for a time in which the firmware has run, however busy this computer is."""
        await self._finger.rest(time_s)

    async def until(self, condition: Callable[[], bool], *, limit_s: float = 10.0) -> None:
        """Wait until something that can be seen or heard at the node is so; raise TimeoutError with its console."""
        try:
            async with asyncio.timeout(limit_s):
                while not condition():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError as error:
            said = "\n".join(self.console)
            raise TimeoutError(f"{self.name}: not within {limit_s} s; its console says:\n{said}") from error

    def _write_files(self, settings: NodeSettings) -> None:
        found = {"device": self.name, **msgspec.to_builtins(settings, enc_hook=_plain)}
        if settings.ca:
            (self._flash / "ca.der").write_bytes(ssl.PEM_cert_to_DER_cert(settings.ca.read_text()))
            found["ca"] = "ca.der"
        (self._flash / "settings.json").write_bytes(msgspec.json.encode(found))
        (self._flash / "board.json").write_bytes(msgspec.json.encode(self._board))

    def _on(self, chip: Chip) -> Finger:
        return Finger(name=self.name, contacts=self._contacts, chip=chip, level_of=self._level_of)

    def _new_arrow(self) -> Ws2812Strip | None:
        arrow = self._board.arrow
        return Ws2812Strip(arrow.leds, on_change=self._tell) if arrow else None

    def _level_of(self, pin: int) -> int:
        """Return what level an input has: the key's while it is down, else its pull's, else whatever comes."""
        pressed = self._contacts.level(pin)
        pull = self._pinout.pulls.get(pin, 0)
        if pin == self._lines.busy_pin:
            return int(self._lines.is_busy)
        if pressed is not None:
            return pressed
        return int(pull == PULL_UP) if pull else self._random.randint(0, 1)

    def _send_level(self, pin: int) -> None:
        self._chip.send(b"P", pin, bytes([self._level_of(pin)]))

    def _take_frame(self, kind: bytes, unit: int, data: bytes) -> None:
        if kind in BUSES:
            self._take_bus(kind, unit, data)
            return
        {
            b"M": self._take_mode,
            b"P": self._take_level,
            b"U": self._open_uart,
            b"u": self._take_uart,
            b"W": self._take_wave,
            b"B": self._take_pulses,
        }[kind](unit, data)

    def _take_mode(self, pin: int, data: bytes) -> None:
        self._pinout.mode(pin, data[0], data[1], is_driven=self._contacts.level(pin) is not None)
        if data[0] == INPUT:
            self._send_level(pin)
            self._chip.send(b"N", 0)
        else:
            self._take_level(pin, data[2:])

    def _take_bus(self, kind: bytes, bus: int, data: bytes) -> None:
        answer = self._wires.bus(kind, bus, data, self._pinout)
        if answer is not None:
            self._chip.send(kind, bus, answer)

    def _open_uart(self, port: int, data: bytes) -> None:
        wired = self._pinout.uart(port, data)
        self._lines.open(port, *wired)
        self._wires.open_line(port, *wired)

    def _take_uart(self, port: int, data: bytes) -> None:
        self._lines.take(port, data)
        self._wires.line(port, data)

    def _take_level(self, pin: int, data: bytes) -> None:
        self._pinout.level(pin)
        is_high = bool(data[0])
        for moved in self._contacts.drive(pin, data[0], self._pinout):
            self._send_level(moved)
        if self._pinout.is_open_drain(pin):
            self._chip.send(b"Q", pin)
        if self._wires.level(pin, is_high):
            return
        if pin in self._lamp_of_pin and self._board.lamps:
            self.lamps[self._lamp_of_pin[pin]] = is_high == (self._board.lamps.active == "high")
            self._tell()

    def _take_wave(self, pin: int, data: bytes) -> None:
        hertz, duty = struct.unpack(">IH", data)
        self._pinout.wave(pin, hertz)
        is_wired = self._board.tone is not None and pin == self._board.tone.pin
        sounding_hz = hertz if duty and is_wired else 0
        if sounding_hz != self.tone_hz:
            self.tone_hz = sounding_hz
            if sounding_hz:
                self.tones.append(sounding_hz)
            self._tell()

    def _take_pulses(self, pin: int, data: bytes) -> None:
        self._pinout.level(pin)
        at_us, *timing = struct.unpack(">IHHHH", data[:12])
        if self.arrow and self._board.arrow and pin == self._board.arrow.pin:
            self.arrow.send(at_us, tuple(timing), data[12:])

    def _hear_line(self, port: int, data: bytes) -> None:
        self._chip.send(b"U", port, data)

    def _hear_busy(self, pin: int) -> None:
        if pin in self._pinout.pulls:
            self._send_level(pin)

    def _take_slip(self, slip: Slip) -> None:
        self.slips.append(slip)
        if self._on_slip:
            self._on_slip(slip)
        self._tell()

    def _stop(self, has_power: bool) -> None:
        """The chip lets go of its pins; a panel that still has power shows what it showed."""
        self.lamps = dict.fromkeys(self.lamps, False)
        self.tone_hz = 0
        self._pinout = Pinout(chip_named(self._board.chip), self._contacts.outside)
        self._contacts.let_go()
        self._lines.let_go()
        self._wires.let_go(has_power=has_power)
        if not has_power:
            self.arrow = self._new_arrow()
        self._tell()

    def _tell(self) -> None:
        self._changed.set()
        if self._on_change:
            self._on_change()


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else str(value)

"""What the pins and buses of a simulated node do to the model of its panel; one kind of wires for every driver."""

import struct
from collections.abc import Callable

from hardware.board import Hub08, Max7219, PanelBoard, Ssd1306, StripCard
from sim.chips.hub08 import Hub08Boards
from sim.chips.max7219 import Max7219Chain
from sim.chips.pio import Program, StateMachine
from sim.chips.ssd1306 import Ssd1306Glass
from sim.chips.strip_card import StripCardChip
from sim.pinout import Pinout

PanelModel = Max7219Chain | Hub08Boards | Ssd1306Glass | StripCardChip
BUSES = b"SsIiOol"
"""The kinds of frames (sim/wire.py) that a panel's buses have."""


class NoWires:
    """No panel: what a chip does with its buses reaches nothing."""

    model: PanelModel | None = None

    def bus(self, kind: bytes, unit: int, data: bytes, pinout: Pinout) -> bytes | None:
        """Take what the chip does with a bus; return what is answered, None is nothing. Raises WiringError."""
        if kind == b"S":
            pinout.spi(unit, data)
        elif kind == b"I":
            pinout.i2c(unit, data)
        elif kind == b"O":
            pinout.pio(unit, Program.decode(data).pins)
        return b"\0" if kind == b"i" else None

    def open_line(self, port: int, tx: int, rx: int, baud: int) -> None:
        """Take note of a UART that the chip opens."""

    def line(self, port: int, data: bytes) -> None:
        """Take what the chip says on a UART."""

    def level(self, pin: int, is_high: bool) -> bool:
        """Take a level that the chip drives; tell whether the pin is the panel's."""
        return False

    def let_go(self, *, has_power: bool) -> None:
        """The chip has ended; a panel that still has power shows what it showed."""


class ChainWires(NoWires):
    """A MAX7219 chain on SPI, with a chip select of its own."""

    model: Max7219Chain

    def __init__(self, board: Max7219, on_change: Callable[[], None]) -> None:
        self._board = board
        self._on_change = on_change
        self._is_wired = False
        self.model = self._new()

    def bus(self, kind: bytes, unit: int, data: bytes, pinout: Pinout) -> bytes | None:
        """Clock bytes in where the bus that is opened is the panel's."""
        if kind == b"S":
            clock, out, _ = pinout.spi(unit, data)
            self._is_wired = (unit, clock, out) == (self._board.spi, self._board.sck, self._board.mosi)
        elif self._is_wired and unit == self._board.spi:
            self.model.clock(data)
        return None

    def level(self, pin: int, is_high: bool) -> bool:
        """Set the chip select."""
        if pin != self._board.cs:
            return False
        self.model.select(is_high)
        return True

    def let_go(self, *, has_power: bool) -> None:
        """The bus is nobody's; a new chain stands for one that had no power."""
        self._is_wired = False
        if not has_power:
            self.model = self._new()

    def _new(self) -> Max7219Chain:
        board = self._board
        return Max7219Chain(
            w=board.w, h=board.h, orientation=board.orientation, order=board.order, on_change=self._on_change
        )


class GlassWires(NoWires):
    """An SSD1306 on I2C."""

    model: Ssd1306Glass

    def __init__(self, board: Ssd1306, on_change: Callable[[], None]) -> None:
        self._board = board
        self._on_change = on_change
        self._is_wired = False
        self.model = self._new()

    def bus(self, kind: bytes, unit: int, data: bytes, pinout: Pinout) -> bytes | None:
        """Hand on what is written to the display's address on its bus; answer whether it was taken."""
        if kind == b"I":
            sda, scl, _ = pinout.i2c(unit, data)
            self._is_wired = (unit, sda, scl) == (self._board.i2c, self._board.sda, self._board.scl)
            return None
        if kind != b"i":
            return super().bus(kind, unit, data, pinout)
        is_meant = self._is_wired and (unit, data[0]) == (self._board.i2c, self._board.address)
        return bytes([is_meant and self.model.write(data[1:])])

    def let_go(self, *, has_power: bool) -> None:
        """The bus is nobody's; a new display stands for one that had no power."""
        self._is_wired = False
        if not has_power:
            self.model = self._new()

    def _new(self) -> Ssd1306Glass:
        return Ssd1306Glass(h=self._board.h, is_turned=self._board.is_turned, on_change=self._on_change)


class Hub08Wires(NoWires):
    """HUB08 boards on the pins of a PIO state machine. What it is fed with is run once whenever that has changed.

    program, words: what the state machine runs, and what it was last fed with.
    """

    model: Hub08Boards

    def __init__(self, board: Hub08, on_change: Callable[[], None]) -> None:
        self._board = board
        self._on_change = on_change
        self._machine: StateMachine | None = None
        self.program: Program | None = None
        self.words: tuple[int, ...] = ()
        self.model = self._new()

    def bus(self, kind: bytes, unit: int, data: bytes, pinout: Pinout) -> bytes | None:
        """Run the state machine; its first words and its frames end with a word that it waits for."""
        if kind == b"O":
            self.program = Program.decode(data)
            pinout.pio(unit, self.program.pins)
            self._machine = StateMachine(self.program)
        elif kind in b"ol" and self._machine:
            self.words = struct.unpack(f">{len(data) // 4}I", data)
            self._machine.run(self.words, self._see)
            if kind == b"l" and self.program:
                self.model.end_frame(self._machine.clock / self.program.hz)
        else:
            return super().bus(kind, unit, data, pinout)
        return None

    def let_go(self, *, has_power: bool) -> None:
        """The chip drives nothing any more: EN is pulled to dark on the boards."""
        self._machine = None
        self.model = self._new()

    def _see(self, clock: int, levels: int) -> None:
        board, program = self._board, self.program
        if program:
            from_data, from_clock = levels >> board.data, levels >> board.clock
            self.model.see(
                clock / program.hz,
                data=from_data & 1,
                row=from_data >> 1 & 15,
                clock=from_clock & 1,
                latch=from_clock >> 1 & 1,
                enable=from_clock >> 2 & 1,
            )

    def _new(self) -> Hub08Boards:
        board = self._board
        return Hub08Boards(w=board.w, lit=board.lit == "high", enable=board.enable == "high", on_change=self._on_change)


class CardWires(NoWires):
    """A strip card behind an RS-485 chip, which says nothing while its pin DE is low; the card has power of its own."""

    model: StripCardChip

    def __init__(self, board: StripCard, on_change: Callable[[], None]) -> None:
        self._board = board
        self._is_wired = False
        self._drives = board.de is None
        self.model = StripCardChip(w=board.w, address=board.address, on_change=on_change)

    def open_line(self, port: int, tx: int, rx: int, baud: int) -> None:
        """Only the pins and the pace of the board file reach the card."""
        board = self._board
        if port == board.uart:
            self._is_wired = (tx, rx, baud) == (board.tx, board.rx, board.baud)

    def line(self, port: int, data: bytes) -> None:
        """Put bytes on the line, if it is driven."""
        if port == self._board.uart and self._is_wired and self._drives:
            self.model.receive(data)

    def level(self, pin: int, is_high: bool) -> bool:
        """Set DE."""
        if pin != self._board.de:
            return False
        self._drives = is_high
        return True

    def let_go(self, *, has_power: bool) -> None:
        """The line is nobody's; the card goes on showing what it shows."""
        self._is_wired = False
        self._drives = self._board.de is None


def wires_of(board: PanelBoard | StripCard | None, on_change: Callable[[], None]) -> NoWires:
    """Return the wires of a board's panel. on_change: called when the dots that one sees have changed."""
    if isinstance(board, Max7219):
        return ChainWires(board, on_change)
    if isinstance(board, Hub08):
        return Hub08Wires(board, on_change)
    if isinstance(board, Ssd1306):
        return GlassWires(board, on_change)
    if isinstance(board, StripCard):
        return CardWires(board, on_change)
    return NoWires()

"""What the pins and buses of a simulated node do to the model of its panel; one kind of wires for every driver."""

from collections.abc import Callable

from hardware.board import Max7219, PanelBoard, StripCard
from sim.chips.max7219 import Max7219Chain
from sim.chips.strip_card import StripCardChip
from sim.pinout import Pinout

PanelModel = Max7219Chain | StripCardChip
BUSES = b"Ss"
"""The kinds of frames (sim/wire.py) that a panel's buses have."""


class NoWires:
    """No panel: what a chip does with its buses reaches nothing."""

    model: PanelModel | None = None

    def bus(self, kind: bytes, unit: int, data: bytes, pinout: Pinout) -> bytes | None:
        """Take what the chip does with a bus; return what is answered, None is nothing. Raises WiringError."""
        if kind == b"S":
            pinout.spi(unit, data)
        return None

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
        return Max7219Chain(w=board.w, h=board.h, orientation=board.orientation, on_change=self._on_change)


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
    if isinstance(board, StripCard):
        return CardWires(board, on_change)
    return NoWires()

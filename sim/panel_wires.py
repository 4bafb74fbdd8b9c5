"""What the pins and buses of a simulated node do to the model of its panel; one kind of wires for every driver."""

from collections.abc import Callable

from hardware.board import Max7219, PanelBoard
from sim.chips.max7219 import Max7219Chain
from sim.pinout import Pinout

PanelModel = Max7219Chain
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


def wires_of(board: PanelBoard | None, on_change: Callable[[], None]) -> NoWires:
    """Return the wires of a board's panel. on_change: called when the dots that one sees have changed."""
    if isinstance(board, Max7219):
        return ChainWires(board, on_change)
    return NoWires()

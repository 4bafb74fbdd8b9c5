"""What the pins of a simulated node's chip can do, and what must not be done to them (`hardware.chip`).

Stricter than life: what a chip would do silently wrong is an error here.
"""

import struct

from hardware.chip import Ability, ChipBoard

_DEFAULT_MISO = (4, 8)
"""The pins that an RP2040's SPI takes for input when it is told nothing (MicroPython, ports/rp2)."""

INPUT, OUTPUT, OPEN_DRAIN = 0, 1, 3
"""Modes of a pin. An open drain is driven low, or not at all."""
PULL_UP, PULL_DOWN = 1, 2
_PULLS: dict[int, frozenset[Ability]] = {0: frozenset(), 1: frozenset({"pull-up"}), 2: frozenset({"pull-down"})}
_MISO_TAKEN = 4


class WiringError(ValueError):
    """The firmware does to a pin what the chip or the board does not allow."""


class Pinout:
    """Who uses which pin of a chip. outside: the resistors that are wired to pins, as pulls.

    pulls: what holds an input that nothing drives, by pin: 0 nothing, 1 up, 2 down.
    """

    def __init__(self, chip: ChipBoard, outside: dict[int, int] | None = None) -> None:
        self._chip = chip
        self._outside = outside or {}
        self.pulls: dict[int, int] = {}
        self._uses: dict[int, str] = {}

    def mode(self, pin: int, mode: int, pull: int, *, is_driven: bool) -> None:
        """Make a pin an input or an output; raise WiringError."""
        if mode == OUTPUT and is_driven:
            raise WiringError(f"{self.name(pin)} is made an output while a key drives it: a short circuit")
        self._take(pin, {INPUT: "input", OUTPUT: "output"}.get(mode, "open drain"), "in" if mode == INPUT else "out")
        self.pulls[pin] = self._outside.get(pin) or self._held(pin, pull)

    def is_open_drain(self, pin: int) -> bool:
        """Tell whether a pin is driven low or not at all."""
        return self._uses.get(pin) == "open drain"

    def level(self, pin: int) -> None:
        """Drive a level; raise WiringError where the pin is no output."""
        if self._uses.get(pin) not in ("output", "open drain"):
            raise WiringError(f"{self.name(pin)} is driven, and is no output but {self._uses.get(pin, 'unused')}")

    def spi(self, bus: int, data: bytes) -> tuple[int, int, int]:
        """Give pins to an SPI bus; return clock pin, data pin and baud. Raises WiringError."""
        clock, out, mode, baud = struct.unpack(">BBBI", data)
        if mode & ~_MISO_TAKEN:
            raise WiringError(f"SPI {bus} is opened in mode {mode & 3}; what is wired to it needs mode 0")
        self._give(clock, f"spi {bus}", "sck")
        self._give(out, f"spi {bus}", "mosi")
        if mode & _MISO_TAKEN and self._chip.has_pio:
            self._take(_DEFAULT_MISO[bus], f"SPI {bus} MISO")
        return clock, out, baud

    def uart(self, port: int, data: bytes) -> tuple[int, int, int]:
        """Give pins to a UART; return TX pin, RX pin and baud. Raises WiringError."""
        tx, rx, timeout_ms, baud = struct.unpack(">BBBI", data)
        if timeout_ms:
            raise WiringError(f"UART {port} is opened with a time-out, for which everything else would wait")
        self._give(tx, f"uart {port}", "tx")
        self._give(rx, f"uart {port}", "rx", "in")
        return tx, rx, baud

    def i2c(self, bus: int, data: bytes) -> tuple[int, int, int]:
        """Give pins to an I2C bus; return SDA pin, SCL pin and baud. Raises WiringError."""
        sda, scl, baud = struct.unpack(">BBI", data)
        self._give(sda, f"i2c {bus}", "sda")
        self._give(scl, f"i2c {bus}", "scl")
        return sda, scl, baud

    def pio(self, machine: int, pins: list[int]) -> None:
        """Give pins to a state machine; raise WiringError."""
        if not self._chip.has_pio:
            raise WiringError(f"the {self._chip.title} has no PIO")
        for pin in pins:
            self._take(pin, f"PIO {machine}")

    def wave(self, pin: int, hertz: int) -> None:
        """Put a square wave on a pin; raise WiringError where the chip's clock cannot make it."""
        low, high = self._chip.pwm_hz
        if not low <= hertz <= high:
            raise WiringError(f"{self.name(pin)} cannot have {hertz} Hz; the chip makes {low} to {high}")
        self._take(pin, "PWM")

    def name(self, pin: int) -> str:
        """Return a pin as it is called on the board."""
        return f"{self._chip.word}{pin}"

    def _held(self, pin: int, pull: int) -> int:
        """Return the pull that a pin has then: a chip that has none there says nothing."""
        return pull if self._chip.lack(pin, _PULLS[pull]) is None else 0

    def _give(self, pin: int, bus: str, line: str, ability: Ability = "out") -> None:
        if bus in self._chip.kept or self._chip.lines(bus) is None:
            raise WiringError(f"{bus.upper()} is not there for parts on the {self._chip.title}")
        use = f"{bus} {line}".upper()
        self._take(pin, use, ability)
        if pin not in self._chip.able(frozenset({ability}), bus, line):
            raise WiringError(f"{self.name(pin)} cannot be {use}")

    def _take(self, pin: int, use: str, ability: Ability = "out") -> None:
        if pin not in self._chip.free():
            raise WiringError(f"{self.name(pin)} is not free on this board, it cannot be {use}")
        if lack := self._chip.lack(pin, frozenset({ability})):
            raise WiringError(f"{self.name(pin)} cannot be {use}: it {lack}")
        if self._uses.setdefault(pin, use) != use:
            raise WiringError(f"{self.name(pin)} is {self._uses[pin]} already, it cannot be {use} too")

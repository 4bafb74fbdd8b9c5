"""What the pins of a simulated node's chip can do, and what must not be done to them; RP2040 on a W5500-EVB-Pico.

Stricter than life: what a chip would do silently wrong is an error here.
"""

import struct

FREE = frozenset({*range(16), 22, 26, 27, 28})
"""GP numbers that the board leaves free: 16 to 21 belong to its Ethernet chip, 23 to 25 and 29 to supply and lamp."""

# Pins that can carry a signal, by bus (RP2040 datasheet, 1.4.3, functions F1 and F2).
_SCK = ({2, 6, 18, 22}, {10, 14, 26})
_MOSI = ({3, 7, 19, 23}, {11, 15, 27})
_TX = ({0, 12, 16, 28}, {4, 8, 20, 24})
_RX = ({1, 13, 17, 29}, {5, 9, 21, 25})
_DEFAULT_MISO = (4, 8)

INPUT, OUTPUT = 0, 1
PULL_UP = 1
_MISO_TAKEN = 4
_HZ_MIN, _HZ_MAX = 8, 62_500_000


class WiringError(ValueError):
    """The firmware does to a pin what the chip or the board does not allow."""


class Pinout:
    """Who uses which pin. pulls: what holds an input that nothing drives, by pin: 0 nothing, 1 up, 2 down."""

    def __init__(self) -> None:
        self.pulls: dict[int, int] = {}
        self._uses: dict[int, str] = {}

    def mode(self, pin: int, mode: int, pull: int, *, is_driven: bool) -> None:
        """Make a pin an input or an output; raise WiringError."""
        if mode == OUTPUT and is_driven:
            raise WiringError(f"GP{pin} is made an output while a key drives it: a short circuit")
        self._take(pin, "output" if mode == OUTPUT else "input")
        self.pulls[pin] = pull

    def level(self, pin: int) -> None:
        """Drive a level; raise WiringError where the pin is no output."""
        if self._uses.get(pin) != "output":
            raise WiringError(f"GP{pin} is driven, and is no output but {self._uses.get(pin, 'unused')}")

    def spi(self, bus: int, data: bytes) -> tuple[int, int, int]:
        """Give pins to an SPI bus; return clock pin, data pin and baud. Raises WiringError."""
        clock, out, mode, baud = struct.unpack(">BBBI", data)
        if mode & ~_MISO_TAKEN:
            raise WiringError(f"SPI {bus} is opened in mode {mode & 3}; what is wired to it needs mode 0")
        self._give(clock, _SCK[bus], f"SPI {bus} SCK")
        self._give(out, _MOSI[bus], f"SPI {bus} MOSI")
        if mode & _MISO_TAKEN:
            self._take(_DEFAULT_MISO[bus], f"SPI {bus} MISO")
        return clock, out, baud

    def uart(self, port: int, data: bytes) -> tuple[int, int, int]:
        """Give pins to a UART; return TX pin, RX pin and baud. Raises WiringError."""
        tx, rx, timeout_ms, baud = struct.unpack(">BBBI", data)
        if timeout_ms:
            raise WiringError(f"UART {port} is opened with a time-out, for which everything else would wait")
        self._give(tx, _TX[port], f"UART {port} TX")
        self._give(rx, _RX[port], f"UART {port} RX")
        return tx, rx, baud

    def i2c(self, bus: int, data: bytes) -> tuple[int, int, int]:
        """Give pins to an I2C bus; return SDA pin, SCL pin and baud. Raises WiringError."""
        sda, scl, baud = struct.unpack(">BBI", data)
        for pin, able, use in ((sda, 2 * bus, "SDA"), (scl, 2 * bus + 1, "SCL")):
            self._give(pin, {pin for pin in FREE if pin % 4 == able}, f"I2C {bus} {use}")
        return sda, scl, baud

    def pio(self, machine: int, pins: list[int]) -> None:
        """Give pins to a state machine; raise WiringError."""
        for pin in pins:
            self._take(pin, f"PIO {machine}")

    def wave(self, pin: int, hertz: int) -> None:
        """Put a square wave on a pin; raise WiringError where the chip's clock cannot make it."""
        if not _HZ_MIN <= hertz <= _HZ_MAX:
            raise WiringError(f"GP{pin} cannot have {hertz} Hz; the chip makes {_HZ_MIN} to {_HZ_MAX}")
        self._take(pin, "PWM")

    def _give(self, pin: int, able: set[int], use: str) -> None:
        if pin not in able:
            raise WiringError(f"GP{pin} cannot be {use}")
        self._take(pin, use)

    def _take(self, pin: int, use: str) -> None:
        if pin not in FREE:
            raise WiringError(f"GP{pin} is not free on this board, it cannot be {use}")
        if self._uses.setdefault(pin, use) != use:
            raise WiringError(f"GP{pin} is {self._uses[pin]} already, it cannot be {use} too")

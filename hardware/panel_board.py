"""The panel part of a board file: which driver, on which bus and pins, how many dots."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from hardware.pin_number import Gpio
from hardware.pin_use import BOTH, PinUse, driven, uart_lines

Level = Literal["low", "high"]

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

    def uses(self) -> list[PinUse]:
        """Return what the panel asks of its pins."""
        named = {"sck": self.sck, "mosi": self.mosi, "cs": self.cs}
        return [PinUse(f"panel.{line}", pin, bus=f"spi {self.spi}", line=line) for line, pin in named.items()]


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

    def uses(self) -> list[PinUse]:
        """Return what the panel asks of its pins."""
        from_data = {name: self.data + at for at, name in enumerate(("data", "a", "b", "c", "d"))}
        from_clock = {name: self.clock + at for at, name in enumerate(("clock", "latch", "enable"))}
        return driven("panel", from_data | from_clock)


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

    def uses(self) -> list[PinUse]:
        """Return what the panel asks of its pins; the pull-ups are on its board."""
        bus = f"i2c {self.i2c}"
        return [
            PinUse("panel.sda", self.sda, BOTH, bus, "sda", self.address),
            PinUse("panel.scl", self.scl, BOTH, bus, "scl", self.address),
        ]


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

    def uses(self) -> list[PinUse]:
        """Return what the card asks of its pins; none on a Raspberry Pi."""
        if self.uart is None or self.tx is None or self.rx is None:
            return []
        return uart_lines("panel", self.uart, self.tx, self.rx) + driven("panel", {"de": self.de})

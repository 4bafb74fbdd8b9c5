"""The printer part of a board file: where its bytes go, how it says that it is busy, what kind it is."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from hardware.pin_number import Gpio
from hardware.pin_use import HELD_UP, PinUse, uart_lines

Baud = Literal[9600, 19200, 38400, 57600, 115200]
ProfileName = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,31}\Z", description="of printers/profiles.toml")]


class _AnyPrinter(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every printer has. answers: whether its answers come back, so that it can say what is wrong.

    profile: what it can print, of `printers.profile`.
    """

    answers: bool = True
    profile: ProfileName = "generic-58"


class UartPrinter(_AnyPrinter, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver", tag="uart"):
    """A thermal printer on a chip's own UART. answers: whether its TX is wired.

    flow: how it says that it is busy. cts: any free pin is wired to the printer's DTR, which is high while it is busy
    (3.3 V). xon: it sends XOFF and XON. none: it is trusted to take a slip as fast as the line.
    """

    uart: Annotated[int, Meta(ge=0, le=2)]
    tx: Gpio
    rx: Gpio
    baud: Baud = 9600
    flow: Literal["none", "cts", "xon"] = "none"
    cts: Gpio | None = None

    def __post_init__(self) -> None:
        """Refuse a flow that cannot work; raise ValueError."""
        if (self.flow == "cts") != (self.cts is not None):
            raise ValueError('a printer with flow "cts" names the pin cts that its DTR is wired to, and no other does')
        if self.flow == "xon" and not self.answers:
            raise ValueError('a printer with flow "xon" has to have its TX wired; flow "cts" needs no answers')

    def uses(self) -> list[PinUse]:
        """Return what the printer asks of its pins."""
        busy = [] if self.cts is None else [PinUse("printer.cts", self.cts, HELD_UP)]
        return uart_lines("printer", self.uart, self.tx, self.rx) + busy


class SerialPrinter(
    _AnyPrinter, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver", tag="serial"
):
    """A printer on a serial port of a Raspberry Pi, such as ``/dev/serial0`` or ``/dev/ttyUSB0``.

    flow: how it says that it is busy. cts, dsr: the printer's DTR is wired to that line of the port. xon: it sends
    XOFF and XON. none: it is trusted to take a slip as fast as the line.
    """

    port: Annotated[str, Meta(min_length=1, max_length=128)]
    baud: Baud = 9600
    flow: Literal["none", "cts", "dsr", "xon"] = "none"


class UsbPrinter(_AnyPrinter, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver", tag="usb"):
    """A printer on USB, by the two numbers that ``lsusb`` shows."""

    vendor: Annotated[int, Meta(ge=0, le=0xFFFF)]
    product: Annotated[int, Meta(ge=0, le=0xFFFF)]


class NetworkPrinter(
    _AnyPrinter, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver", tag="network"
):
    """A printer that takes raw bytes on a TCP port."""

    host: Annotated[str, Meta(min_length=1, max_length=128)]
    port: Annotated[int, Meta(ge=1, le=65535)] = 9100


Printer = UartPrinter | SerialPrinter | UsbPrinter | NetworkPrinter

"""Wires a printer and a reader of identity cards: at the controller's own pins or on its USB, as RS-232 or TTL."""

from typing import Literal

from msgspec import Struct

from hardware.board import SerialReader, UartReader
from hardware.printer_board import NetworkPrinter, Printer, SerialPrinter, UartPrinter, UsbPrinter
from hardware.wiring.harness import Wire
from hardware.wiring.parts import parts
from hardware.wiring.sheet import CONTROLLER, Load, Sheet

Line = Literal["rs232", "ttl"]
PANEL_PROFILES = ("panel-58",)
"""Printers that are sold with TTL lines at 5 V; every other one has RS-232."""
TX_OF_UART_0, CTS_OF_UART_0 = 14, 16
"""A Raspberry Pi's first port has its CTS there (BCM2835 ARM peripherals, table 6-31)."""


class Pair(Struct, frozen=True, kw_only=True):
    """The chip's pins of a serial line; None is not wired."""

    tx: int
    rx: int | None
    cts: int | None = None


def wire_printer(sheet: Sheet, printer: Printer, line: Line | None) -> None:
    """Wire a printer. line: None as printers of its profile are usually sold."""
    if isinstance(printer, UsbPrinter):
        _on_usb(sheet, "printer-usb")
    elif isinstance(printer, NetworkPrinter):
        sheet.box("printer-network")
    else:
        _serial_printer(sheet, printer, line or ("ttl" if printer.profile in PANEL_PROFILES else "rs232"))
    sheet.goods[_printer_goods(printer.profile)] += 1


def wire_reader(sheet: Sheet, reader: UartReader | SerialReader, line: Line | None) -> None:
    """Wire a reader. line: None is TTL, which SAM_V modules have."""
    sheet.goods["reader"] += 1
    pins = (reader.tx, reader.rx) if isinstance(reader, UartReader) else sheet.header.chip.ports.get(reader.port)
    if not pins:
        _on_usb(sheet, "reader-usb")
        return
    wanted = line or "ttl"
    name = sheet.box(f"reader-{wanted}")
    _wire_pair(sheet, name, Pair(tx=pins[0], rx=pins[1]), wanted)
    sheet.loads.append(Load(box=name, plus="5V", minus="GND", ma=parts().box[f"reader-{wanted}"].ma_each))


def _serial_printer(sheet: Sheet, printer: UartPrinter | SerialPrinter, line: Line) -> None:
    name = sheet.box(f"printer-{line}")
    pair = _printer_pair(sheet, printer)
    if pair:
        _wire_pair(sheet, name, pair, line)
    elif isinstance(printer, SerialPrinter):
        _usb_to_serial(sheet, name, printer)
    if line == "ttl":
        sheet.loads.append(Load(box=name, plus="5V", minus="GND", ma=parts().box["printer-ttl"].ma_each))
        sheet.goods["capacitor-1000u"] += 1


def _printer_pair(sheet: Sheet, printer: UartPrinter | SerialPrinter) -> Pair | None:
    """Return a printer's pins; None where it is on USB."""
    if isinstance(printer, UartPrinter):
        return Pair(tx=printer.tx, rx=printer.rx if printer.answers else None, cts=printer.cts)
    pins = sheet.header.chip.ports.get(printer.port)
    if not pins:
        return None
    cts = CTS_OF_UART_0 if printer.flow == "cts" and pins[0] == TX_OF_UART_0 else None
    return Pair(tx=pins[0], rx=pins[1] if printer.answers else None, cts=cts)


def _wire_pair(sheet: Sheet, device: str, pair: Pair, line: Line) -> None:
    """Bring a line of 3.3 V to a device, left of the controller.

    That is through a MAX3232, or straight with a divider on what comes back.
    """
    ends = {"tx": "RXD", "rx": "TXD", "cts": "DTR"}
    used = {use: getattr(pair, use) for use in ends}
    places = {use: sheet.header.place(pin) for use, pin in used.items() if pin is not None}
    ground = Wire(start="GND", end=sheet.ground(places["tx"]), label="GND", net="GND")
    if line == "ttl":
        wires = [Wire(start=ends[use], end=place, label=use) for use, place in places.items()]
        sheet.cable(device, CONTROLLER, [*wires, ground], kind="TTL", notes=parts().box["divider"].notes)
        back = len(places) - 1
        sheet.goods.update({"resistor-1k": back, "resistor-2k": back})
        return
    converter = sheet.box("max3232")
    ways = dict(zip(ends, list(parts().box["max3232"].terminals())[2:], strict=True))
    out = [Wire(start=ends[use], end=ways[use], label=ends[use]) for use in places]
    sheet.cable(device, converter, [*out, Wire(start="GND", end="GND", label="GND", net="GND")], kind="RS-232")
    supply = Wire(start="VCC", end=sheet.header.near("3V3", places["tx"]), label="3V3", net="3V3")
    into = [Wire(start=ways[use], end=place, label=use) for use, place in places.items()]
    sheet.cable(converter, CONTROLLER, [*into, supply, ground], kind="3.3 V 信号")
    sheet.goods["max3232"] += 1


def _usb_to_serial(sheet: Sheet, device: str, printer: SerialPrinter) -> None:
    converter = sheet.box("usb-serial")
    wires = [Wire(start="RXD", end="TXD", label="RXD")]
    if printer.answers:
        wires.append(Wire(start="TXD", end="RXD", label="TXD"))
    if printer.flow in ("cts", "dsr"):
        wires.append(Wire(start="DTR", end="CTS", label=f"DTR 到 {printer.flow.upper()}"))
    wires.append(Wire(start="GND", end="GND", label="GND", net="GND"))
    sheet.cable(device, converter, wires, kind="RS-232")
    sheet.cable(converter, CONTROLLER, [Wire(start="USB", end=sheet.socket("USB"), label="USB")], kind="USB 线")
    sheet.goods["usb-serial"] += 1


def _on_usb(sheet: Sheet, key: str) -> None:
    name = sheet.box(key)
    sheet.cable(name, CONTROLLER, [Wire(start="USB", end=sheet.socket("USB"), label="USB")], kind="USB 线")


def _printer_goods(profile: str) -> str:
    if profile in PANEL_PROFILES:
        return "printer-panel"
    return "printer-58" if profile.endswith("-58") else "printer-80"

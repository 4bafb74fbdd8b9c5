"""Wires a panel to a controller: MAX7219 modules, HUB08 boards, an OLED, or a card that draws its text itself."""

from hardware.board import Hub08, Max7219, PanelBoard, Ssd1306, StripCard
from hardware.wiring.harness import Wire
from hardware.wiring.parts import parts
from hardware.wiring.sheet import CONTROLLER, Load, Sheet

BLOCK_PX = 8
BLOCKS_A_MODULE = 4
INTENSITIES = 32
HUB08_W_PX = 64
HUB08_PINS = {"a": "2", "b": "4", "c": "6", "d": "8", "data": "9", "enable": "7", "latch": "14", "clock": "16"}
HUB08_GROUND = "1"


def wire_panel(sheet: Sheet, panel: PanelBoard | StripCard) -> None:
    """Wire whichever panel this is."""
    if isinstance(panel, Max7219):
        _max7219(sheet, panel)
    elif isinstance(panel, Hub08):
        _hub08(sheet, panel)
    elif isinstance(panel, Ssd1306):
        _ssd1306(sheet, panel)
    else:
        _strip_card(sheet, panel)


def _max7219(sheet: Sheet, panel: Max7219) -> None:
    """Three signals behind a level shifter. A block's current goes with its intensity (data sheet, table 7)."""
    part = parts().box["max7219"]
    blocks = panel.w * panel.h // BLOCK_PX**2
    shifter, ways = sheet.shift([(panel.sck, "sck"), (panel.cs, "cs"), (panel.mosi, "mosi")])
    rows = panel.h // BLOCK_PX
    name = sheet.box(
        "max7219",
        kind=f"MAX7219 {panel.w}x{panel.h}，{blocks} 块，5 V",
        notes=f"{part.notes}\n{rows} 排，每排 {blocks // rows} 块，DOUT 接下一块 DIN\n"
        f"排法 {panel.order}，方向 {panel.orientation}",
    )
    ends = ("CLK", "CS", "DIN")
    wires = [Wire(start=way, end=end, label=end) for way, end in zip(ways, ends, strict=True)]
    sheet.cable(shifter, name, [*wires, Wire(start="GND", end="GND", label="GND", net="GND")], kind="5 V 信号")
    ma = blocks * part.ma_each * (2 * panel.intensity + 1) // INTENSITIES
    sheet.loads.append(Load(box=name, plus="VCC", minus="GND", ma=ma))
    sheet.goods["fc16"] += -(-blocks // BLOCKS_A_MODULE)


def _hub08(sheet: Sheet, panel: Hub08) -> None:
    """Eight signals behind a level shifter of their own, by a ribbon to the board's first connector."""
    part = parts().box["hub08"]
    pins = _by_line(panel)
    boards = panel.w // HUB08_W_PX
    shifter = sheet.box("shifter8")
    name = sheet.box("hub08", kind=f"HUB08 {panel.w}x{panel.h}，{boards} 块，5 V")
    ways = dict(zip(pins, parts().box["shifter8"].terminals(), strict=False))
    places = {use: sheet.header.place(pin) for use, pin in pins.items()}
    ground = Wire(start=sheet.ground(places["data"]), end="GND", label="GND", net="GND")
    into = [Wire(start=places[use], end=way, label=use) for use, way in ways.items()]
    sheet.cable(CONTROLLER, shifter, [*into, ground], kind="3.3 V 信号")
    out = [Wire(start=ways[use], end=end, label=use) for use, end in HUB08_PINS.items()]
    to_ground = Wire(start="GND", end=HUB08_GROUND, label="GND", net="GND")
    sheet.cable(shifter, name, [*out, to_ground], kind="16 针排线，5 V 信号")
    sheet.loads.append(Load(box=shifter, plus="VCC", minus="GND", ma=10))
    sheet.loads.append(Load(box=name, plus="5V", minus="0V", ma=boards * part.ma_each))
    sheet.goods.update({"ahct245": 1, "capacitor-100n": 1, "hub08-board": boards, "ribbon-16": boards})


def _ssd1306(sheet: Sheet, panel: Ssd1306) -> None:
    """Straight to the controller, at 3.3 V."""
    name = sheet.box("ssd1306", kind=f"SSD1306 OLED {panel.w}x{panel.h}，地址 0x{panel.address:02X}，3.3 V")
    clock, data = sheet.header.place(panel.scl), sheet.header.place(panel.sda)
    wires = [
        Wire(start=sheet.ground(clock), end="GND", label="GND", net="GND"),
        Wire(start=sheet.header.near("3V3", clock), end="VCC", label="3V3", net="3V3"),
        Wire(start=clock, end="SCL", label="scl"),
        Wire(start=data, end="SDA", label="sda"),
    ]
    sheet.cable(CONTROLLER, name, wires, kind="3.3 V")
    sheet.goods[f"oled-{panel.w}x{panel.h}"] += 1


def _strip_card(sheet: Sheet, panel: StripCard) -> None:
    """By RS-485: a converter at the controller's UART, or one on its USB."""
    pins = _pins(sheet, panel)
    converter = _uart_line(sheet, pins) if pins else _usb_line(sheet)
    part = parts().box["strip-card"]
    card = sheet.box("strip-card", notes=f"{part.notes}\n卡号 {panel.address}，{panel.baud} 波特")
    wires = [Wire(start="A", end="A", label="A"), Wire(start="B", end="B", label="B")]
    sheet.cable(
        converter, card, [*wires, Wire(start="GND", end="GND", label="GND", net="GND")], kind="双绞线，可到数百米"
    )
    sheet.loads.append(Load(box=card, plus="5V", minus="GND", ma=part.ma_each))
    sheet.goods.update({"strip-card": 1, "resistor-120": 2})


def _by_line(panel: Hub08 | StripCard) -> dict[str, int]:
    return {use.name.partition(".")[2]: use.pin for use in panel.uses()}


def _pins(sheet: Sheet, panel: StripCard) -> dict[str, int]:
    """Return the card's pins: those of the board file, or of its port where that is on pins; else none."""
    if panel.port is None:
        return _by_line(panel)
    return dict(zip(("tx", "rx"), sheet.header.chip.ports.get(panel.port, ()), strict=False))


def _usb_line(sheet: Sheet) -> str:
    name = sheet.box("usb-rs485")
    sheet.cable(CONTROLLER, name, [Wire(start=sheet.socket("USB"), end="USB", label="USB")], kind="USB 线")
    sheet.goods["usb-rs485"] += 1
    return name


def _uart_line(sheet: Sheet, pins: dict[str, int]) -> str:
    key = "rs485" if "de" in pins else "rs485-auto"
    name = sheet.box(key)
    ends = {"tx": "DI", "rx": "RO", "de": "DE+RE"}
    places = {use: sheet.header.place(pin) for use, pin in pins.items()}
    wires = [Wire(start=place, end=ends[use], label=use) for use, place in places.items()]
    near = places["tx"]
    wires.append(Wire(start=sheet.header.near("3V3", near), end="VCC", label="3V3", net="3V3"))
    wires.append(Wire(start=sheet.ground(near), end="GND", label="GND", net="GND"))
    sheet.cable(CONTROLLER, name, wires, kind="3.3 V 信号")
    sheet.goods[key] += 1
    return name

"""Chooses a supply and its fuse by what all parts may take at once, and wires them star by star."""

from msgspec import Struct

from hardware.wiring.harness import Box, Harness, Wire
from hardware.wiring.headers import Header
from hardware.wiring.parts import Supply, parts
from hardware.wiring.sheet import CONTROLLER, Load, Sheet

CONTROLLER_MA = 300
THICK_MA = 1500
BOTH_ENDS_MA = 3000
PI_GIVES_MA = 500
"""What a Raspberry Pi's supply has left over for the 5 V pins of its header."""
RAIL = "5 V 接线排"


class PowerError(ValueError):
    """A node that takes more than any supply that is known gives."""


class Power(Struct, frozen=True, kw_only=True):
    """The picture of the supply. total_ma: all loads at once; supply: None where nothing but a Raspberry Pi is fed."""

    harness: Harness
    total_ma: int
    supply: Supply | None


def wire_power(signals: Sheet, title: str) -> Power:
    """Return the picture of the supply for what the signals' sheet has collected; its goods are added there.

    Raises PowerError where no supply is strong enough.
    """
    loads = [*_own(signals.header), *signals.loads]
    total = sum(load.ma for load in loads)
    sheet = Sheet(signals.header, prefix="P")
    is_from_pi = not signals.header.feed and total <= PI_GIVES_MA
    supply = None if is_from_pi else _supply(total)
    if supply:
        _wire_supply(sheet, supply, total)
    if not signals.header.feed:
        _wire_pi(sheet, is_grounded=bool(supply))
    for load in loads:
        if supply:
            _wire_load(sheet, load)
        else:
            _feed_from_pi(sheet, load)
    signals.goods.update(sheet.goods)
    boxes = [*_with_loads(sheet, signals, loads), sheet.controller()]
    return Power(
        harness=Harness(title=title, boxes=tuple(boxes), cables=tuple(sheet.cables)), total_ma=total, supply=supply
    )


def _own(header: Header) -> list[Load]:
    """Return the controller as a load, unless it has a supply of its own."""
    if not header.feed:
        return []
    return [Load(box=CONTROLLER, plus=header.feed, minus=header.near("GND", header.feed), ma=CONTROLLER_MA)]


def _supply(total_ma: int) -> Supply:
    for supply in parts().supplies:
        if total_ma <= supply.ma:
            return supply
    strongest = parts().supplies[-1]
    raise PowerError(f"all parts take {total_ma} mA, {strongest.title} gives {strongest.ma} mA: lower the intensity")


def _wire_supply(sheet: Sheet, supply: Supply, total_ma: int) -> None:
    goods = parts().buy
    notes = f"{parts().box[supply.box].notes}\n全部同时用电最多 {total_ma / 1000:.1f} A"
    source = sheet.box(supply.box, kind=supply.title, notes=notes)
    fuse = sheet.box("fuse", kind=goods[supply.fuse].look_for)
    rail = sheet.box("rail")
    sheet.cable(source, fuse, [Wire(start="+V", end="IN→OUT", label="5 V", net="5V")], kind="1 mm² 以上")
    sheet.cable(fuse, rail, [Wire(start="IN→OUT", end="5V", label="5 V", net="5V")], kind="1 mm² 以上")
    sheet.cable(source, rail, [Wire(start="-V", end="GND", label="GND", net="GND")], kind="1 mm² 以上")
    sheet.goods.update({supply.buy: 1, supply.fuse: 1, "fuse-holder": 1, "terminal": 1, "wire-power": 1})


def _wire_load(sheet: Sheet, load: Load) -> None:
    """One cable from the rail; a Schottky diode lets a Pico have its USB plugged in as well (Pico Datasheet, 4.5)."""
    is_pico = load.plus == "39" and load.box == CONTROLLER
    plus = f"≤ {_amperes(load.ma)} A" + (" 串 1N5819，环朝 VSYS" if is_pico else "")
    wires = [Wire(start="5V", end=load.plus, label=plus, net="5V")]
    if load.minus:
        wires.append(Wire(start="GND", end=load.minus, label="GND", net="GND"))
    kind = "1 mm² 以上" if load.ma > THICK_MA else "AWG24 以上"
    notes = "从屏的首尾两端各引一对" if load.ma > BOTH_ENDS_MA else ""
    sheet.cable(RAIL, load.box, wires, kind=kind, notes=notes)
    if is_pico:
        sheet.goods["1n5819"] += 1


def _feed_from_pi(sheet: Sheet, load: Load) -> None:
    head = sheet.header
    wires = [Wire(start=head.near("5V", "2"), end=load.plus, label=f"≤ {_amperes(load.ma)} A", net="5V")]
    if load.minus:
        wires.append(Wire(start=head.near("GND", "6"), end=load.minus, label="GND", net="GND"))
    sheet.cable(CONTROLLER, load.box, wires, kind="AWG24 以上")


def _amperes(ma: int) -> str:
    return f"{ma / 1000:.2f}".rstrip("0").rstrip(".")


def _wire_pi(sheet: Sheet, is_grounded: bool) -> None:
    own = sheet.box("pi-supply")
    sheet.cable(own, CONTROLLER, [Wire(start="USB", end=sheet.socket("POWER"), label="5 V")], kind="USB 电源线")
    if is_grounded:
        ground = Wire(start="GND", end=sheet.header.near("GND", "39"), label="GND 共地", net="GND")
        sheet.cable(RAIL, CONTROLLER, [ground], kind="AWG24 以上")
    sheet.goods.update({"pi-supply": 1, "sd-card": 1})


def _with_loads(sheet: Sheet, signals: Sheet, loads: list[Load]) -> list[Box]:
    """Return the boxes of the supply, and those that it feeds with only the terminals that are fed."""
    fed = {load.box: [pin for pin in (load.plus, load.minus) if pin] for load in loads}
    boxes = list(sheet.boxes)
    for box in signals.boxes:
        if box.name in fed:
            pins = {pin: box.pins[pin] for pin in box.pins if pin in fed[box.name]}
            boxes.append(Box(name=box.name, kind=box.kind, pins=pins))
    return boxes

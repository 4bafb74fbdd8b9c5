"""Wires keys, lamps, the buzzer, the arrow and the loudspeaker to a controller."""

from collections.abc import Iterable

from hardware.board import Arrow, Keys, Lamps, Matrix, Tone
from hardware.voice_board import AlsaVoice, FileVoice
from hardware.wiring.harness import Wire, numbered
from hardware.wiring.parts import parts
from hardware.wiring.sheet import CONTROLLER, Load, Sheet

COMMON = "公共端"


def wire_keys(sheet: Sheet, keys: Keys) -> None:
    """Direct keys: one wire each, and one for what they have in common."""
    part = parts().box["keys"]
    is_low = keys.active == "low"
    net = "GND" if is_low else "3V3"
    names = [parts().cap(key) for key in keys.pins]
    notes = part.notes_low if is_low else part.notes_high
    if keys.pull == "outside":
        notes += f"\n{_outside(sheet, len(names), '每键', '3V3' if is_low else 'GND')}"
    box = sheet.box("keys", notes=notes, pins=numbered([*names, COMMON]))
    places = [sheet.header.place(pin) for pin in keys.pins.values()]
    wires = [Wire(start=str(at), end=place, label=key) for at, place, key in _rows(places, keys.pins)]
    common = Wire(start=str(len(names) + 1), end=sheet.header.near(net, places[0]), label=net, net=net)
    sheet.cable(box, CONTROLLER, [*wires, common])
    sheet.goods["key"] += len(names)


def wire_matrix(sheet: Sheet, matrix: Matrix, pull: str) -> None:
    """A keypad with rows and columns, which needs no ground."""
    part = parts().box["matrix"]
    notes = [part.notes, *("/".join(map(_cap, row)) for row in matrix.keys)]
    if matrix.diodes:
        notes.append("每键串一只 1N4148，有环一端朝行线")
        sheet.goods["1n4148"] += len(matrix.names())
    if pull == "outside":
        notes.append(_outside(sheet, len(matrix.columns), "每列", "3V3"))
    lines = [f"行 {at}" for at in range(1, 1 + len(matrix.rows))]
    lines += [f"列 {at}" for at in range(1, 1 + len(matrix.columns))]
    box = sheet.box("matrix", notes="\n".join(notes), pins=numbered(lines))
    places = [sheet.header.place(pin) for pin in (*matrix.rows, *matrix.columns)]
    sheet.cable(box, CONTROLLER, [Wire(start=str(row), end=at, label=word) for row, at, word in _rows(places, lines)])
    sheet.goods["matrix"] += 1


def wire_lamps(sheet: Sheet, lamps: Lamps) -> None:
    """Lamps, each behind a resistor of its own, and one wire for what they have in common."""
    part = parts().box["lamps"]
    is_high = lamps.active == "high"
    net = "GND" if is_high else "3V3"
    names = [parts().cap(key) for key in lamps.pins]
    box = sheet.box("lamps", notes=part.notes_high if is_high else part.notes_low, pins=numbered([*names, COMMON]))
    places = [sheet.header.place(pin) for pin in lamps.pins.values()]
    wires = [Wire(start=at, end=str(row), label=f"{key} 串 330 Ω") for row, at, key in _rows(places, lamps.pins)]
    common = Wire(start=sheet.header.near(net, places[0]), end=str(len(names) + 1), label=net, net=net)
    sheet.cable(CONTROLLER, box, [*wires, common])
    sheet.goods.update({"lamp": len(names), "resistor-330": len(names)})


def wire_tone(sheet: Sheet, tone: Tone) -> None:
    """A passive buzzer at 5 V behind a transistor."""
    driver = sheet.box("buzzer-driver")
    buzzer = sheet.box("buzzer")
    place = sheet.header.place(tone.pin)
    wires = [
        Wire(start=place, end="B", label="tone 串 1 kΩ"),
        Wire(start=sheet.ground(place), end="E", label="GND", net="GND"),
    ]
    sheet.cable(CONTROLLER, driver, wires)
    sheet.cable(driver, buzzer, [Wire(start="C", end="-", label="负极")])
    sheet.loads.append(Load(box=buzzer, plus="+", minus=None, ma=parts().box["buzzer"].ma_each))
    sheet.goods.update({"buzzer": 1, "s8050": 1, "resistor-1k": 1, "1n4148": 1})


def wire_arrow(sheet: Sheet, arrow: Arrow) -> None:
    """A strip of LEDs behind a level shifter; its current is what the board file allows it."""
    shifter, (way,) = sheet.shift([(arrow.pin, "arrow")])
    pins = parts().box["arrow"].terminals()
    spans = "；".join(f"{direction} {_spans(groups)}" for direction, groups in arrow.groups.items())
    strip = sheet.box("arrow", kind=f"WS2812 {arrow.leds} 颗，5 V", pins=pins, notes=_with(sheet, "arrow", spans))
    wires = [Wire(start=way, end="DIN", label="DIN 串 330 Ω"), Wire(start="GND", end="GND", label="GND", net="GND")]
    sheet.cable(shifter, strip, wires, kind="5 V 信号")
    sheet.loads.append(Load(box=strip, plus="5V", minus="GND", ma=arrow.limit_ma))
    sheet.goods.update({"ws2812": arrow.leds, "resistor-330": 1, "capacitor-1000u": 1})


def wire_voice(sheet: Sheet, voice: AlsaVoice | FileVoice) -> None:
    """A loudspeaker at the controller's sound; a voice that only writes files has none."""
    if isinstance(voice, FileVoice):
        return
    speaker = sheet.box("voice")
    sheet.cable(CONTROLLER, speaker, [Wire(start=sheet.socket("AUDIO"), end="AUDIO", label="音频")], kind="音频线")
    sheet.goods.update({"speaker": 1, "usb-sound": 1})


def _outside(sheet: Sheet, count: int, each: str, net: str) -> str:
    """Say that pins without pull resistors of their own need some, and buy them."""
    sheet.goods["resistor-10k"] += count
    return f"此板引脚无内部上下拉：{each}另接 10 kΩ 到 {net}"


def _cap(key: str) -> str:
    return parts().cap(key).rpartition(" ")[2]


def _rows(places: list[str], keys: Iterable[str]) -> list[tuple[int, str, str]]:
    return [(row, place, key) for row, (place, key) in enumerate(zip(places, keys, strict=True), 1)]


def _spans(spans: list[tuple[int, int]]) -> str:
    return "、".join(f"第 {first + 1} 至 {last + 1} 颗" for first, last in spans)


def _with(sheet: Sheet, key: str, words: str) -> str:
    return f"{parts().box[key].notes}\n{words}"

"""What is wired to what: boxes with terminals, cables with wires, and the WireViz document that draws them."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from hardware.wiring.block_yaml import block_yaml

FONT = "WenQuanYi Micro Hei"
"""Has Chinese; it comes with Debian's fonts-wqy-microhei."""
TITLE_POINTS = 28
SIGNAL_COLORS = ("YE", "GN", "BU", "WH", "VT", "GY", "BN", "PK", "TQ", "OL")
"""Of signal wires, in their order; black, red and orange are for supplies only."""
SUPPLY_COLORS = {"GND": "BK", "5V": "RD", "3V3": "OG", "N": "BU", "L": "BN", "PE": "GNYE"}
COLOR_WORDS = {
    "YE": "黄",
    "GN": "绿",
    "BU": "蓝",
    "WH": "白",
    "VT": "紫",
    "GY": "灰",
    "BN": "棕",
    "PK": "粉",
    "TQ": "青",
    "OL": "橄榄",
    "BK": "黑",
    "RD": "红",
    "OG": "橙",
    "GNYE": "黄绿",
}


class Box(Struct, frozen=True, kw_only=True):
    """A thing with terminals. pins: terminal to the words beside it, maybe none; source: where they come from."""

    name: str
    kind: str
    notes: str = ""
    pins: dict[str, str]
    source: str = ""
    is_controller: bool = False


class Wire(Struct, frozen=True, kw_only=True):
    """One wire. label: what is in it or what it says; net: a supply's name, None for a signal."""

    start: str
    end: str
    label: str = ""
    net: str | None = None


class Cable(Struct, frozen=True, kw_only=True):
    """Wires that run together from one box to another; name is the cable's own, as on its flag."""

    name: str
    start: str
    end: str
    wires: tuple[Wire, ...]
    kind: str = ""
    notes: str = ""

    def colors(self) -> list[str]:
        """Return each wire's colour in WireViz's two letters."""
        free = iter(SIGNAL_COLORS * (1 + len(self.wires) // len(SIGNAL_COLORS)))
        return [SUPPLY_COLORS[wire.net] if wire.net else next(free) for wire in self.wires]


class Harness(Struct, frozen=True, kw_only=True):
    """A whole picture."""

    title: str
    boxes: tuple[Box, ...]
    cables: tuple[Cable, ...]

    def document(self) -> str:
        """Return the picture as a WireViz document (YAML)."""
        content = {
            "metadata": {"title": self.title},
            "options": {"fontname": FONT, "color_mode": "SHORT", "bgcolor_connector": "WH"},
            "connectors": {box.name: _connector(box) for box in self.boxes},
            "cables": {cable.name: _cable(cable) for cable in self.cables},
            "connections": [_connection(cable) for cable in self.cables],
            "tweak": {"append": f'label="{self.title}" labelloc=t fontsize={TITLE_POINTS} ranksep=1.1 nodesep=0.2\n'},
        }
        return block_yaml(content)


def _connector(box: Box) -> dict[str, Any]:
    content: dict[str, Any] = {"type": box.kind, "pins": list(map(_pin, box.pins))}
    if any(box.pins.values()):
        content["pinlabels"] = list(box.pins.values())
    if box.notes:
        content["notes"] = box.notes
    if box.is_controller:
        content["bgcolor_title"] = "LB"
        content["hide_disconnected_pins"] = True
    return content | {"show_pincount": False}


def _cable(cable: Cable) -> dict[str, Any]:
    colors = cable.colors()
    content: dict[str, Any] = {
        "colors": colors,
        "wirelabels": [_words(color, wire.label) for color, wire in zip(colors, cable.wires, strict=True)],
        "show_wirecount": False,
        "show_wirenumbers": False,
    }
    if cable.kind:
        content["type"] = cable.kind
    if cable.notes:
        content["notes"] = cable.notes
    return content


def _words(color: str, label: str) -> str:
    return f"{COLOR_WORDS[color]} {label}".rstrip()


def _connection(cable: Cable) -> list[dict[str, list[Any]]]:
    numbers = list(range(1, len(cable.wires) + 1))
    return [
        {cable.start: [_pin(wire.start) for wire in cable.wires]},
        {cable.name: numbers},
        {cable.end: [_pin(wire.end) for wire in cable.wires]},
    ]


def _pin(name: str) -> int | str:
    """Return a terminal as WireViz compares it: what looks like a number is one."""
    return int(name) if name.isdigit() else name


def numbered(names: Iterable[str]) -> dict[str, str]:
    """Return terminals 1, 2, ... with these words beside them."""
    return {str(number): name for number, name in enumerate(names, 1)}

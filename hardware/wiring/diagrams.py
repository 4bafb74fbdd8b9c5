"""From a board file to its pictures and its bill: the one place that goes through a board's parts."""

from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from hardware.board import Board
from hardware.wiring.harness import Harness
from hardware.wiring.headers import header
from hardware.wiring.panel_parts import wire_panel
from hardware.wiring.parts import parts
from hardware.wiring.power import Power, wire_power
from hardware.wiring.serial_parts import Line, wire_printer, wire_reader
from hardware.wiring.sheet import Sheet
from hardware.wiring.simple_parts import wire_arrow, wire_keys, wire_lamps, wire_matrix, wire_tone, wire_voice

WIRELESS = ("pico-w", "esp32-s3", "raspberry-pi-zero-2")


class Choice(Struct, frozen=True, kw_only=True):
    """What a board file does not say, since the firmware need not know.

    printer, reader: the kind of their line, None as they are usually sold. kinds: board to the words for what it is,
    where its name does not begin with that.
    """

    printer: Line | None = None
    reader: Line | None = None
    kinds: Mapping[str, str] = {}


class Diagrams(Struct, frozen=True, kw_only=True):
    """A board's two pictures and what it is built from. goods: a line of parts.toml's bill to how many."""

    name: str
    title: str
    signals: Harness
    power: Power
    goods: Counter[str]

    def documents(self) -> dict[str, str]:
        """Return the WireViz documents by the names of their files, without ending."""
        return {self.name: self.signals.document(), f"{self.name}-power": self.power.harness.document()}


def diagrams(name: str, board: Board, choice: Choice | None = None) -> Diagrams:
    """Return what is drawn and bought for a board. name: of its file, which says the kind of device.

    choice: None takes parts as they are usually sold. Raises HeaderError for a pin that is not on the controller's
    header, PowerError where no supply is strong enough.
    """
    sheet = Sheet(header(board.chip))
    choice = choice or Choice()
    _wire(sheet, board, choice)
    title = f"{choice.kinds.get(name) or parts().kind(name)} {name}"
    power = wire_power(sheet, f"{title} 电源")
    boxes = (sheet.controller(), *sheet.boxes)
    goods = sheet.goods + Counter({board.chip: 1, "wire-signal": 1})
    if board.chip not in WIRELESS:
        goods["lan-cable"] += 1
    return Diagrams(
        name=name,
        title=title,
        signals=Harness(title=f"{title} 信号", boxes=boxes, cables=tuple(sheet.cables)),
        power=power,
        goods=goods,
    )


def _wire(sheet: Sheet, board: Board, choice: Choice) -> None:
    if board.keys and board.keys.matrix:
        wire_matrix(sheet, board.keys.matrix, board.keys.pull)
    elif board.keys:
        wire_keys(sheet, board.keys)
    if board.lamps:
        wire_lamps(sheet, board.lamps)
    if board.panel:
        wire_panel(sheet, board.panel)
    if board.arrow:
        wire_arrow(sheet, board.arrow)
    if board.tone:
        wire_tone(sheet, board.tone)
    if board.printer:
        wire_printer(sheet, board.printer, choice.printer)
    if board.reader:
        wire_reader(sheet, board.reader, choice.reader)
    if board.voice:
        wire_voice(sheet, board.voice)

"""A picture in the making: the controller, what has been wired to it so far, what that takes, what has to be bought."""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from hardware.wiring.harness import Box, Cable, Wire
from hardware.wiring.headers import Header
from hardware.wiring.parts import BoxPart, parts

CONTROLLER = "控制板"
SHIFTER_WAYS = 4


class Load(Struct, frozen=True, kw_only=True):
    """What takes 5 V: a box's terminals, at most how much, in mA; minus is None where its ground is elsewhere."""

    box: str
    plus: str
    minus: str | None
    ma: int


class Sheet:
    """Collects boxes, cables, loads and goods; names that come twice are numbered."""

    def __init__(self, header: Header, prefix: str = "W") -> None:
        """Begin with the controller alone. prefix: of the cables' names."""
        self.header = header
        self.boxes: list[Box] = []
        self.cables: list[Cable] = []
        self.loads: list[Load] = []
        self.goods: Counter[str] = Counter()
        self._sockets: dict[str, str] = {}
        self._prefix = prefix
        self._shifter: tuple[str, list[str]] = ("", [])

    def controller(self) -> Box:
        """Return the controller with every pin that it has; those without a wire are not drawn."""
        head = self.header
        pins = head.pins | self._sockets
        return Box(
            name=CONTROLLER, kind=head.chip.title, notes=head.notes, pins=pins, source=head.source, is_controller=True
        )

    def socket(self, kind: str) -> str:
        """Return a socket of the controller that is not taken yet, such as ``USB 2``."""
        number = 1 + sum(name.startswith(f"{kind} ") for name in self._sockets)
        name = f"{kind} {number}"
        self._sockets[name] = "插座"
        return name

    def box(
        self, key: str, *, notes: str | None = None, kind: str | None = None, pins: dict[str, str] | None = None
    ) -> str:
        """Add a box of parts.toml and return its name. What is None is as it stands there."""
        part = parts().box[key]
        name = self._free_name(part)
        self.boxes.append(
            Box(
                name=name,
                kind=part.kind if kind is None else kind,
                notes=part.notes if notes is None else notes,
                pins=part.terminals() if pins is None else pins,
                source=part.source,
            )
        )
        return name

    def cable(self, start: str, end: str, wires: Sequence[Wire], *, notes: str = "", kind: str = "") -> None:
        """Add a cable between two boxes; the first one stands left."""
        name = f"{self._prefix}{len(self.cables) + 1}"
        self.cables.append(Cable(name=name, start=start, end=end, wires=tuple(wires), notes=notes, kind=kind))

    def ground(self, place: str) -> str:
        """Return the controller's ground pin that is nearest to a place."""
        return self.header.near("GND", place)

    def shift(self, signals: Sequence[tuple[int, str]]) -> tuple[str, list[str]]:
        """Bring signals (pin of the chip, its name) through a level shifter; return that and its terminals.

        What has ways left is used up first.
        """
        name, free = self._shifter
        if len(free) < len(signals):
            name = self._new_shifter()
            free = self._shifter[1]
        ways = [free.pop(0) for _ in signals]
        places = [self.header.place(number) for number, _ in signals]
        wires = [Wire(start=at, end=way, label=word) for at, way, (_, word) in zip(places, ways, signals, strict=True)]
        wires.append(Wire(start=self.ground(places[0]), end="GND", label="GND", net="GND"))
        self.cable(CONTROLLER, name, wires, kind="3.3 V 信号")
        return name, ways

    def _new_shifter(self) -> str:
        name = self.box("shifter4")
        self.loads.append(Load(box=name, plus="VCC", minus="GND", ma=10))
        self.goods.update({"ahct125": 1, "capacitor-100n": 1})
        self._shifter = (name, list(parts().box["shifter4"].terminals())[:SHIFTER_WAYS])
        return name

    def _free_name(self, part: BoxPart) -> str:
        taken = {box.name for box in self.boxes}
        names = [part.title, *(f"{part.title} {number}" for number in range(2, 2 + len(taken)))]
        return next(name for name in names if name not in taken)

"""A page of Markdown for one kind of node: its pictures, its pins in a table, its supply, what to buy."""

from hardware.board import Board
from hardware.wiring.bill import bill_markdown
from hardware.wiring.diagrams import Diagrams
from hardware.wiring.harness import COLOR_WORDS, Cable
from hardware.wiring.headers import header
from hardware.wiring.sheet import CONTROLLER

MADE = """Made from the board file `{file}.json`; change that, then run `{remake}`.
Place is the pin's number on the controller's board, wire its flag and colour in the picture."""


def page(board: Board, drawn: Diagrams, remake: str = "make docs") -> str:
    """Return the page. remake: the command that makes it again."""
    name = drawn.name
    parts = [
        f"# {drawn.title}",
        MADE.format(file=name, remake=remake),
        f"![signals]({name}.svg)",
        f"![supply]({name}-power.svg)",
        "## Pins",
        pin_table(board, drawn),
        "## Supply",
        _supply(drawn),
        "## What to buy",
        bill_markdown(drawn.goods),
        f"The same for a spreadsheet: [{name}.csv]({name}.csv).",
        "## Sources",
        _sources(drawn),
    ]
    return "\n\n".join(parts) + "\n"


def pin_table(board: Board, drawn: Diagrams) -> str:
    """Return every wire at the controller, in the order of its pins."""
    uses = {header(board.chip).place(pin): use for use, pin in board.pins()}
    lines = sorted((line for cable in drawn.signals.cables for line in _ends(cable)), key=_by_place)
    words = next(box.pins for box in drawn.signals.boxes if box.is_controller)
    rows = [f"| {at} | {words[at]} | {uses.get(at, '')} | {wire} | {there} |" for at, wire, there in lines]
    return "\n".join(["| place | pin | use | wire | goes to |", "|---:|---|---|---|---|", *rows])


def _ends(cable: Cable) -> list[tuple[str, str, str]]:
    """Return place, wire and the other end for each wire of a cable at the controller."""
    if CONTROLLER not in (cable.start, cable.end):
        return []
    is_start = cable.start == CONTROLLER
    other = cable.end if is_start else cable.start
    found = []
    for wire, color in zip(cable.wires, cable.colors(), strict=True):
        here, there = (wire.start, wire.end) if is_start else (wire.end, wire.start)
        found.append((here, f"{cable.name} {COLOR_WORDS[color]}", f"{other} {there}"))
    return found


def _by_place(line: tuple[str, str, str]) -> tuple[bool, int, str]:
    """Sort by number; sockets, which have names, come last."""
    place = line[0]
    return not place.isdigit(), int(place) if place.isdigit() else 0, line[1]


def _supply(drawn: Diagrams) -> str:
    power = drawn.power
    amperes = f"{power.total_ma / 1000:.1f} A"
    if not power.supply:
        return f"The Raspberry Pi's own supply feeds everything; its parts take {amperes} at most."
    return (
        f"All parts at once take {amperes} at most (every dot lit). {power.supply.title} gives "
        f"{power.supply.ma / 1000:.1f} A for years, which is 80 % of its print."
    )


def _sources(drawn: Diagrams) -> str:
    boxes = {box.name: box for box in (*drawn.signals.boxes, *drawn.power.harness.boxes) if box.source}
    return "\n".join(f"- {box.name}: {box.source}" for box in boxes.values())

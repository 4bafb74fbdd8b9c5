"""What a part of a board file asks of a pin; its parts tell it, and `hardware.board_checks` holds it against a chip."""

from collections.abc import Mapping
from typing import NamedTuple

from hardware.chip import Ability

READ: frozenset[Ability] = frozenset({"in"})
DRIVEN: frozenset[Ability] = frozenset({"out"})
BOTH: frozenset[Ability] = READ | DRIVEN
HELD_UP: frozenset[Ability] = frozenset({"in", "pull-up"})
HELD_DOWN: frozenset[Ability] = frozenset({"in", "pull-down"})


class PinUse(NamedTuple):
    """One pin of one part. name: as the board file has it, ``panel.sck``. bus, line: as `hardware.chip` calls them.

    address: of a part that shares its bus with others by addresses.
    """

    name: str
    pin: int
    needs: frozenset[Ability] = DRIVEN
    bus: str = ""
    line: str = ""
    address: int | None = None

    @property
    def part(self) -> str:
        """The part, ``panel``."""
        return self.name.partition(".")[0]


def driven(part: str, pins: Mapping[str, int | None]) -> list[PinUse]:
    """Return the uses of pins that a part drives, by their names; None is a pin that is not there."""
    return [PinUse(f"{part}.{name}", pin) for name, pin in pins.items() if pin is not None]


def uart_lines(part: str, uart: int, tx: int, rx: int) -> list[PinUse]:
    """Return the uses of the two lines of a UART."""
    bus = f"uart {uart}"
    return [PinUse(f"{part}.tx", tx, DRIVEN, bus, "tx"), PinUse(f"{part}.rx", rx, READ, bus, "rx")]

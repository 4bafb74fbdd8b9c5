"""The keys part of a board file: a pin a key, or a matrix of rows and columns."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from hardware.contract import KeyName
from hardware.pin_number import Gpio
from hardware.pin_use import DRIVEN, HELD_DOWN, HELD_UP, READ, PinUse

Level = Literal["low", "high"]
Lines = Annotated[tuple[Gpio, ...], Meta(min_length=2, max_length=8)]


class Matrix(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Keys at the crossings of rows and columns, as the common keypads of 4x4 have them.

    keys: the names in each row, in the order of the columns. diodes: one in series with each key, its ring towards the
    row. Without them three keys of a rectangle that are held look like all four, so none of them counts then.
    """

    rows: Lines
    columns: Lines
    keys: tuple[tuple[KeyName, ...], ...]
    diodes: bool = False

    def __post_init__(self) -> None:
        """Refuse names that are not one for each crossing; raise ValueError."""
        if len(self.keys) != len(self.rows) or any(len(row) != len(self.columns) for row in self.keys):
            raise ValueError(f"a matrix of {len(self.rows)} rows and {len(self.columns)} columns names a key for each")
        names = self.names()
        if twice := [name for name in names if names.count(name) > 1]:
            raise ValueError(f"the key {twice[0]} is in the matrix twice; give one of them another name")

    def names(self) -> tuple[str, ...]:
        """Return the names of all keys, row by row."""
        return tuple(name for row in self.keys for name in row)

    def place(self, name: str) -> tuple[int, int]:
        """Return the row and the column of a key, each from 0; raise ValueError where there is none."""
        return divmod(self.names().index(name), len(self.columns))


class Keys(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Keys with a pin each, or in a matrix.

    active: the level while pressed; ``low`` switches the pin's pull-up on, ``high`` its pull-down; a matrix is always
    low. settle_ms: how long the contact must be quiet before a release, and so the next press, counts. pull:
    ``outside`` has a resistor of 10 kOhm at each key (in a matrix: each column) that holds its pin.
    """

    pins: Annotated[dict[KeyName, Gpio], Meta(max_length=16)] = {}
    matrix: Matrix | None = None
    active: Level = "low"
    settle_ms: Annotated[int, Meta(ge=1, le=200)] = 20
    pull: Literal["chip", "outside"] = "chip"

    def __post_init__(self) -> None:
        """Refuse no keys, and keys of both kinds; raise ValueError."""
        if bool(self.pins) == (self.matrix is not None):
            raise ValueError("keys have either pins, one for each, or a matrix")
        if self.matrix and self.active == "high":
            raise ValueError("the keys of a matrix are active low; take active away")

    def names(self) -> tuple[str, ...]:
        """Return the names of all keys, in the order of the file."""
        return self.matrix.names() if self.matrix else tuple(self.pins)

    def uses(self) -> list[PinUse]:
        """Return what the keys ask of their pins."""
        held = READ if self.pull == "outside" else HELD_UP if self.active == "low" else HELD_DOWN
        if self.matrix is None:
            return [PinUse(f"keys.{name}", pin, held) for name, pin in self.pins.items()]
        rows = [PinUse(f"keys.rows[{at}]", pin, DRIVEN) for at, pin in enumerate(self.matrix.rows)]
        return rows + [PinUse(f"keys.columns[{at}]", pin, held) for at, pin in enumerate(self.matrix.columns)]

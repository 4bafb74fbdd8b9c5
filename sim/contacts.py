"""The keys of a simulated node as contacts on its chip's pins: one a key, or a keypad of rows and columns."""

from hardware.board import Keys
from sim.chips.keypad import Keypad, ShortCircuitError
from sim.pinout import PULL_DOWN, PULL_UP, Pinout, WiringError


class NoSuchKeyError(KeyError):
    """The node has no such key; the sentence names those that it has."""

    def __str__(self) -> str:
        return str(self.args[0])


class Contacts:
    """What fingers do to pins. keys: of the board, None without.

    outside: the resistors that hold pins, as `sim.pinout.Pinout` takes them.
    """

    def __init__(self, keys: Keys | None) -> None:
        self._keys = keys
        self._matrix = matrix = keys.matrix if keys else None
        self.names = keys.names() if keys else ()
        self._down: set[str] = set()
        self._key_of_pin = {pin: key for key, pin in keys.pins.items()} if keys else {}
        self._keypad: Keypad | None = None
        if matrix:
            self._keypad = Keypad(rows=len(matrix.rows), columns=len(matrix.columns), diodes=matrix.diodes)
        self._told: dict[int, int | None] = dict.fromkeys(matrix.columns if matrix else ())
        inputs = (*self._key_of_pin, *self._told) if keys and keys.pull == "outside" else ()
        self.outside = dict.fromkeys(inputs, PULL_UP if keys and keys.active == "low" else PULL_DOWN)

    @property
    def are_read(self) -> bool:
        """Whether the chip has to read them row after row; else each edge comes to it."""
        return self._keypad is not None

    def check(self, name: str, key: str) -> None:
        """Raise NoSuchKeyError where the node of that name has no such key."""
        if key not in self.names:
            raise NoSuchKeyError(f"{name} has no key {key!r}; it has {', '.join(self.names) or 'none'}")

    def set(self, key: str, *, is_down: bool) -> list[int]:
        """Close or open a key's contact and return the pins that may have another level by that."""
        (self._down.add if is_down else self._down.discard)(key)
        if self._keypad and self._matrix:
            self._keypad.press(*self._matrix.place(key), is_down=is_down)
            return self._moved()
        return [self._keys.pins[key]] if self._keys else []

    def level(self, pin: int) -> int | None:
        """Return the level that keys bring to a pin, None where no key that is down does."""
        if self._keypad and self._matrix:
            return self._keypad.level(self._matrix.columns.index(pin)) if pin in self._matrix.columns else None
        if self._keys and self._key_of_pin.get(pin) in self._down:
            return 0 if self._keys.active == "low" else 1
        return None

    def drive(self, pin: int, level: int, pinout: Pinout) -> list[int]:
        """Take what the chip drives; return the pins that have another level by that. Raises WiringError."""
        if not self._keypad or not self._matrix or pin not in self._matrix.rows:
            return []
        try:
            self._keypad.drive(self._matrix.rows.index(pin), level, is_open_drain=pinout.is_open_drain(pin))
        except ShortCircuitError as error:
            raise WiringError(f"{pinout.name(pin)}: {error}: a short circuit; make the rows open drains") from error
        return self._moved()

    def let_go(self) -> None:
        """The chip drives nothing any more."""
        if self._keypad:
            self._keypad.let_go()
            self._told = dict.fromkeys(self._told)

    def _moved(self) -> list[int]:
        """Return the columns whose levels have changed."""
        now = {pin: self.level(pin) for pin in self._told}
        moved = [pin for pin, level in now.items() if level != self._told[pin]]
        self._told = now
        return moved

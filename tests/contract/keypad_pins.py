"""A keypad on mock pins of gpiozero: rows that are driven and contacts that are closed make the columns' levels."""

from threading import RLock
from typing import Any

from hardware.board import Matrix
from sim.chips.keypad import Keypad


class KeypadPins:
    """The rows and columns of a matrix. pin: the mock pin of a number."""

    def __init__(self, matrix: Matrix, pin: Any) -> None:
        self._matrix = matrix
        self._model = Keypad(rows=len(matrix.rows), columns=len(matrix.columns), diodes=matrix.diodes)
        self._rows = [pin(number) for number in matrix.rows]
        self._columns = [pin(number) for number in matrix.columns]
        self._lock = RLock()

    def touch(self, key: str, *, is_down: bool) -> None:
        """Close a contact or open it."""
        with self._lock:
            self._model.press(*self._matrix.place(key), is_down=is_down)
            self._bring()

    def see(self, pin: Any) -> None:
        """Take what a pin does now, if it is a row's: an input drives nothing, an output a level."""
        if pin not in self._rows:
            return
        with self._lock:
            is_let_go = pin.function == "input"
            level = 1 if is_let_go else int(pin.state)
            self._model.drive(self._rows.index(pin), level, is_open_drain=is_let_go)
            self._bring()

    def _bring(self) -> None:
        for at, column in enumerate(self._columns):
            if self._model.level(at) == 0:
                column.drive_low()
            else:
                column.drive_high()

"""A model of a keypad: contacts between rows and columns, with a diode each or without; three keys can look like four.

It is not a real keypad: it knows which rows a chip drives and which contacts are closed, and so the columns' levels.
"""


class ShortCircuitError(ValueError):
    """Two rows that a chip drives against each other are connected by keys."""


class Keypad:
    """Contacts of rows and columns, counted from 0. diodes: one with each contact, its ring towards the row."""

    def __init__(self, *, rows: int, columns: int, diodes: bool = False) -> None:
        self._columns = columns
        self._diodes = diodes
        self._closed: set[tuple[int, int]] = set()
        self._driven: dict[int, tuple[int, bool]] = dict.fromkeys(range(rows), (1, True))

    def press(self, row: int, column: int, *, is_down: bool) -> None:
        """Close a contact, or open it."""
        (self._closed.add if is_down else self._closed.discard)((row, column))

    def drive(self, row: int, level: int, *, is_open_drain: bool) -> None:
        """Drive a row; an open drain at 1 drives nothing. Raises ShortCircuitError."""
        self._driven[row] = (level, is_open_drain)
        for column in range(self._columns):
            self.level(column)

    def let_go(self) -> None:
        """Nothing drives the rows any more."""
        self._driven = dict.fromkeys(self._driven, (1, True))

    def level(self, column: int) -> int | None:
        """Return the level that the keys bring to a column, None where nothing drives it. Raises ShortCircuitError."""
        rows = self._rows_at(column)
        levels = {level for row in rows for level, is_open in [self._driven[row]] if not (level and is_open)}
        if self._diodes:
            return 0 if 0 in levels else None
        if len(levels) > 1:
            raise ShortCircuitError(f"keys connect the rows {sorted(rows)}, which are driven against each other")
        return next(iter(levels), None)

    def _rows_at(self, column: int) -> set[int]:
        """Return the rows that current can come from: without diodes also through other columns and rows."""
        rows = {row for row, its in self._closed if its == column}
        while not self._diodes:
            columns = {its for row, its in self._closed if row in rows}
            more = {row for row, its in self._closed if its in columns}
            if more == rows:
                break
            rows = more
        return rows

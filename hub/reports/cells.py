"""How a cell of figures stands in a row of the store, and the store's tables."""

from collections.abc import Sequence

from hub.reports.days import Cell
from hub.rules.tally import Figures, Spans

PLAIN = (
    "taken", "called", "served", "no_show", "recalled", "transferred", "parked", "cancelled", "left", "unrated",
    "notices", "oral",
)  # fmt: skip
LEVELS = (5, 4, 3, 2, 1)
SUMS = (*PLAIN, *(f"level_{level}" for level in LEVELS), "waits", "wait_ms", "services", "service_ms")
LONGEST = ("longest_wait_ms", "longest_service_ms")
LENGTHS = ("every_wait", "every_service")
NUMBERS = (*SUMS, *LONGEST)
_COLUMNS = f"""
    key TEXT NOT NULL, service TEXT NOT NULL,
    {", ".join(f'"{name}" INTEGER NOT NULL' for name in NUMBERS)},
    {", ".join(f"{name} BLOB NOT NULL" for name in LENGTHS)}
"""
SCHEMA = f"""
CREATE TABLE cells (
    by TEXT NOT NULL, day INTEGER NOT NULL, {_COLUMNS}, PRIMARY KEY (by, day, key, service)
) STRICT, WITHOUT ROWID;
CREATE TABLE month_cells (
    by TEXT NOT NULL, month INTEGER NOT NULL, {_COLUMNS}, PRIMARY KEY (by, month, key, service)
) STRICT, WITHOUT ROWID;
CREATE TABLE months (month INTEGER PRIMARY KEY) STRICT;
CREATE TABLE days (
    day INTEGER PRIMARY KEY, overtime_ms INTEGER NOT NULL, late_closings INTEGER NOT NULL
) STRICT;
CREATE TABLE devices (
    day INTEGER NOT NULL, device TEXT NOT NULL,
    up_ms INTEGER NOT NULL, known_ms INTEGER NOT NULL, faults INTEGER NOT NULL,
    PRIMARY KEY (day, device)
) STRICT, WITHOUT ROWID;
CREATE TABLE place (
    basis TEXT NOT NULL, opening_row INTEGER NOT NULL, opening_hash BLOB NOT NULL,
    last_row INTEGER NOT NULL, last_hash BLOB NOT NULL, last_at INTEGER NOT NULL, missing TEXT NOT NULL
) STRICT;
"""
ADDED_UP = ", ".join([*(f'sum("{name}")' for name in SUMS), *(f"max({name})" for name in LONGEST)])
"""What groups of rows come to, in the order of `NUMBERS`."""


def numbers_of(cell: Cell) -> tuple[int | bytes, ...]:
    """Return the columns of a cell, from the first figure on."""
    figures = cell.figures
    waits, services = figures.waits, figures.services
    return (
        *(getattr(figures, name) for name in PLAIN),
        *(figures.ratings.get(level, 0) for level in LEVELS),
        *(waits.count, waits.total_ms, services.count, services.total_ms, waits.longest_ms, services.longest_ms),
        *(cell.waits.tobytes(), cell.services.tobytes()),
    )


def figures_of(numbers: Sequence[int]) -> Figures:
    """Return the figures of a row's `NUMBERS`."""
    known = dict(zip(NUMBERS, numbers, strict=True))
    return Figures(
        **{name: known[name] for name in PLAIN},
        ratings={level: count for level in LEVELS if (count := known[f"level_{level}"])},
        waits=Spans(count=known["waits"], total_ms=known["wait_ms"], longest_ms=known["longest_wait_ms"]),
        services=Spans(count=known["services"], total_ms=known["service_ms"], longest_ms=known["longest_service_ms"]),
    )

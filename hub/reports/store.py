"""The figures of every business day, reports.db beside the journal: derived from it, made again where it is lost."""

import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

from msgspec import Struct

from hub.reports.days import Cell, CellBy, DayFigures, DeviceDay
from hub.rules.tally import Figures, Spans

VERSION = 1
APPLICATION_ID = 0x4C4E5452
"""``LNTR`` in SQLite's header."""
PLAIN = (
    "taken", "called", "served", "no_show", "recalled", "transferred", "parked", "cancelled", "left", "unrated",
    "notices", "oral",
)  # fmt: skip
LEVELS = (5, 4, 3, 2, 1)
SUMS = (*PLAIN, *(f"level_{level}" for level in LEVELS), "waits", "wait_ms", "services", "service_ms")
LONGEST = ("longest_wait_ms", "longest_service_ms")
LENGTHS = ("every_wait", "every_service")
_NUMBERS = (*SUMS, *LONGEST)
_SCHEMA = f"""
CREATE TABLE cells (
    by TEXT NOT NULL, day INTEGER NOT NULL, key TEXT NOT NULL, service TEXT NOT NULL,
    {", ".join(f'"{name}" INTEGER NOT NULL' for name in _NUMBERS)},
    {", ".join(f"{name} BLOB NOT NULL" for name in LENGTHS)},
    PRIMARY KEY (by, day, key, service)
) STRICT, WITHOUT ROWID;
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
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {VERSION};
"""


class StoreError(OSError):
    """The figures cannot be kept; the sentence says what to do."""


class DamagedError(StoreError):
    """The file is no store that can be read; it is to be thrown away."""


class Place(Struct, frozen=True, kw_only=True):
    """How far the journal has been read. opening: of the last day, which is read again until the next one opens.

    basis: what else the figures depend on: time zone and begin of the day. last_at: moment of the last row, ms.
    missing: devices that were missing when the last day opened, with spaces between.
    """

    basis: str
    opening_row: int = 0
    opening_hash: bytes = b""
    last_row: int = 0
    last_hash: bytes = b""
    last_at: int = 0
    missing: str = ""


class Group(Struct, kw_only=True):
    """Figures of a key in a service, of one day or (day 0) all days that were asked for."""

    day: int
    key: str
    service: str
    figures: Figures


Lengths = tuple["array[int]", "array[int]"]
"""Every wait and every service, in seconds."""


class Store:
    """The open store. What is written by one `write` is there as a whole, or nothing of it is."""

    def __init__(self, path: Path) -> None:
        """Open or make it; raise DamagedError where it is none of this Lintel, else StoreError."""
        self._path = path
        try:
            self._db = _open(path)
        except sqlite3.Error as error:
            raise _wrong(path, error) from error

    def place(self) -> Place | None:
        """Return how far the journal has been read, None: not at all."""
        rows = self._ask(f"SELECT {', '.join(Place.__struct_fields__)} FROM place")  # noqa: S608
        found = next(rows, None)
        return Place(**dict(zip(Place.__struct_fields__, found, strict=True))) if found else None

    def write(self, days: Iterable[DayFigures], place: Place | None, after: Place | None) -> bool:
        """Keep days, and how far one is now, if one was at ``after``; False where somebody else was quicker.

        place None: what is kept is of another journal, and goes.
        """
        try:
            self._db.execute("BEGIN IMMEDIATE")
            if self.place() != after:
                self._db.execute("ROLLBACK")
                return False
            self._keep(days, place)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise _wrong(self._path, error) from error
        return True

    def sums(self, by: CellBy, first: int, last: int, *, each_day: bool = False) -> Iterator[Group]:
        """Yield the figures from a day to another, YYYYMMDD, by key and service, and by day where each_day."""
        plain = ", ".join(f'sum("{name}")' for name in SUMS)
        longest = ", ".join(f"max({name})" for name in LONGEST)
        sql = f"SELECT {_day(each_day)}, key, service, {plain}, {longest} {_WHERE} GROUP BY 1, 2, 3"
        for day, key, service, *numbers in self._ask(sql, by, first, last):
            yield Group(day=day, key=key, service=service, figures=_figures(numbers))

    def lengths(
        self, by: CellBy, first: int, last: int, *, each_day: bool = False
    ) -> dict[tuple[int, str, str], Lengths]:
        """Return every wait and every service in seconds, under day (0 where not each_day), key and service."""
        sql = f"SELECT {_day(each_day)}, key, service, {', '.join(LENGTHS)} {_WHERE}"
        found: dict[tuple[int, str, str], Lengths] = {}
        for day, key, service, waits, services in self._ask(sql, by, first, last):
            both = found.get((day, key, service))
            if both is None:
                both = found[day, key, service] = (array("I"), array("I"))
            both[0].frombytes(waits)
            both[1].frombytes(services)
        return found

    def days(self, first: int, last: int) -> list[tuple[int, int, int]]:
        """Return day, overtime_ms and late closings of every business day from one to another."""
        sql = "SELECT day, overtime_ms, late_closings FROM days WHERE day BETWEEN ? AND ? ORDER BY day"
        return [(day, overtime_ms, late) for day, overtime_ms, late in self._ask(sql, first, last)]

    def devices(self, first: int, last: int) -> list[DeviceDay]:
        """Return what was known of every device from a day to another."""
        sql = (
            "SELECT device, sum(up_ms), sum(known_ms), sum(faults) FROM devices WHERE day BETWEEN ? AND ? "
            "GROUP BY device ORDER BY device"
        )
        rows = self._ask(sql, first, last)
        return [DeviceDay(device=name, up_ms=up, known_ms=known, faults=faults) for name, up, known, faults in rows]

    def begin(self) -> None:
        """See the same figures until `close`, whoever writes meanwhile."""
        self._db.execute("BEGIN")

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._db.close()

    def _ask(self, sql: str, *values: object) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._db.execute(sql, values)
        except sqlite3.Error as error:
            raise _wrong(self._path, error) from error

    def _keep(self, days: Iterable[DayFigures], place: Place | None) -> None:
        self._db.execute("DELETE FROM place")
        if place is None:
            for table in ("cells", "days", "devices"):
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608
            return
        names = Place.__struct_fields__
        self._db.execute(
            f"INSERT INTO place ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",  # noqa: S608
            [getattr(place, name) for name in names],
        )
        for day in days:
            self._keep_day(day)

    def _keep_day(self, day: DayFigures) -> None:
        for by in get_args(CellBy):
            self._db.execute("DELETE FROM cells WHERE by = ? AND day = ?", (by, day.day))
        self._db.execute("DELETE FROM devices WHERE day = ?", (day.day,))
        self._db.execute("INSERT OR REPLACE INTO days VALUES (?, ?, ?)", (day.day, day.overtime_ms, day.late_closings))
        places = ", ".join("?" * (4 + len(_NUMBERS) + len(LENGTHS)))
        cells = ((by, day.day, key, service, *_numbers(cell)) for (by, key, service), cell in sorted_cells(day))
        self._db.executemany(f"INSERT INTO cells VALUES ({places})", cells)  # noqa: S608
        devices = [(day.day, one.device, one.up_ms, one.known_ms, one.faults) for one in day.devices]
        self._db.executemany("INSERT INTO devices VALUES (?, ?, ?, ?, ?)", devices)


_WHERE = "FROM cells WHERE by = ? AND day BETWEEN ? AND ?"


def sorted_cells(day: DayFigures) -> list[tuple[tuple[CellBy, str, str], Cell]]:
    """Return the cells in the order of the table, which is the quickest to write."""
    return sorted(day.cells.items(), key=lambda one: one[0])


def _day(each_day: bool) -> str:
    return "day" if each_day else "0"


def _numbers(cell: Cell) -> tuple[int | bytes, ...]:
    figures = cell.figures
    waits, services = figures.waits, figures.services
    return (
        *(getattr(figures, name) for name in PLAIN),
        *(figures.ratings.get(level, 0) for level in LEVELS),
        *(waits.count, waits.total_ms, services.count, services.total_ms, waits.longest_ms, services.longest_ms),
        *(cell.waits.tobytes(), cell.services.tobytes()),
    )


def _figures(numbers: Sequence[int]) -> Figures:
    known = dict(zip(_NUMBERS, numbers, strict=True))
    return Figures(
        **{name: known[name] for name in PLAIN},
        ratings={level: count for level in LEVELS if (count := known[f"level_{level}"])},
        waits=Spans(count=known["waits"], total_ms=known["wait_ms"], longest_ms=known["longest_wait_ms"]),
        services=Spans(count=known["services"], total_ms=known["service_ms"], longest_ms=known["longest_service_ms"]),
    )


def _open(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, timeout=30.0)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("BEGIN IMMEDIATE")
        version = (db.execute("PRAGMA application_id").fetchone()[0], db.execute("PRAGMA user_version").fetchone()[0])
        if not db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            for statement in _SCHEMA.split(";"):
                db.execute(statement)
        elif version != (APPLICATION_ID, VERSION):
            raise sqlite3.DatabaseError("of another version")
        db.execute("COMMIT")
    except sqlite3.Error:
        db.close()
        raise
    return db


def _wrong(path: Path, error: sqlite3.Error) -> StoreError:
    if isinstance(error, sqlite3.OperationalError):  # full, locked, not writable
        return StoreError(f"{path}: cannot be used ({error}); look after the folder's rights and the disk's space")
    return DamagedError(f"{path}: cannot be read ({error}); remove it, it is made again from the journal")


def throw_away(path: Path) -> None:
    """Remove a store; nothing is lost with it."""
    for name in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        name.unlink(missing_ok=True)

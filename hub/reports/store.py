"""The figures of every business day, reports.db beside the journal: derived from it, made again where it is lost."""

import sqlite3
from calendar import monthrange
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, get_args

from msgspec import Struct

from hub.reports.cells import ADDED_UP, LENGTHS, NUMBERS, SCHEMA, figures_of, numbers_of
from hub.reports.days import Cell, CellBy, DayFigures, DeviceDay
from hub.rules.tally import Figures

VERSION = 1
APPLICATION_ID = 0x4C4E5452
"""``LNTR`` in SQLite's header."""
TABLES = ("cells", "month_cells", "months", "days", "devices")
Grain = Literal["all", "month", "day"]
"""How finely figures are told: of the whole span, of each month, YYYYMM, or of each day, YYYYMMDD."""
Of = frozenset[Literal["key", "service"]]


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
    """Figures of a key in a service. when: the day or month, 0: the span. key, service: empty where they were not asked
    for. One may come in several parts.
    """

    when: int
    key: str
    service: str
    figures: Figures


class _Part(Struct, frozen=True, kw_only=True):
    """A piece of a span, in one table. when: what its figures are told under."""

    when: str
    table: str
    column: str
    first: int
    last: int

    @property
    def where(self) -> str:
        return f"FROM {self.table} WHERE by = ? AND {self.column} BETWEEN ? AND ?"


class _Joined:
    """Bytes one after the other, for SQL, which can join texts only."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def step(self, part: bytes) -> None:
        self._parts.append(part)

    def finalize(self) -> bytes:
        return b"".join(self._parts)


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

    def sums(self, by: CellBy, first: int, last: int, grain: Grain, *, of: Of) -> Iterator[Group]:
        """Yield the figures from a day to another, YYYYMMDD; of: told apart by what."""
        key, service = ("key" if "key" in of else "''"), ("service" if "service" in of else "''")
        for part in self._parts(by, first, last, grain):
            sql = f"SELECT {part.when}, {key}, {service}, {ADDED_UP} {part.where} GROUP BY 1, 2, 3"
            for when, of_key, of_service, *numbers in self._ask(sql, by, part.first, part.last):
                yield Group(when=when, key=of_key, service=of_service, figures=figures_of(numbers))

    def lengths(self, by: CellBy, first: int, last: int, grain: Grain) -> Iterator[tuple[int, str, str, bytes, bytes]]:
        """Yield day or month or 0, key, service, every wait and every service in seconds; in several parts, too."""
        for part in self._parts(by, first, last, grain):
            sql = f"SELECT {part.when}, key, service, {', '.join(LENGTHS)} {part.where}"
            yield from self._ask(sql, by, part.first, part.last)

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

    def _parts(self, by: CellBy, first: int, last: int, grain: Grain) -> list[_Part]:
        """Return where to look: whole months that are added up already are taken as such."""
        of_days = {"all": "0", "month": "day / 100", "day": "day"}[grain]
        begin, end = whole_months(first, last)
        sql = "SELECT min(month), max(month) FROM months WHERE month BETWEEN ? AND ?"
        month, last_month = next(self._ask(sql, begin, end))
        if grain == "day" or month is None:
            return [_Part(when=of_days, table="cells", column="day", first=first, last=last)]
        of_months = {"all": "0", "month": "month"}[grain]
        return [
            _Part(when=of_days, table="cells", column="day", first=first, last=month * 100),
            _Part(when=of_months, table="month_cells", column="month", first=month, last=last_month),
            _Part(when=of_days, table="cells", column="day", first=(last_month + 1) * 100, last=last),
        ]

    def _add_months_up(self) -> None:
        """Add up the days of every month that is over."""
        sql = (
            "SELECT DISTINCT day / 100 FROM days WHERE day / 100 < (SELECT max(day) / 100 FROM days) "
            "AND day / 100 NOT IN (SELECT month FROM months)"
        )
        joined = ", ".join(f"joined({name})" for name in LENGTHS)
        for (month,) in self._db.execute(sql).fetchall():
            self._db.execute("INSERT INTO months VALUES (?)", (month,))
            self._db.execute(
                f"INSERT INTO month_cells SELECT by, day / 100, key, service, {ADDED_UP}, {joined} FROM cells "  # noqa: S608
                "WHERE day BETWEEN ? AND ? GROUP BY 1, 2, 3, 4",
                (month * 100, month * 100 + 99),
            )

    def _ask(self, sql: str, *values: object) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._db.execute(sql, values)
        except sqlite3.Error as error:
            raise _wrong(self._path, error) from error

    def _keep(self, days: Iterable[DayFigures], place: Place | None) -> None:
        self._db.execute("DELETE FROM place")
        if place is None:
            for table in TABLES:
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608
            return
        names = Place.__struct_fields__
        self._db.execute(
            f"INSERT INTO place ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",  # noqa: S608
            [getattr(place, name) for name in names],
        )
        for day in days:
            self._keep_day(day)
        self._add_months_up()

    def _keep_day(self, day: DayFigures) -> None:
        for by in get_args(CellBy):
            self._db.execute("DELETE FROM cells WHERE by = ? AND day = ?", (by, day.day))
            self._db.execute("DELETE FROM month_cells WHERE by = ? AND month = ?", (by, day.day // 100))
        self._db.execute("DELETE FROM months WHERE month = ?", (day.day // 100,))
        self._db.execute("DELETE FROM devices WHERE day = ?", (day.day,))
        self._db.execute("INSERT OR REPLACE INTO days VALUES (?, ?, ?)", (day.day, day.overtime_ms, day.late_closings))
        places = ", ".join("?" * (4 + len(NUMBERS) + len(LENGTHS)))
        cells = ((by, day.day, key, service, *numbers_of(cell)) for (by, key, service), cell in sorted_cells(day))
        self._db.executemany(f"INSERT INTO cells VALUES ({places})", cells)  # noqa: S608
        devices = [(day.day, one.device, one.up_ms, one.known_ms, one.faults) for one in day.devices]
        self._db.executemany("INSERT INTO devices VALUES (?, ?, ?, ?, ?)", devices)


def sorted_cells(day: DayFigures) -> list[tuple[tuple[CellBy, str, str], Cell]]:
    """Return the cells in the order of the table, which is the quickest to write."""
    return sorted(day.cells.items(), key=lambda one: one[0])


def whole_months(first: int, last: int) -> tuple[int, int]:
    """Return the first and the last month, YYYYMM, that lie wholly between two days, YYYYMMDD."""
    begin = first // 100 if first % 100 == 1 else following(first // 100)
    year, month = divmod(last // 100, 100)
    if last % 100 == monthrange(year, month)[1]:
        return begin, last // 100
    return begin, last // 100 - 1  # January's 0 is no month, and nothing is found under it


def following(month: int) -> int:
    """Return the month after one, YYYYMM."""
    return month + 1 if month % 100 < 12 else month + 89


def _open(path: Path) -> sqlite3.Connection:
    with suppress(OSError):  # what is there stays as it is, and what cannot be made SQLite says
        path.touch(mode=0o600, exist_ok=False)
    db = sqlite3.connect(path, isolation_level=None, timeout=30.0)
    joined: Any = _Joined  # typeshed knows aggregates of numbers only
    db.create_aggregate("joined", 1, joined)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")  # no press waits behind it for the disk; what is lost is made again
        db.execute("BEGIN IMMEDIATE")
        version = (db.execute("PRAGMA application_id").fetchone()[0], db.execute("PRAGMA user_version").fetchone()[0])
        if not db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            for statement in (
                *SCHEMA.split(";"),
                f"PRAGMA application_id = {APPLICATION_ID}",
                f"PRAGMA user_version = {VERSION}",
            ):
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

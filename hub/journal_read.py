"""Reads a journal that a hub may have open: its rows, its days, its seals, and whether its chain holds."""

import sqlite3
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

from hub.journal_file import JournalError, damaged, open_file
from hub.journal_rows import COLUMNS, Row, row_of
from hub.journal_seals import Break, Links, Seal, read_seals

_MOST = 2**63 - 1
_IN_THE_INDEX = "SELECT row FROM journal INDEXED BY journal_event WHERE (device, boot, seq) = (t.device, t.boot, t.seq)"
_NEXT = f"SELECT {COLUMNS}, ({_IN_THE_INDEX}) FROM journal AS t WHERE row > ? ORDER BY row LIMIT ?"  # noqa: S608
ROWS_A_PIECE = 500


def read_rows(
    path: Path, first: int = 0, last: int | None = None, *, since: int = 0, words: Sequence[str] = ()
) -> Generator[Row, None, None]:
    """Yield the rows of a journal that may be in use, in order; raise JournalError if it cannot be read.

    first, last: included; last None: to the end. since: only those of that moment, ms, or later. words: only those in
    which one of them stands.
    """
    db = _open_to_read(path)
    try:
        yield from rows_of(db, first, last, since, words)
    except sqlite3.DatabaseError as error:
        raise damaged(path, error) from error
    finally:
        db.close()


def days_of(path: Path) -> list[tuple[str, int]]:
    """Return the business days of a journal, YYYYMMDD, each with the row that opened it, in order."""
    db = _open_to_read(path)
    try:
        return db.execute("SELECT opens, row FROM journal WHERE opens IS NOT NULL ORDER BY row").fetchall()
    except sqlite3.DatabaseError as error:
        raise damaged(path, error) from error
    finally:
        db.close()


def seals_of(path: Path) -> list[Seal]:
    """Return what is left of removed rows; raise JournalError if the journal cannot be read."""
    db = _open_to_read(path)
    try:
        return read_seals(db)
    except sqlite3.DatabaseError as error:
        raise damaged(path, error) from error
    finally:
        db.close()


def count_rows(path: Path) -> int:
    """Return how many rows a journal has; raise JournalError if it cannot be read."""
    db = _open_to_read(path)
    try:
        return int(db.execute("SELECT count(*) FROM journal").fetchone()[0])
    except sqlite3.DatabaseError as error:
        raise damaged(path, error) from error
    finally:
        db.close()


def verify(path: Path) -> Iterator[str]:
    """Yield a sentence for each of a journal's breaks."""
    yield from map(str, breaks(path))


def breaks(path: Path) -> Iterator[Break]:
    """Yield every row or seal that is missing, was changed, or does not follow from what is before it.

    Rows that were removed after archiving are no break: their seal stands for them.
    """
    db = _open_to_read(path)
    try:
        db.execute("BEGIN")
        yield from filter(None, _followed(db, ROWS_A_PIECE))
    except sqlite3.DatabaseError as error:
        raise damaged(path, error) from error
    finally:
        db.close()


def proof(path: Path, rows: int) -> Generator[Break | None, None, None]:
    """Yield every break as `breaks` does, and None behind each so many rows, so that others may have their turn.

    Nothing of the file is held in between: its log could not be emptied. What is written meanwhile is read too.
    """
    db = _open_to_read(path)
    try:
        yield from _followed(db, rows)
    except sqlite3.DatabaseError as error:
        raise damaged(path, error) from error
    finally:
        db.close()


def _followed(db: sqlite3.Connection, rows: int) -> Iterator[Break | None]:
    """Yield what breaks a chain, or is missing in the index of events, and None behind each so many rows."""
    links, last = Links(read_seals(db)), 0
    while piece := db.execute(_NEXT, (last, rows)).fetchall():
        for *cells, indexed in piece:
            row = row_of(cells)
            yield from links.follow(row)
            if row.device is not None and indexed != row.row:
                yield Break(kind="not-indexed", first=row.row, last=row.row)
        last = piece[-1][0]
        yield None
    yield from links.end()


def _open_to_read(path: Path) -> sqlite3.Connection:
    if not path.is_file() or not path.stat().st_size:
        raise JournalError(f"{path}: no journal is there; a hub's is journal.db in its state folder")
    return open_file(path)


def _first_row(db: sqlite3.Connection, since: int) -> int:
    """Return a row before which everything is older: hall time never goes back, so years are halved, not read."""
    if not since:
        return 0
    low, high = 1, (db.execute("SELECT max(row) FROM journal").fetchone()[0] or 0) + 1
    while low < high:
        middle = (low + high) // 2
        found = db.execute("SELECT at FROM journal WHERE row >= ? ORDER BY row LIMIT 1", (middle,)).fetchone()
        if found and not isinstance(found[0], int):
            raise sqlite3.DatabaseError(f"a row behind row {middle} has no moment")
        low, high = (middle + 1, high) if found and found[0] < since else (low, middle)
    return low


def rows_of(
    db: sqlite3.Connection, first: int, last: int | None = None, since: int = 0, words: Sequence[str] = ()
) -> Iterator[Row]:
    """Yield rows as `read_rows` does, of a journal that is open; raises sqlite3.DatabaseError where one is damaged."""
    any_of = f" AND ({' OR '.join('instr(body, ?)' for _ in words)})" if words else ""
    sql = f"SELECT {COLUMNS} FROM journal WHERE row BETWEEN ? AND ? AND at >= ?{any_of} ORDER BY row"  # noqa: S608
    asked = (max(first, _first_row(db, since)), _MOST if last is None else last, since, *words)
    for found in map(row_of, db.execute(sql, asked)):
        if not found.has_its_types:
            raise sqlite3.DatabaseError(f"row {found.row} has values of other types")
        yield found

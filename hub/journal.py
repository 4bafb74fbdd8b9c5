"""The journal: every decision, append-only, each row chained to the one before it by its hash; step 5 of a press."""

import hashlib
import sqlite3
from collections.abc import Generator, Iterator, Sequence
from importlib import resources
from pathlib import Path

import msgspec
from msgspec import Struct

from hardware.contract import Event
from hub.journal_log import Log
from hub.rules.events import DayOpened, Fact

APPLICATION_ID = 0x4C4E544C
"""``LNTL`` in SQLite's header: what says that a file is a journal of Lintel."""
VERSION = 1
GENESIS = bytes(32)
PAGE_BYTES = 1024
"""A commit writes its pages whole; a row is about half of one."""


class JournalError(ValueError):
    """The journal cannot be used; the sentence says what to do."""


class JournalWriteError(OSError, JournalError):
    """What was to be written is not durable: disk full, read-only or broken."""


class Body(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a row tells. message: the device's event. refused: why no facts followed. note: the hub's own remark."""

    message: Event | None = None
    facts: tuple[Fact, ...] = ()
    refused: str = ""
    note: str = ""


class Entry(Struct, frozen=True, kw_only=True):
    """One row to be. device, boot, seq: the numbered event that was decided, or None for the hub's own decision."""

    at: int
    body: Body
    device: str | None = None
    boot: int | None = None
    seq: int | None = None


class Row(Struct, frozen=True, kw_only=True):
    """One row as it stands in the file."""

    row: int
    at: int
    device: str | None
    boot: int | None
    seq: int | None
    opens: str | None
    body: str
    hash: bytes

    def content(self) -> Body:
        """Return what the row tells; raise JournalError if it is not what this version writes."""
        try:
            return _decode(self.body)
        except msgspec.MsgspecError as error:
            raise JournalError(f"row {self.row} of the journal cannot be read: {error}") from error


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Body).decode
_COLUMNS = "row, at, device, boot, seq, opens, body, hash"


class Journal:
    """The open journal of a hub. Everything in one `append` or `write` is kept together, or nothing of it is."""

    def __init__(self, path: Path) -> None:
        """Open or make the journal at path; raise JournalError if it is damaged or of a newer Lintel."""
        self._path = path
        self._db = _open(path)
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")  # a commit is made durable by its log, not by SQLite
            self._db.execute("PRAGMA wal_autocheckpoint = 0")
            self._log = Log(self._db, path)
            last = self._db.execute("SELECT row, hash, at FROM journal ORDER BY row DESC LIMIT 1").fetchone()
        except (OSError, sqlite3.DatabaseError) as error:
            self._db.close()
            raise _damaged(path, error) from error
        self.last_row: int = last[0] if last else 0
        self._hash: bytes = last[1] if last else GENESIS
        self.last_at: int = last[2] if last else 0

    def begin(self, at: int) -> int:
        """Count a start of the hub and return its number, one more at each."""
        try:
            boot = int(self._db.execute("INSERT INTO starts (at) VALUES (?)", (at,)).lastrowid or 0)
            self._log.start()
            self._log.settle()
        except (OSError, sqlite3.Error) as error:
            raise _not_written(self._path, error) from error
        return boot

    def append(self, entries: Sequence[Entry]) -> None:
        """Make entries durable, in order; raise JournalWriteError if they are not."""
        self.write(entries)
        self.settle()

    def write(self, entries: Sequence[Entry]) -> None:
        """Keep entries, in order, and send them on their way to the disk; they are durable after `settle`.

        Raises JournalWriteError if they cannot be kept, and then none of them is.
        """
        if not entries:
            return
        row, last = self.last_row, self._hash
        values = []
        for entry in entries:
            row += 1
            cells = _cells(row, entry)
            last = chain(last, cells)
            values.append((*cells, last))
        try:
            self._insert(values)
        except sqlite3.Error as error:
            self._roll_back()
            raise _not_written(self._path, error) from error
        self.last_row, self._hash = row, last
        self._log.start()

    def settle(self) -> None:
        """Wait until all that was written is durable; raise JournalWriteError if it is not, or nobody knows."""
        try:
            self._log.settle()
        except (OSError, sqlite3.Error) as error:
            raise _not_written(self._path, error) from error

    def _insert(self, values: list[tuple[object, ...]]) -> None:
        sql = f"INSERT INTO journal ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
        if len(values) == 1:
            self._db.execute(sql, values[0])
            return
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany(sql, values)
        self._db.execute("COMMIT")

    def _roll_back(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def today(self) -> Iterator[tuple[int, Body]]:
        """Yield row number and content of every row since the last business day was opened, in order."""
        try:
            opened = self._db.execute("SELECT max(row) FROM journal WHERE opens IS NOT NULL").fetchone()[0] or 1
            for row in _rows(self._db, opened):
                yield row.row, row.content()
        except sqlite3.Error as error:
            raise _damaged(self._path, error) from error

    def told(self, since: int, words: Sequence[str]) -> Iterator[tuple[int, Body]]:
        """Yield moment and content of the rows since then, ms, in which one of the words stands, in order."""
        any_of = " OR ".join("instr(body, ?)" for _ in words)
        sql = f"SELECT at, body FROM journal WHERE at >= ? AND ({any_of}) ORDER BY row"  # noqa: S608
        try:
            for at, body in self._db.execute(sql, (since, *words)):
                yield at, _decode(body)
        except (sqlite3.Error, msgspec.MsgspecError) as error:
            raise JournalError(f"{self._path}: a row cannot be read: {error}") from error

    def last_event(self, device: str) -> tuple[int, int]:
        """Return boot and seq of the last event of a device, (0, 0) before its first."""
        sql = "SELECT boot, seq FROM journal WHERE device = ? ORDER BY boot DESC, seq DESC LIMIT 1"
        try:
            return self._db.execute(sql, (device,)).fetchone() or (0, 0)
        except sqlite3.Error as error:
            raise _damaged(self._path, error) from error

    def tidy(self) -> None:
        """Move what is durable in the log into the database file; for idle moments, since it costs milliseconds."""
        try:
            self._log.move()
        except sqlite3.Error as error:
            raise _not_written(self._path, error) from error

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._db.close()
        self._log.close()


def read_rows(path: Path, first: int = 0, *, since: int = 0, words: Sequence[str] = ()) -> Generator[Row, None, None]:
    """Yield the rows of a journal that may be in use, from the first on; raise JournalError if it cannot be read.

    since: only those of that moment, ms, or later. words: only those in which one of them stands.
    """
    if not path.is_file() or not path.stat().st_size:
        raise JournalError(f"{path}: no journal is there; a hub's is journal.db in its state folder")
    db = _open(path)
    try:
        yield from _rows(db, first, since, words)
    except sqlite3.DatabaseError as error:
        raise _damaged(path, error) from error
    finally:
        db.close()


def verify(path: Path) -> Iterator[str]:
    """Yield a sentence for every row that is missing, was changed, or does not follow from the one before it."""
    last, expected = GENESIS, 1
    for row in read_rows(path):
        if row.row != expected:
            yield f"rows {expected} to {row.row - 1} are missing"
        cells = (row.row, row.at, row.device, row.boot, row.seq, row.opens, row.body)
        if chain(last, cells) != row.hash:
            yield f"row {row.row} does not follow from the row before it: one of the two was changed"
        last, expected = row.hash, row.row + 1


def chain(last: bytes, cells: tuple[object, ...]) -> bytes:
    """Return the hash of a row (all columns but the hash) that follows one whose hash is ``last``."""
    return hashlib.sha256(last + _encode(cells)).digest()


def _cells(row: int, entry: Entry) -> tuple[object, ...]:
    opens = next((fact.day for fact in entry.body.facts if isinstance(fact, DayOpened)), None)
    return (row, entry.at, entry.device, entry.boot, entry.seq, opens, _encode(entry.body).decode())


def _rows(db: sqlite3.Connection, first: int, since: int = 0, words: Sequence[str] = ()) -> Iterator[Row]:
    any_of = f" AND ({' OR '.join('instr(body, ?)' for _ in words)})" if words else ""
    sql = f"SELECT {_COLUMNS} FROM journal WHERE row >= ? AND at >= ?{any_of} ORDER BY row"  # noqa: S608
    for row, at, device, boot, seq, opens, body, digest in db.execute(sql, (first, since, *words)):
        yield Row(row=row, at=at, device=device, boot=boot, seq=seq, opens=opens, body=body, hash=digest)


def _open(path: Path) -> sqlite3.Connection:
    try:
        db = sqlite3.connect(path, isolation_level=None, timeout=5.0)
    except sqlite3.DatabaseError as error:
        raise _damaged(path, error) from error
    try:
        _check_version(db, path)
    except sqlite3.DatabaseError as error:
        db.close()
        raise _damaged(path, error) from error
    except JournalError:
        db.close()
        raise
    return db


def _check_version(db: sqlite3.Connection, path: Path) -> None:
    application = db.execute("PRAGMA application_id").fetchone()[0]
    version = db.execute("PRAGMA user_version").fetchone()[0]
    tables = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if not tables:
        _create(db)
    elif application != APPLICATION_ID:
        raise JournalError(f"{path} is a database, but not a journal of Lintel; name another file or folder")
    elif version > VERSION:
        raise JournalError(
            f"{path} was written by a newer Lintel (schema {version}; this one knows up to {VERSION}); install that one"
        )


def _create(db: sqlite3.Connection) -> None:
    db.execute(f"PRAGMA page_size = {PAGE_BYTES}")
    schema = (resources.files("hub") / "schemas" / f"{VERSION:04}.sql").read_text(encoding="utf-8")
    db.executescript(
        f"BEGIN; {schema} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION}; COMMIT;"
    )


def _damaged(path: Path, error: Exception) -> JournalError:
    return JournalError(f"{path} cannot be read as a journal ({error}); restore the last copy, and keep this file")


def _not_written(path: Path, error: Exception) -> JournalWriteError:
    return JournalWriteError(f"{path}: not written ({error}); free disk space or replace the disk")

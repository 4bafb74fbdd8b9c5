"""The journal: every decision, append-only, each row chained to the one before it by its hash; step 5 of a press."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from time import perf_counter

from hub.journal_file import VERSION as VERSION
from hub.journal_file import JournalError as JournalError
from hub.journal_file import JournalWriteError as JournalWriteError
from hub.journal_file import damaged, not_written, open_file
from hub.journal_log import Log
from hub.journal_read import breaks as breaks
from hub.journal_read import count_rows as count_rows
from hub.journal_read import days_of as days_of
from hub.journal_read import proof as proof
from hub.journal_read import read_rows as read_rows
from hub.journal_read import rows_of
from hub.journal_read import seals_of as seals_of
from hub.journal_read import verify as verify
from hub.journal_rows import COLUMNS, GENESIS, cells_of, chain
from hub.journal_rows import Body as Body
from hub.journal_rows import Entry as Entry
from hub.journal_rows import Row as Row
from hub.journal_seals import Break as Break
from hub.journal_seals import Seal as Seal
from hub.journal_seals import take_out
from hub.watch.counts import Histogram

_INSERT = f"INSERT INTO journal ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608

_ROW_OF_LAST = "SELECT row FROM journal WHERE device = ? ORDER BY boot DESC, seq DESC LIMIT 1"
_LAST_EVENT = """
SELECT * FROM (SELECT boot, seq FROM journal WHERE device = ?1 ORDER BY boot DESC, seq DESC LIMIT 1)
UNION ALL SELECT boot, seq FROM heard WHERE device = ?1 ORDER BY boot DESC, seq DESC LIMIT 1"""


class Journal:
    """The open journal of a hub. Everything in one `append` or `write` is kept together, or nothing of it is."""

    def __init__(self, path: Path) -> None:
        """Open or make the journal at path; raise JournalError if it is damaged or of a newer Lintel."""
        self._path = path
        self._db = open_file(path, to_write=True)
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")  # a commit is made durable by its log, not by SQLite
            self._db.execute("PRAGMA wal_autocheckpoint = 0")
            self._log = Log(self._db, path)
            last = self._db.execute("SELECT row, hash, at FROM journal ORDER BY row DESC LIMIT 1").fetchone()
        except (OSError, sqlite3.DatabaseError) as error:
            self._db.close()
            raise damaged(path, error) from error
        if last and not (isinstance(last[1], bytes) and isinstance(last[2], int)):
            self.close()
            raise damaged(path, ValueError(f"row {last[0]} has values of other types"))
        self.last_row: int = last[0] if last else 0
        self._hash: bytes = last[1] if last else GENESIS
        self.last_at: int = last[2] if last else 0
        self.settled = Histogram()

    @property
    def path(self) -> Path:
        """Its file."""
        return self._path

    def begin(self, at: int) -> int:
        """Count a start of the hub and return its number, one more at each."""
        try:
            boot = int(self._db.execute("INSERT INTO starts (at) VALUES (?)", (at,)).lastrowid or 0)
            self._log.start()
            self._log.settle()
        except (OSError, sqlite3.Error) as error:
            raise not_written(self._path, error) from error
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
            cells = cells_of(row, entry)
            last = chain(last, cells)
            values.append((*cells, last))
        try:
            self._insert(values)
        except sqlite3.Error as error:
            self._roll_back()
            raise not_written(self._path, error) from error
        self.last_row, self._hash = row, last
        self._log.start()

    def settle(self) -> None:
        """Wait until all that was written is durable; raise JournalWriteError if it is not, or nobody knows."""
        began = perf_counter()
        try:
            self._log.settle()
        except (OSError, sqlite3.Error) as error:
            raise not_written(self._path, error) from error
        finally:
            self.settled.add(perf_counter() - began)

    def _insert(self, values: list[tuple[object, ...]]) -> None:
        if len(values) == 1:
            self._db.execute(_INSERT, values[0])
            return
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany(_INSERT, values)
        self._db.execute("COMMIT")

    def _roll_back(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def today(self) -> Iterator[tuple[int, Body]]:
        """Yield row number and content of every row since the last business day was opened, in order.

        Raises JournalError where one does not follow from the row before it: a bad disk has changed it.
        """
        try:
            opened = self._db.execute("SELECT max(row) FROM journal WHERE opens IS NOT NULL").fetchone()[0] or 1
            last, heard = self._hash_of(opened - 1), {}
            for row in rows_of(self._db, opened):
                if last and chain(last, row.cells) != row.hash:
                    raise damaged(self._path, ValueError(f"row {row.row} is not what was written"))
                last, heard[row.device] = row.hash, row.row
                yield row.row, row.content()
            self._check_index(heard)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise damaged(self._path, error) from error

    def _check_index(self, heard: Mapping[str | None, int]) -> None:
        """Raise JournalError where the index does not know events of today: they would be decided again.

        heard: device to the row of its last event.
        """
        for device, row in heard.items():
            if device and self._db.execute(_ROW_OF_LAST, (device,)).fetchone() != (row,):
                raise damaged(self._path, ValueError(f"the index of events does not know row {row}"))

    def _hash_of(self, row: int) -> bytes:
        """Return what the row after this one follows from; empty where it was removed, with a seal in its place."""
        found = self._db.execute("SELECT hash FROM journal WHERE row = ?", (row,)).fetchone()
        if found and not isinstance(found[0], bytes):
            raise sqlite3.DatabaseError(f"row {row} has values of other types")
        return found[0] if found else b"" if row else GENESIS

    def told(self, since: int, words: Sequence[str]) -> Iterator[tuple[int, Body]]:
        """Yield moment and content of the rows since then, ms, in which one of the words stands, in order."""
        try:
            for row in rows_of(self._db, 0, None, since, words):
                yield row.at, row.content()
        except sqlite3.Error as error:
            raise damaged(self._path, error) from error

    def last_event(self, device: str) -> tuple[int, int]:
        """Return boot and seq of the last event of a device, (0, 0) before its first."""
        try:
            boot, seq = self._db.execute(_LAST_EVENT, (device,)).fetchone() or (0, 0)
        except sqlite3.Error as error:
            raise damaged(self._path, error) from error
        if not (isinstance(boot, int) and isinstance(seq, int)):
            raise damaged(self._path, ValueError(f"the last event of {device} has values of other types"))
        return boot, seq

    def seal(self, first: int, last: int, *, manifest: str, by: str, at: int) -> None:
        """Remove archived rows and put a seal in their place: durable when this returns, and never half of it.

        manifest: SHA-256 of the archive's, in hex. It takes seconds, so no hub may be at work. Raises JournalError
        where not all of the rows are there, JournalWriteError where the disk fails.
        """
        try:
            self._db.execute("PRAGMA secure_delete = ON")
            self._db.execute("BEGIN IMMEDIATE")
            sealed = take_out(self._db, first, last, manifest=manifest, by=by, at=at)
            cells = cells_of(self.last_row + 1, Entry(at=at, body=Body(facts=(sealed,))))
            digest = chain(self._hash, cells)
            self._db.execute(_INSERT, (*cells, digest))
            self._db.execute("COMMIT")
            self.last_row, self._hash = self.last_row + 1, digest
            self._log.start()
        except sqlite3.Error as error:
            raise not_written(self._path, error) from error
        finally:
            self._roll_back()
        self.settle()

    def compact(self) -> None:
        """Give the space of removed rows back to the disk, which takes long and twice what is left meanwhile."""
        try:
            self._db.execute("VACUUM")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise not_written(self._path, error) from error

    def tidy(self) -> None:
        """Move what is durable in the log into the database file; for idle moments, since it costs milliseconds."""
        try:
            self._log.move()
        except sqlite3.Error as error:
            raise not_written(self._path, error) from error

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._db.close()
        self._log.close()

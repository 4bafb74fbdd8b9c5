"""SQLite's log beside a journal: laid out in advance, and made durable in two steps, so that work goes on between them.

SQLite's own sync at a commit starts the disk and waits for it at once. Here the log is started on its way first
(sync_file_range, Linux), and waited for (fdatasync) when there is nothing left to do meanwhile.
"""

import ctypes
import os
import sqlite3
from pathlib import Path

LOG_BYTES = 8 << 20
"""How long SQLite's log is made in advance. A commit that need not lengthen the file costs 1.15 instead of 1.8 times
a bare fdatasync; some 1,000 rows fit before `Journal.tidy` has to make room."""
_PIECE_BYTES = 1 << 20
_START_WRITING = 2  # SYNC_FILE_RANGE_WRITE of linux/fs.h: nobody waits


class Log:
    """The log of an open journal. is_doubtful: the disk failed to take some of it, and may have forgotten that."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        """db: the journal's connection, in WAL mode; path: its file."""
        self._db = db
        self._is_settled, self._is_doubtful = True, False
        db.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # at the first look SQLite opens its log
        _lay_out(log := path.with_name(path.name + "-wal"))
        self._file = os.open(log, os.O_RDONLY)
        self._sync_range = getattr(ctypes.CDLL(None), "sync_file_range", None)
        self._all_of_it = (self._file, ctypes.c_int64(0), ctypes.c_int64(0), _START_WRITING)

    def start(self) -> None:
        """Send what SQLite has committed on its way to the disk; where the system cannot, `settle` does it all."""
        self._is_settled = False
        if self._sync_range:
            self._sync_range(*self._all_of_it)

    def settle(self) -> None:
        """Return when all that was committed is durable; raise OSError or sqlite3.Error if it is not.

        Linux reports a page that could not be written once, and holds it for written from then on. So after a failure
        only the database file counts, and all of the log is copied there first.
        """
        if self._is_settled:
            return
        if self._is_doubtful and not self.move():
            raise sqlite3.OperationalError("somebody reads the journal, so its log cannot be copied now")
        self._is_doubtful = True
        os.fdatasync(self._file)
        self._is_settled, self._is_doubtful = True, False

    def move(self) -> bool:
        """Copy what is committed to the database file, durably, and tell whether nothing is left that others read.

        Raises sqlite3.Error if the disk fails.
        """
        was_doubtful, self._is_doubtful = self._is_doubtful, True
        _busy, pages, copied = self._db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        self._is_doubtful = was_doubtful
        return bool(copied == pages)

    def close(self) -> None:
        """Close the file; may be called twice."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def _lay_out(log: Path) -> None:
    """Make the log as long as it will be. SQLite reads none of the zeros: they are no frames.

    By a transaction as large, SQLite would compute checksums of it all, a quarter of the hub's start-up time.
    """
    file = os.open(log, os.O_RDWR)
    try:
        end = os.fstat(file).st_size
        while end < LOG_BYTES:
            end += os.pwrite(file, bytes(min(_PIECE_BYTES, LOG_BYTES - end)), end)
        os.fdatasync(file)
    finally:
        os.close(file)

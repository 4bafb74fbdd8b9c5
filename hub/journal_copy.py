"""The journal's copy: a journal of its own on another disk, to which rows are appended that follow from its last one.

The journal itself is only read, in short pieces: its log cannot be emptied while somebody holds it.
"""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from msgspec import Struct

from hub.journal_file import JournalError, damaged, not_written, open_file
from hub.journal_rows import COLUMNS, GENESIS, Row, chain, row_of
from hub.journal_seals import Seal, read_seals

ROWS_A_PIECE = 500
"""So many rows are read at once, in some milliseconds."""
_MINE = f"SELECT {COLUMNS} FROM journal WHERE row > ? ORDER BY row LIMIT ?"  # noqa: S608
_PUT = f"INSERT INTO journal ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
_PUT_SEAL = "INSERT INTO seals (first, last, before, after, manifest, by, at) VALUES (?, ?, ?, ?, ?, ?, ?)"

Place = tuple[int, bytes]
"""A row and its hash; (0, 32 zeros) before the first."""


class ChainError(JournalError):
    """The rows of a journal do not follow from those of its copy."""


class Piece(Struct, frozen=True, kw_only=True):
    """What a journal has beyond a row. at_place: hash of that row in it, None where it has none or it was removed.

    boots: (number, moment) of the hub's starts. heard: last events of devices among removed rows.
    """

    rows: tuple[Row, ...]
    at_place: bytes | None
    end: int
    seals: tuple[Seal, ...]
    heard: tuple[tuple[str, int, int], ...]
    boots: tuple[tuple[int, int], ...]


def read_piece(path: Path, place: Place, boot: int, *, of_a_newer: bool = False) -> Piece:
    """Return the next rows of a journal behind a place, and its starts behind a boot; they are durable in it.

    of_a_newer: also where a newer Lintel has written it, as far as its rows are what they were. Raises JournalError
    where it cannot be read.
    """
    if not path.is_file():
        raise JournalError(f"{path}: no journal is there; a hub's is journal.db in its state folder")
    with closing(sqlite3.connect(path, isolation_level=None) if of_a_newer else open_file(path)) as db:
        try:
            db.execute("BEGIN")
            piece = _piece(db, place, boot)
            db.execute("COMMIT")
            if piece.rows or piece.boots:
                _settle(path)
        except (OSError, sqlite3.DatabaseError) as error:
            raise damaged(path, error) from error
    return piece


def _piece(db: sqlite3.Connection, place: Place, boot: int) -> Piece:
    row, _digest = place
    found = db.execute("SELECT hash FROM journal WHERE row = ?", (row,)).fetchone()
    has_heard = db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'heard'").fetchone()
    end = db.execute("SELECT max(row) FROM journal").fetchone()[0] or 0
    return Piece(
        rows=tuple(map(row_of, db.execute(_MINE, (row, ROWS_A_PIECE)))),
        at_place=found[0] if found else None if row else GENESIS,
        end=end,
        seals=tuple(read_seals(db)),
        heard=tuple(db.execute("SELECT device, boot, seq FROM heard")) if has_heard else (),
        boots=tuple(db.execute("SELECT boot, at FROM starts WHERE boot > ? ORDER BY boot", (boot,))),
    )


def _settle(path: Path) -> None:
    """A reader sees rows before they are durable; a copy that is ahead of its journal would look like a loss."""
    for name in (path.name + "-wal", path.name):
        with suppress(FileNotFoundError):
            file = os.open(path.with_name(name), os.O_RDONLY)
            try:
                os.fdatasync(file)
            finally:
                os.close(file)


class JournalCopy:
    """A journal's copy, opened to append. place: its last row."""

    def __init__(self, path: Path) -> None:
        """Open or make the copy at path; raise JournalError where it is damaged or of a newer Lintel."""
        self._path = path
        self._db = open_file(path, to_write=True)
        try:
            self._db.execute("PRAGMA journal_mode = TRUNCATE")
            self._db.execute("PRAGMA synchronous = EXTRA")
            last = self._db.execute("SELECT row, hash FROM journal ORDER BY row DESC LIMIT 1").fetchone()
            self._seals = tuple(read_seals(self._db))
            self.boot: int = self._db.execute("SELECT max(boot) FROM starts").fetchone()[0] or 0
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise damaged(path, error) from error
        self.place: Place = (last[0], last[1]) if last else (0, GENESIS)

    def take(self, piece: Piece) -> bool:
        """Append what a journal has more, durably and read back from the disk; return whether there was anything.

        Raises ChainError where it does not follow from what is here, JournalError where the disk fails.
        """
        place = self._followed(piece)
        is_sealed = piece.seals != self._seals and place[0] >= piece.end
        if not (piece.rows or piece.boots or is_sealed):
            return False
        try:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany(_PUT, [(*row.cells, row.hash) for row in piece.rows])
            self._db.executemany("INSERT INTO starts (boot, at) VALUES (?, ?)", piece.boots)
            if is_sealed:
                self._seal(piece)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            with suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")
            raise not_written(self._path, error) from error
        self._check(piece)
        self.place = place
        self.boot = piece.boots[-1][0] if piece.boots else self.boot
        self._seals = piece.seals if is_sealed else self._seals
        return True

    def _followed(self, piece: Piece) -> Place:
        """Return the last place after a piece; raise ChainError where it does not follow."""
        if piece.at_place != self.place[1]:
            raise ChainError(_difference(self._path, self.place[0], piece))
        row, digest = self.place
        seals = {seal.first: seal for seal in piece.seals}
        for one in piece.rows:
            while one.row > row + 1 and (seal := seals.get(row + 1)) and seal.before == digest:
                row, digest = seal.last, seal.after
            if one.row != row + 1 or chain(digest, one.cells) != one.hash:
                raise ChainError(f"row {one.row} of the journal does not follow from the row before it; verify it")
            row, digest = one.row, one.hash
        return row, digest

    def _seal(self, piece: Piece) -> None:
        """Rows that were archived and removed go here too, and what is left of them is the same."""
        self._db.execute("PRAGMA secure_delete = ON")
        for seal in piece.seals:
            self._db.execute("DELETE FROM journal WHERE row BETWEEN ? AND ?", (seal.first, seal.last))
        self._db.execute("DELETE FROM seals")
        self._db.executemany(
            _PUT_SEAL,
            [(one.first, one.last, one.before, one.after, one.manifest, one.by, one.at) for one in piece.seals],
        )
        self._db.execute("DELETE FROM heard")
        self._db.executemany("INSERT INTO heard (device, boot, seq) VALUES (?, ?, ?)", piece.heard)

    def _check(self, piece: Piece) -> None:
        """Read back what was written, from the disk and not from memory; raise JournalError where it is another."""
        _forget(self._path)
        with closing(open_file(self._path)) as db:
            try:
                written = db.execute(_MINE, (self.place[0], len(piece.rows))).fetchall()
            except sqlite3.DatabaseError as error:
                raise damaged(self._path, error) from error
        if [tuple(one) for one in written] != [(*row.cells, row.hash) for row in piece.rows]:
            raise JournalError(f"{self._path}: what was written is not what is read; take another stick")

    def cut(self, row: int) -> None:
        """Forget everything behind a row, as if it had never been taken; raise JournalError where the disk fails."""
        try:
            self._db.execute("DELETE FROM journal WHERE row > ?", (row,))
        except sqlite3.Error as error:
            raise not_written(self._path, error) from error

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._db.close()


def _difference(path: Path, row: int, piece: Piece) -> str:
    if any(seal.first <= row <= seal.last for seal in piece.seals):
        return (
            f"rows behind row {row} were archived and removed before {path} had them; "
            f"begin it anew: lintel copies accept {path.parent} --anew"
        )
    if piece.end < row:
        words = f"the journal ends with row {piece.end}, but its copy {path} with row {row}"
    else:
        words = f"row {row} of the journal is not that of its copy {path}"
    return f"{words}: rows of the journal are lost; run lintel restore {path.parent}"


def _forget(path: Path) -> None:
    """Have the system forget what it remembers of a file's content, so that the next look is at the disk."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(file)


def skip_starts(path: Path, count: int, at: int) -> None:
    """Leave numbers of starts out: the hub's next one is that many above the last that is known."""
    with closing(open_file(path, to_write=True)) as db:
        try:
            last = db.execute("SELECT max(boot) FROM starts").fetchone()[0] or 0
            db.execute("INSERT INTO starts (boot, at) VALUES (?, ?)", (last + count, at))
        except sqlite3.Error as error:
            raise not_written(path, error) from error

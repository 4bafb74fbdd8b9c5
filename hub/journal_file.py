"""The journal's file: made, known again, brought to the present schema, refused where it is not ours."""

import os
import sqlite3
from importlib import resources
from pathlib import Path
from typing import NamedTuple

APPLICATION_ID = 0x4C4E544C
"""``LNTL`` in SQLite's header: what says that a file is a journal of Lintel."""
VERSION = 2
PAGE_BYTES = 1024
"""A commit writes its pages whole; a row is about half of one."""


class JournalError(ValueError):
    """The journal cannot be used; the sentence says what to do."""


class JournalWriteError(OSError, JournalError):
    """What was to be written is not durable: disk full, read-only or broken."""


def open_file(path: Path, *, to_write: bool = False) -> sqlite3.Connection:
    """Open a journal; raise JournalError if there is none, or it is damaged or of a newer Lintel.

    to_write: make it, or bring an older one to the present schema, which who only reads must not do under a hub.
    """
    try:
        db = sqlite3.connect(path, isolation_level=None, timeout=5.0)
    except sqlite3.DatabaseError as error:
        raise damaged(path, error) from error
    try:
        version = _checked_version(db, path)
        if to_write:
            _bring_up(db, version)
        elif not version:
            raise JournalError(f"{path}: no journal is there; a hub's is journal.db in its state folder")
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # SQLite repeats what a disk has made of a name
        db.close()
        raise damaged(path, error) from error
    except JournalError:
        db.close()
        raise
    return db


def _checked_version(db: sqlite3.Connection, path: Path) -> int:
    """Return the version of the schema, 0 of a file with nothing in it."""
    application = db.execute("PRAGMA application_id").fetchone()[0]
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    tables = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if not tables:
        return 0
    if application != APPLICATION_ID:
        raise JournalError(f"{path} is a database, but not a journal of Lintel; name another file or folder")
    if version > VERSION:
        raise JournalError(
            f"{path} was written by a newer Lintel (schema {version}; this one knows up to {VERSION}); install that one"
        )
    return version


def _bring_up(db: sqlite3.Connection, version: int) -> None:
    """Take every step up to the present version, each durable whole or not at all."""
    if not version:
        db.execute(f"PRAGMA page_size = {PAGE_BYTES}")
    for step in range(version + 1, VERSION + 1):
        schema = (resources.files("hub") / "schemas" / f"{step:04}.sql").read_text(encoding="utf-8")
        db.executescript(
            f"BEGIN IMMEDIATE; {schema} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {step}; COMMIT;"
        )


class Look(NamedTuple):
    """A journal at one look. last_at: of its last row, ms, 0: it has none. complaint: what is damaged, or empty."""

    version: int
    rows: int
    last_at: int
    complaint: str


def quick_look(path: Path) -> Look:
    """Return how a journal is that may be in use, its chain apart; raise JournalError if it cannot be read."""
    db = open_file(path)
    try:
        version = int(db.execute("PRAGMA user_version").fetchone()[0])
        rows, last_at = db.execute("SELECT count(*), coalesce(max(at), 0) FROM journal").fetchone()
        said = str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        raise damaged(path, error) from error
    finally:
        db.close()
    return Look(version, rows, last_at, "" if said == "ok" else said)


def damaged(path: Path, error: Exception) -> JournalError:
    """Return the error of a file that cannot be read, be it damaged or somebody else's."""
    for one in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        if one.exists() and not os.access(one, os.R_OK | os.W_OK):
            return JournalError(f"{one} is not yours to read and write; be the hub's user, or chown it to him")
    return JournalError(f"{path} cannot be read as a journal ({error}); restore the last copy, and keep this file")


def not_written(path: Path, error: Exception) -> JournalWriteError:
    """Return the error of a file that did not take what was to be kept."""
    return JournalWriteError(f"{path}: not written ({error}); free disk space or replace the disk")

"""A journal of the first schema is read as it is, and brought up by whoever writes."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from hub.journal import Journal, JournalError, days_of, read_rows, seals_of, verify
from tests.integration.test_journal import SCHEMAS, entry


def schema_of(path: Path) -> int:
    db = sqlite3.connect(path)
    version = db.execute("PRAGMA user_version").fetchone()[0]
    db.close()
    return version


def test_who_only_reads_leaves_an_old_journal_as_it_is(tmp_path: Path) -> None:
    old = Path(shutil.copy(SCHEMAS / "0001.db", tmp_path / "journal.db"))
    assert (list(verify(old)), seals_of(old), days_of(old)) == ([], [], [("20261121", 1)])
    assert len(list(read_rows(old))) == 3
    assert schema_of(old) == 1


def test_who_writes_brings_it_up_and_its_rows_are_the_same(tmp_path: Path) -> None:
    old = Path(shutil.copy(SCHEMAS / "0001.db", tmp_path / "journal.db"))
    rows = list(read_rows(old))
    journal = Journal(old)
    assert (journal.last_event("pad-1"), journal.begin(5)) == ((1, 3), 2)
    assert list(read_rows(old)) == rows
    journal.seal(2, 3, manifest="ab" * 32, by="", at=9)
    assert journal.last_event("pad-1") == (1, 3)
    journal.append([entry(4)])
    assert journal.last_event("pad-1") == (1, 4)
    journal.close()
    assert schema_of(old) == 2
    assert list(verify(old)) == []


def test_a_step_that_fails_leaves_the_schema_as_it_was(tmp_path: Path) -> None:
    """The place of one of the new tables is taken, so the last step of the migration cannot be made."""
    old = Path(shutil.copy(SCHEMAS / "0001.db", tmp_path / "journal.db"))
    db = sqlite3.connect(old)
    db.execute("CREATE TABLE heard (x)")
    db.commit()
    db.close()
    with pytest.raises(JournalError, match="table heard already exists"):
        Journal(old)
    assert (schema_of(old), seals_of(old), list(verify(old))) == (1, [], [])

"""Issue 8: old journals of every schema version are read, brought up, replayed and gone on with; newer ones refused."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from hub.config import load_hall
from hub.desk import Desk
from hub.journal import VERSION, Body, Entry, Journal, JournalError, read_rows, verify
from tests.integration.test_journal import SCHEMAS, entry

ROOT = Path(__file__).parents[2]
VERSIONS = range(1, VERSION + 1)
DAY = {"A001": "done", "A002": "no-show", "A003": "done", "A004": "called"}


def schema_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def test_there_is_a_journal_of_every_schema_that_there_was() -> None:
    kept = [name for version in VERSIONS for name in (f"{version:04}-day.db", f"{version:04}.db")]
    assert sorted(path.name for path in SCHEMAS.glob("*.db")) == kept
    steps = sorted(path.name for path in (ROOT / "hub" / "schemas").glob("*.sql"))
    assert steps == [f"{version:04}.sql" for version in VERSIONS]
    assert [schema_of(SCHEMAS / name) for name in kept] == [version for version in VERSIONS for _ in "ab"]


@pytest.mark.parametrize("version", VERSIONS)
def test_an_old_journal_is_brought_up_replayed_and_gone_on_with(version: int, tmp_path: Path) -> None:
    path = Path(shutil.copy(SCHEMAS / f"{version:04}-day.db", tmp_path / "journal.db"))
    before = list(read_rows(path))
    assert schema_of(path) == version, "who only reads leaves it as it is"
    with closing(Journal(path)) as journal:
        assert schema_of(path) == VERSION
        assert list(read_rows(path)) == before
        desk = Desk(load_hall(ROOT / "examples" / "one-counter.toml"))
        desk.reload(journal)
        assert {one.number: one.state for one in desk.state.tickets.values()} == DAY
        assert journal.begin(9_000) == 2
        journal.append([entry(100), Entry(at=10_000, body=Body(note="gone on"))])
    rows = list(read_rows(path))
    assert rows[: len(before)] == before
    assert [row.row for row in rows[len(before) :]] == [before[-1].row + 1, before[-1].row + 2]
    assert list(verify(path)) == []


@pytest.mark.parametrize("reader", [Journal, lambda path: list(read_rows(path)), lambda path: list(verify(path))])
def test_a_newer_journal_is_refused_and_left_as_it_is(reader: type, tmp_path: Path) -> None:
    path = Path(shutil.copy(SCHEMAS / f"{VERSION:04}.db", tmp_path / "journal.db"))
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {VERSION + 1}")
    kept = path.read_bytes()
    with pytest.raises(JournalError, match=f"written by a newer Lintel .schema {VERSION + 1}; this one knows up to"):
        reader(path)
    assert path.read_bytes() == kept

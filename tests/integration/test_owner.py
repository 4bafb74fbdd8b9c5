"""A folder of another hall: refused in one sentence before anything in it is touched."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from hub.journal import Body, Entry, Journal, JournalError, read_rows, verify
from hub.owner import check_owner, name_owner


def written(path: Path, *, owner: str = "") -> Path:
    journal = Journal(path)
    try:
        if owner:
            name_owner(journal, owner, 1)
        journal.append([Entry(at=2, body=Body(note="hub started"))])
        name_owner(journal, "late", 3)
    finally:
        journal.close()
    return path


def test_a_journal_of_another_hall_is_refused_and_an_old_one_is_not(tmp_path: Path) -> None:
    check_owner(tmp_path / "none.db", "beihu")
    check_owner(written(tmp_path / "old.db"), "beihu")
    own = written(tmp_path / "own.db", owner="beihu")
    check_owner(own, "beihu")
    with pytest.raises(JournalError, match="journal of the hall 'beihu', not of 'nanhu'; name another folder"):
        check_owner(own, "nanhu")
    assert [row.content().note for row in read_rows(own)] == ["journal of the hall beihu", "hub started"]
    assert list(verify(own)) == []


@pytest.mark.parametrize("cell", ["body = replace(body, 'beihu', 'xihu')", "at = at + 1", "hash = zeroblob(32)"])
def test_a_first_row_that_a_bad_disk_has_changed_names_no_other_hall(tmp_path: Path, cell: str) -> None:
    own = written(tmp_path / "own.db", owner="beihu")
    with closing(sqlite3.connect(own, isolation_level=None)) as db:
        db.execute(f"UPDATE journal SET {cell} WHERE row = 1")
    with pytest.raises(JournalError, match=r"row 1 is not what was written.*restore the last copy"):
        check_owner(own, "beihu")


def test_the_hub_ends_with_one_sentence_and_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    written(state / "journal.db", owner="beihu")
    before = (state / "journal.db").read_bytes()
    file = tmp_path / "hall.toml"
    example = Path(__file__).parents[2] / "examples" / "one-counter.toml"
    file.write_text(example.read_text(encoding="utf-8"), encoding="utf-8")
    hub = [sys.executable, "-m", "hub.cli", "hub", str(file), "--state", str(state)]
    ended = subprocess.run(hub, capture_output=True, text=True, timeout=30)
    assert ended.returncode != 0
    assert ended.stderr.count("\n") == 1
    assert "is the journal of the hall 'beihu'" in ended.stderr
    assert (state / "journal.db").read_bytes() == before
    assert not (state / "secrets.json").exists()

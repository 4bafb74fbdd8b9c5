"""The journal's log: durable in two steps, and what the hub believes after a disk that failed."""

import errno
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from hub.journal import Body, Entry, Journal, JournalWriteError, read_rows, verify
from hub.journal_log import LOG_BYTES


def entry(seq: int) -> Entry:
    return Entry(at=1000 + seq, device="pad-1", boot=1, seq=seq, body=Body(note="called"))


@pytest.fixture
def journal(tmp_path: Path):
    opened = Journal(tmp_path / "journal.db")
    yield opened
    opened.close()


def fails(_file: int) -> None:
    raise OSError(errno.EIO, "Input/output error")


def test_what_is_written_is_synced_once_before_it_counts(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    sync = os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda file: synced.append(file) or sync(file))
    journal.write([entry(1), entry(2)])
    assert synced == []
    journal.settle()
    assert len(synced) == 1
    journal.settle()
    assert len(synced) == 1, "nothing was written since"
    journal.append([entry(3)])
    journal.begin(5)
    assert len(synced) == 3
    assert {str(Path(f"/proc/self/fd/{file}").readlink()) for file in synced} == {f"{journal._path}-wal"}


def test_nothing_is_believed_after_a_failed_sync_before_it_is_in_the_file_itself(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.append([entry(1)])
    with monkeypatch.context() as patched:
        patched.setattr(os, "fdatasync", fails)
        with pytest.raises(JournalWriteError, match="Input/output error"):
            journal.append([entry(2)])
        with pytest.raises(JournalWriteError):
            journal.settle()
    journal.append([entry(3)])
    (tmp_path / "lost").mkdir()
    alone = Path(shutil.copy(tmp_path / "journal.db", tmp_path / "lost"))
    assert [row.seq for row in read_rows(alone)] == [1, 2, 3], "without any log beside it"
    assert list(verify(alone)) == []


def test_a_reader_in_the_way_of_that_is_waited_for(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    journal.append([entry(1)])
    reader = sqlite3.connect(journal._path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM journal").fetchone()
    with monkeypatch.context() as patched:
        patched.setattr(os, "fdatasync", fails)
        with pytest.raises(JournalWriteError):
            journal.append([entry(2)])
    with pytest.raises(JournalWriteError, match="reads the journal"):
        journal.settle()
    reader.close()
    journal.settle()


def test_a_system_that_cannot_start_the_disk_early_syncs_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda _name: object())
    journal = Journal(tmp_path / "journal.db")
    journal.append([entry(1)])
    journal.close()
    assert [row.seq for row in read_rows(tmp_path / "journal.db")] == [1]


def test_no_file_stays_open(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    journal = Journal(tmp_path / "journal.db")
    journal.append([entry(1)])
    journal.close()
    journal.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_the_log_has_its_length_from_the_start_and_a_power_cut_loses_nothing_of_it(
    journal: Journal, tmp_path: Path
) -> None:
    log = tmp_path / "journal.db-wal"
    laid_out = log.stat()
    assert (laid_out.st_size, laid_out.st_blocks * 512 >= LOG_BYTES) == (LOG_BYTES, True)
    for seq in range(1, 101):
        journal.append([entry(seq)])
    assert log.stat().st_size == LOG_BYTES
    (tmp_path / "cut").mkdir()
    for name in ("journal.db", "journal.db-wal"):
        shutil.copy(tmp_path / name, tmp_path / "cut")
    again = Journal(tmp_path / "cut" / "journal.db")
    again.append([entry(101)])
    again.close()
    assert [row.seq for row in read_rows(tmp_path / "cut" / "journal.db")] == list(range(1, 102))
    assert list(verify(tmp_path / "cut" / "journal.db")) == []

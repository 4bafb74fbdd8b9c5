"""The journal: durable together or not at all, chained, and refused when it is not ours, newer or damaged."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from hardware.contract import KeyPressed
from hub.journal import Body, Entry, Journal, JournalError, JournalWriteError, read_rows, verify
from hub.journal_file import PAGE_BYTES
from hub.rules.events import DayOpened, TicketPrinted

SCHEMAS = Path(__file__).parent / "journals"


def entry(seq: int, *facts: object) -> Entry:
    press = KeyPressed(boot=1, seq=seq, turn=0, key="next")
    return Entry(at=1000 + seq, device="pad-1", boot=1, seq=seq, body=Body(message=press, facts=tuple(facts)))


@pytest.fixture
def journal(tmp_path: Path):
    opened = Journal(tmp_path / "journal.db")
    yield opened
    opened.close()


def test_rows_come_back_as_they_were_written(journal: Journal, tmp_path: Path) -> None:
    written = [entry(1, DayOpened(day="20261121")), entry(2, TicketPrinted(serial=1, at=5)), entry(3)]
    journal.append(written[:1])
    journal.append(written[1:])
    assert [(row, body) for row, body in journal.today()] == [(n, one.body) for n, one in enumerate(written, 1)]
    assert journal.last_event("pad-1") == (1, 3)
    assert journal.last_event("pad-2") == (0, 0)
    assert list(verify(tmp_path / "journal.db")) == []


def test_replay_begins_with_the_last_day(journal: Journal) -> None:
    journal.append([entry(1, DayOpened(day="20261121")), entry(2), entry(3, DayOpened(day="20261122")), entry(4)])
    assert [row for row, _ in journal.today()] == [3, 4]


def test_the_same_event_is_never_written_twice(journal: Journal) -> None:
    journal.append([entry(1)])
    with pytest.raises(JournalWriteError, match="UNIQUE"):
        journal.append([entry(2), entry(1)])
    assert journal.last_row == 1
    journal.append([entry(2)])
    assert journal.last_event("pad-1") == (1, 2)


def test_starts_are_counted(journal: Journal, tmp_path: Path) -> None:
    assert journal.begin(1) == 1
    journal.close()
    again = Journal(tmp_path / "journal.db")
    assert again.begin(2) == 2
    again.close()


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE journal SET body = '{}' WHERE row = 2", "row 2 does not follow"),
        ("UPDATE journal SET at = 7 WHERE row = 3", "row 3 does not follow"),
        ("DELETE FROM journal WHERE row = 2", "rows 2 to 2 are missing"),
        ("UPDATE journal SET hash = zeroblob(32) WHERE row = 1", "row 1 does not follow"),
    ],
)
@pytest.mark.req("M26")
def test_tampering_is_seen(journal: Journal, tmp_path: Path, sql: str, said: str) -> None:
    journal.append([entry(1), entry(2), entry(3)])
    journal.close()
    db = sqlite3.connect(tmp_path / "journal.db")
    db.execute(sql)
    db.commit()
    db.close()
    assert next(verify(tmp_path / "journal.db")).startswith(said)


def test_a_row_of_today_that_a_bad_disk_has_changed_is_no_row(journal: Journal, tmp_path: Path) -> None:
    journal.append([entry(1), entry(2), entry(3)])
    assert len(list(journal.today())) == 3
    with closing(sqlite3.connect(tmp_path / "journal.db")) as db:
        db.execute("UPDATE journal SET at = at + 1 WHERE row = 2")
        db.commit()
    with pytest.raises(JournalError, match=r"row 2 is not what was written.*restore the last copy"):
        list(journal.today())


def test_an_index_that_has_lost_an_event_of_today_is_refused(journal: Journal, tmp_path: Path) -> None:
    """A bad disk may keep an old page of it: the event would come again, and be decided again."""
    path = tmp_path / "journal.db"
    journal.append([entry(1), entry(2)])
    journal.tidy()
    with closing(sqlite3.connect(path)) as db:
        root = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'journal_event'").fetchone()[0]
    begin, end = (root - 1) * PAGE_BYTES, root * PAGE_BYTES
    old = path.read_bytes()[begin:end]
    journal.append([entry(3)])
    journal.tidy()
    journal.close()
    content = path.read_bytes()
    path.write_bytes(content[:begin] + old + content[end:])
    with (
        closing(Journal(path)) as opened,
        pytest.raises(JournalError, match=r"index of events does not know row 3.*restore the last copy"),
    ):
        list(opened.today())


def test_a_name_that_a_bad_disk_has_changed_is_said_with_a_remedy(journal: Journal, tmp_path: Path) -> None:
    """SQLite repeats it in its own words, which are no text then."""
    path = tmp_path / "journal.db"
    journal.append([entry(1)])
    journal.tidy()
    journal.close()
    content = path.read_bytes()
    assert content.count(b"tableheardheard") == 1
    path.write_bytes(content.replace(b"tableheardheard", b"table\xf9\xf9\xf9\xf9\xf9heard"))
    with pytest.raises(JournalError, match="restore the last copy"):
        Journal(path)


def set_a_value(path: Path, what: str) -> None:
    """Let a row have what its table does not allow, as half of a page that a bad disk has changed may."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute("UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ')') WHERE name = 'journal'")
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(f"UPDATE journal SET {what}")


@pytest.mark.parametrize(
    ("what", "read"),
    [
        ("at = x'00ff' WHERE row = 2", lambda journal: list(journal.told(1003, ["facts"]))),
        ("at = 'noon' WHERE row = 3", lambda journal: list(journal.today())),
        ("body = x'00' WHERE row = 3", lambda journal: list(journal.today())),
        ("hash = 7 WHERE row = 3", lambda journal: list(journal.today())),
        ("hash = 77777777777777 WHERE row = 2", lambda journal: list(journal.today())),
        ("seq = x'00' WHERE row = 4", lambda journal: journal.last_event("pad-1")),
        ("hash = 'x' WHERE row = 4", None),
        ("at = 1.5 WHERE row = 4", None),
    ],
)
def test_a_value_of_another_type_is_said_with_a_remedy(journal: Journal, tmp_path: Path, what: str, read) -> None:
    path = tmp_path / "journal.db"
    journal.append([entry(at, *([DayOpened(day="20261123")] if at == 3 else ())) for at in (1, 2, 3, 4)])
    journal.close()
    set_a_value(path, what)
    with pytest.raises(JournalError, match="restore the last copy"), closing(Journal(path)) as opened:
        read(opened)


@pytest.mark.parametrize("opened", [1, 2])
def test_the_row_that_opens_today_follows_from_the_day_before(journal: Journal, tmp_path: Path, opened: int) -> None:
    """A day of the far future would never be followed by another."""
    journal.append([entry(at, *([DayOpened(day="20261123")] if at == opened else ())) for at in (1, 2, 3)])
    with closing(sqlite3.connect(tmp_path / "journal.db")) as db:
        db.execute("UPDATE journal SET body = replace(body, '20261123', '20991231') WHERE row = ?", (opened,))
        db.commit()
    with pytest.raises(JournalError, match=rf"row {opened} is not what was written"):
        list(journal.today())


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "other.db")
    db.execute("CREATE TABLE t (x)")
    db.close()
    with pytest.raises(JournalError, match="not a journal of Lintel"):
        Journal(tmp_path / "other.db")


def test_a_newer_journal_is_refused(journal: Journal, tmp_path: Path) -> None:
    journal.close()
    db = sqlite3.connect(tmp_path / "journal.db")
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(JournalError, match="newer Lintel"):
        Journal(tmp_path / "journal.db")


def test_a_damaged_journal_is_refused(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"SQLite format 3\0" + os.urandom(4096))
    with pytest.raises(JournalError, match="restore the last copy"):
        Journal(tmp_path / "journal.db")


@pytest.mark.parametrize("old", sorted(SCHEMAS.glob("*.db")), ids=lambda path: path.stem)
def test_journals_of_every_schema_version_can_be_used(old: Path, tmp_path: Path) -> None:
    copy = shutil.copy(old, tmp_path / "journal.db")
    assert list(verify(copy)) == []
    opened = Journal(copy)
    opened.append([entry(10_000)])
    opened.close()
    assert list(verify(copy)) == []


def test_a_full_disk_is_said_and_nothing_is_half_written(tmp_path: Path) -> None:
    """A limit on file sizes stands in for the full disk: SQLite gets the same refusal from the kernel."""
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "sys.path.insert(0, sys.argv[2])\n"
        "from tests.integration.test_journal import entry\n"
        "from hub.journal import Journal, JournalWriteError\n"
        "journal = Journal(Path(sys.argv[1])); journal.append([entry(1)])\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))\n"
        "seq = 1\n"
        "try:\n"
        "    while True: journal.append([entry(seq + 1), entry(seq + 2)]); seq += 2\n"
        "except JournalWriteError as error: print(seq, journal.last_row)\n"
    )
    path, root = tmp_path / "journal.db", Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", script, path, root], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    seq, last_row = map(int, done.stdout.split())
    assert seq > 1
    assert last_row == seq == len(list(read_rows(path)))
    assert list(verify(path)) == []

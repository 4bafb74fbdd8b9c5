"""Restore brings everything back as it was, puts aside what is in the way, and refuses what is not whole."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from hub.authority import load_authority
from hub.cli.main import main
from hub.copies.code import kept_code, make_code
from hub.copies.copier import Copier
from hub.copies.folder import accept, today
from hub.copies.gather import Source
from hub.copies.restore import ROWS_LEFT_OUT, STARTS_LEFT_OUT
from hub.firmware_serial import last_serial, next_serial
from hub.journal import Body, Entry, Journal, read_rows, verify
from hub.lock import locked
from hub.rules.events import DayOpened, Restored
from tests.copies.halls import add_rows, hall_in

CODE = make_code()


@pytest.fixture
def source(tmp_path: Path) -> Source:
    made = hall_in(tmp_path)
    load_authority(made.state / "authority", "small")
    next_serial(made.state)
    add_rows(made, 1, 30)
    return made


@pytest.fixture
def stick(tmp_path: Path, source: Source) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    accept(folder, "small")
    copy(source, folder)
    (tmp_path / "code.txt").write_text(CODE)
    return folder


def copy(source: Source, stick: Path) -> None:
    with closing(Copier(source, stick, CODE)) as copier:
        assert copier.look().kind is None


def restore(stick: Path, *more: str, code: str = "code.txt") -> int:
    folder = stick.parent
    where = ["--state", str(folder / "new" / "state"), "--to", str(folder / "new" / "hall")]
    return main(["restore", str(stick), *where, "--code-file", str(folder / code), *more])


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mode)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith("lock")
    }


def test_an_empty_computer_has_everything_again(source: Source, stick: Path, tmp_path: Path) -> None:
    authority = load_authority(source.state / "authority", "small").ca_pem
    before = list(read_rows(source.journal))
    assert restore(stick) == 0
    new = tmp_path / "new"
    assert files(new / "hall") == files(source.file.parent)
    old, now = files(source.state), files(new / "state")
    same = old.keys() - {"journal.db", "journal.db-wal", "journal.db-shm", "day.key", "firmware.serial"}
    assert {name: now[name] for name in same} == {name: old[name] for name in same}
    assert "day.key" not in now, "the day's key ends with the day (S9)"
    assert load_authority(new / "state" / "authority", "small").ca_pem == authority
    assert kept_code(new / "state") == CODE
    assert last_serial(new / "state") > 1 + 5, "no node takes an old firmware's number for new"
    rows = list(read_rows(new / "state" / "journal.db"))
    assert rows[: len(before)] == before
    assert len(rows) == len(before) + ROWS_LEFT_OUT
    assert list(verify(new / "state" / "journal.db")) == []
    with closing(Journal(new / "state" / "journal.db")) as journal:
        assert journal.begin(9_000) == 1 + STARTS_LEFT_OUT + 1


def test_the_copies_go_on_after_a_restore(stick: Path, tmp_path: Path) -> None:
    assert restore(stick) == 0
    new = Source(hall="small", file=tmp_path / "new" / "hall" / "hall.toml", state=tmp_path / "new" / "state")
    copy(new, stick)
    assert list(read_rows(stick / "journal.db")) == list(read_rows(new.journal))


def test_what_is_in_the_way_is_put_aside(stick: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert restore(stick) == 0
    first = files(tmp_path / "new" / "state")
    capsys.readouterr()
    assert restore(stick) == 0
    said = capsys.readouterr().out
    assert said.count("what was there before is in ") == 2
    (aside,) = (tmp_path / "new" / "state").glob("before-*")
    assert files(aside) == first


def test_nothing_is_touched_where_the_code_or_the_copy_is_wrong(
    stick: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert restore(stick) == 0
    before = files(tmp_path / "new")
    (tmp_path / "other.txt").write_text(make_code())
    assert restore(stick, code="other.txt") == 2
    assert "does not open" in capsys.readouterr().err
    place = max((stick / "files").iterdir(), key=lambda path: path.stat().st_size)
    sealed = place.read_bytes()
    place.write_bytes(sealed[:-1])
    assert restore(stick) == 2
    place.write_bytes(sealed)
    with closing(sqlite3.connect(stick / "journal.db")) as db:
        db.execute("DELETE FROM journal WHERE row = 31")
        db.commit()
    assert restore(stick) == 2
    assert "lacks rows" in capsys.readouterr().err
    with closing(sqlite3.connect(stick / "journal.db")) as db:
        db.execute("UPDATE journal SET at = at + 1 WHERE row = 20")
        db.commit()
    assert restore(stick) == 2
    assert "row 20 does not follow" in capsys.readouterr().err
    assert files(tmp_path / "new") == before


def test_a_write_that_was_cut_off_on_the_stick_is_taken_back(source: Source, stick: Path, tmp_path: Path) -> None:
    """The stick is pulled out while SQLite has new pages in the file, and the old ones beside it."""
    before = list(read_rows(source.journal))
    with closing(sqlite3.connect(stick / "journal.db", isolation_level=None)) as db:
        db.execute("PRAGMA cache_size = 1")
        db.execute("BEGIN IMMEDIATE")
        for row in range(100, 400):
            db.execute("INSERT INTO journal VALUES (?, 1, NULL, NULL, NULL, NULL, ?, x'00')", (row, "x" * 500))
        assert (stick / "journal.db-journal").stat().st_size
        pulled = tmp_path / "pulled"
        shutil.copytree(stick, pulled)
        db.execute("ROLLBACK")
    assert (pulled / "journal.db").stat().st_size > (stick / "journal.db").stat().st_size - 1
    assert restore(pulled) == 0
    assert list(read_rows(tmp_path / "new" / "state" / "journal.db"))[: len(before)] == before


def test_without_the_code_the_records_can_be_had(stick: Path, tmp_path: Path) -> None:
    state = tmp_path / "records"
    assert main(["restore", str(stick), "--state", str(state), "--journal-only"]) == 0
    assert len(list(read_rows(state / "journal.db"))) == 31
    assert main(["restore", str(stick), "--state", str(state), "--journal-only"]) == 2


def test_the_files_of_an_earlier_day_can_be_had(
    source: Source, stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = source.file.parent / "forms" / "ticket.txt"
    good = form.read_text()
    yesterday = today()
    monkeypatch.setattr("hub.copies.folder.today", lambda: "20991231")
    form.write_text("spoilt by hand\n")
    copy(source, stick)
    assert restore(stick) == 0
    assert (tmp_path / "new" / "hall" / "forms" / "ticket.txt").read_text() == "spoilt by hand\n"
    assert restore(stick, "--day", yesterday) == 0
    assert (tmp_path / "new" / "hall" / "forms" / "ticket.txt").read_text() == good
    assert restore(stick, "--day", "19990101") == 2


def test_a_hub_that_runs_is_not_restored_over(stick: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with locked(tmp_path / "new" / "state"):
        assert restore(stick) == 1
    assert "systemctl stop lintel-hub lintel-copies, then restore" in capsys.readouterr().err


def test_a_folder_that_is_no_copy_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "code.txt").write_text(CODE)
    (tmp_path / "stick").mkdir()
    assert restore(tmp_path / "stick") == 2
    assert "no copy of a hall is there" in capsys.readouterr().err
    assert restore(tmp_path / "stick", "--lost", "-1") == 2


def test_a_day_that_was_open_gets_its_gap(source: Source, stick: Path, tmp_path: Path) -> None:
    with closing(Journal(source.journal)) as journal:
        opened = DayOpened(day="20261122", spans=None, at=journal.last_at)
        journal.append([Entry(at=journal.last_at, body=Body(facts=(opened,)))])
    copy(source, stick)
    assert restore(stick) == 0
    last = list(read_rows(tmp_path / "new" / "state" / "journal.db"))[-1]
    (fact,) = last.content().facts
    assert isinstance(fact, Restored)
    assert fact.numbers["A"] == 50

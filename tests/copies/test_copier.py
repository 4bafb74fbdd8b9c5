"""A copy is what its hall was a second ago: complete, read back, sealed, and never spoilt by a source that is."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from hub.copies.code import CodeError, make_code, parse_code
from hub.copies.copier import Copier
from hub.copies.folder import INDEX, MARK, SealedFiles, accept, mark_of, whole_of
from hub.copies.gather import Source
from hub.copies.sealing import Sealer
from hub.copies.trouble import CopyError
from hub.journal import Journal, read_rows, seals_of, verify
from tests.copies.halls import add_rows, hall_in

CODE = make_code()


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return hall_in(tmp_path)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "stick").mkdir()
    accept(tmp_path / "stick", "small")
    return tmp_path / "stick"


@contextmanager
def copying(source: Source, stick: Path, code: str = CODE) -> Iterator[Copier]:
    with closing(Copier(source, stick, code)) as copier:
        yield copier


def opened(stick: Path, code: str = CODE) -> SealedFiles:
    mark = mark_of(stick)
    assert mark
    return SealedFiles(stick, Sealer(code, bytes.fromhex(mark.copy)))


def contents(stick: Path) -> dict[str, bytes]:
    files = opened(stick)
    assert files.index
    return {one.path: files.open(one) for one in files.index.files}


def on_the_stick(stick: Path) -> bytes:
    return b"".join(path.read_bytes() for path in stick.rglob("*") if path.is_file())


def test_what_is_new_is_on_the_stick_after_a_look(source: Source, stick: Path) -> None:
    with copying(source, stick) as copier:
        assert copier.look().kind is None
        assert list(read_rows(stick / "journal.db")) == list(read_rows(source.journal))
        add_rows(source, 1, 1200)
        done = copier.look()
        assert (done.kind, done.row) == (None, 1201)
    assert list(read_rows(stick / "journal.db")) == list(read_rows(source.journal))
    assert list(verify(stick / "journal.db")) == []
    whole = whole_of(stick)
    assert whole
    assert [(whole.row, whole.hash)] == [(one.row, one.hash.hex()) for one in read_rows(source.journal, 1201)]


def test_a_look_at_nothing_new_writes_nothing(source: Source, stick: Path) -> None:
    with copying(source, stick) as copier:
        copier.look()
        before = {path: path.stat().st_mtime_ns for path in stick.rglob("*")}
        assert copier.look().kind is None
        assert {path: path.stat().st_mtime_ns for path in stick.rglob("*")} == before


def test_the_hubs_starts_are_copied(source: Source, stick: Path) -> None:
    with copying(source, stick) as copier:
        copier.look()
        journal = Journal(source.journal)
        assert journal.begin(5) == 2
        journal.close()
        copier.look()
    copy = Journal(stick / "journal.db")
    assert copy.begin(6) == 3
    copy.close()


def test_the_halls_files_are_there_and_nobody_reads_them_without_the_code(source: Source, stick: Path) -> None:
    with copying(source, stick) as copier:
        copier.look()
    found = contents(stick)
    assert sorted(found) == ["hall/forms/ticket.txt", "hall/hall.toml", "state/contacts.json", "state/secrets.json"]
    for path, data in found.items():
        folder = source.state if path.startswith("state/") else source.file.parent
        assert data == (folder / path.partition("/")[2]).read_bytes()
    raw = on_the_stick(stick)
    for secret in ("张三", "13800000000", "pad-1", "小厅", "secrets.json", "hall.toml"):
        assert secret.encode() not in raw, f"{secret} stands on the stick in the clear"
    with pytest.raises(CodeError):
        opened(stick, make_code())


def test_a_changed_file_is_taken_and_the_old_one_forgotten(source: Source, stick: Path) -> None:
    with copying(source, stick) as copier:
        copier.look()
        (source.state / "contacts.json").write_text("{}", encoding="utf-8")
        (source.file.parent / "forms" / "ticket.txt").unlink()
        copier.look()
    assert contents(stick)["state/contacts.json"] == b"{}"
    assert "hall/forms/ticket.txt" not in contents(stick)
    index = opened(stick).index
    assert index
    assert {path.name for path in (stick / "files").iterdir()} == {one.name for one in index.files}


def test_the_files_of_earlier_days_stay_without_what_is_private(
    source: Source, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with copying(source, stick) as copier:
        for day in ("20261120", "20261121", "20261122", "20261123", "20261124"):
            monkeypatch.setattr("hub.copies.folder.today", lambda day=day: day)
            (source.file.parent / "forms" / "ticket.txt").write_text(day, encoding="utf-8")
            assert copier.look().kind is None
    files = opened(stick)
    assert files.days == ["20261123", "20261122", "20261121"]
    earlier = files.earlier("20261122")
    assert "state/contacts.json" not in [one.path for one in earlier.files]
    assert b"20261122" in [files.open(one) for one in earlier.files]


@pytest.mark.parametrize("path", ["secrets.json", "contacts.json"])
def test_a_spoilt_file_does_not_replace_the_good_one(source: Source, stick: Path, path: str) -> None:
    with copying(source, stick) as copier:
        copier.look()
        good = (source.state / path).read_bytes()
        (source.state / path).write_bytes(good[:10])
        assert copier.look().kind == "source"
        assert contents(stick)[f"state/{path}"] == good
        (source.state / path).write_bytes(good)
        assert copier.look().kind is None


def test_secrets_that_are_gone_stay_on_the_stick(source: Source, stick: Path) -> None:
    with copying(source, stick) as copier:
        copier.look()
        good = (source.state / "secrets.json").read_bytes()
        (source.state / "secrets.json").unlink()
        assert copier.look().kind == "source"
    assert contents(stick)["state/secrets.json"] == good


def test_a_journal_that_lost_rows_stops_the_copy(source: Source, stick: Path) -> None:
    add_rows(source, 1, 20)
    with copying(source, stick) as copier:
        copier.look()
        with closing(sqlite3.connect(source.journal)) as db:
            db.execute("DELETE FROM journal WHERE row > 15")
            db.commit()
        done = copier.look()
        assert done.kind == "lost-rows"
        assert "the journal ends with row 15" in done.words
        assert "lintel restore" in done.words
        add_rows(source, 100, 20)
        assert copier.look().kind == "lost-rows", "rows of another story do not follow on the copy's"
    assert len(list(read_rows(stick / "journal.db"))) == 21


def test_a_journal_that_was_changed_does_not_get_into_the_copy(source: Source, stick: Path) -> None:
    with copying(source, stick) as copier:
        copier.look()
        add_rows(source, 1, 20)
        with closing(sqlite3.connect(source.journal)) as db:
            db.execute("UPDATE journal SET body = replace(body, 'next', 'past') WHERE row = 10")
            db.commit()
        assert copier.look().kind == "lost-rows"
    assert list(verify(stick / "journal.db")) == []
    assert len(list(read_rows(stick / "journal.db"))) == 1


def test_rows_that_were_archived_and_removed_go_from_the_copy_too(source: Source, stick: Path) -> None:
    add_rows(source, 1, 20)
    with copying(source, stick) as copier:
        copier.look()
        journal = Journal(source.journal)
        journal.seal(2, 10, manifest="ab" * 32, by="027001", at=3000)
        journal.close()
        assert copier.look().kind is None
    assert list(verify(stick / "journal.db")) == []
    assert seals_of(stick / "journal.db") == seals_of(source.journal)
    assert [row.row for row in read_rows(stick / "journal.db")] == [1, *range(11, 23)]


def test_a_journal_with_seals_can_be_copied_anew(source: Source, stick: Path) -> None:
    add_rows(source, 1, 20)
    journal = Journal(source.journal)
    journal.seal(2, 10, manifest="ab" * 32, by="027001", at=3000)
    journal.close()
    with copying(source, stick) as copier:
        assert copier.look().kind is None
    assert list(verify(stick / "journal.db")) == []
    assert list(read_rows(stick / "journal.db")) == list(read_rows(source.journal))


def test_a_stick_that_was_pulled_out_is_missing_and_then_goes_on(source: Source, stick: Path) -> None:
    with copying(source, stick) as copier:
        copier.look()
        pulled = stick.rename(stick.with_name("pulled"))
        add_rows(source, 1, 3)
        assert copier.look().kind == "missing"
        stick.mkdir()
        assert copier.look().kind == "missing", "nothing is ever written where the stick was mounted"
        assert list(stick.iterdir()) == []
        stick.rmdir()
        pulled.rename(stick)
        done = copier.look()
    assert (done.kind, done.row) == (None, 4)
    assert list(verify(stick / "journal.db")) == []


def test_another_halls_stick_is_left_alone(source: Source, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    accept(other, "large")
    with copying(source, other) as copier:
        assert copier.look().kind == "other-hall"
    assert [path.name for path in other.iterdir()] == [MARK]
    with pytest.raises(CopyError, match="'large'"):
        accept(other, "small")
    accept(other, "small", anew=True)
    with copying(source, other) as copier:
        assert copier.look().kind is None
    assert len(list(other.glob(f"before-*/{MARK}"))) == 1


def test_a_stick_that_was_torn_in_the_middle_is_damaged(source: Source, stick: Path) -> None:
    add_rows(source, 1, 50)
    with copying(source, stick) as copier:
        copier.look()
    whole = (stick / "journal.db").read_bytes()
    (stick / "journal.db").write_bytes(whole[: len(whole) // 2])
    with copying(source, stick) as copier:
        assert copier.look().kind == "damaged"
    (stick / "journal.db").unlink()
    with copying(source, stick) as copier:
        done = copier.look()
    assert done.kind == "damaged"
    assert "rows 1 to 51 are gone" in done.words


def test_a_copy_with_another_code_is_not_mixed(source: Source, stick: Path) -> None:
    with copying(source, stick) as copier:
        copier.look()
    before = (stick / INDEX).read_bytes()
    with copying(source, stick, make_code()) as copier:
        assert copier.look().kind == "damaged"
    assert (stick / INDEX).read_bytes() == before


def test_a_full_stick_says_so_and_goes_on_when_there_is_room(source: Source, stick: Path) -> None:
    with copying(source, stick) as copier:
        copier.look()
        db = sqlite3.connect(stick / "journal.db")
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.close()
        copier._journal._db.execute(f"PRAGMA max_page_count = {pages}")  # what SQLite says of a full disk
        add_rows(source, 1, 200)
        done = copier.look()
        assert done.kind == "full"
        assert copier.look().kind is None
    assert list(verify(stick / "journal.db")) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a disk of a certain size")
def test_a_disk_that_is_full_or_read_only_is_named_so(source: Source, tmp_path: Path) -> None:
    import subprocess

    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this system lets nobody mount")
    try:
        with copying(source, disk) as copier:
            assert copier.look().kind == "stranger"
            accept(disk, "small")
            assert copier.look().kind is None
            (source.file.parent / "map.png").write_bytes(os.urandom(400_000))
            assert copier.look().kind == "full"
            (source.file.parent / "map.png").unlink()
            add_rows(source, 1, 2000)
            assert copier.look().kind == "full"
            subprocess.run(["mount", "-o", "remount,size=8m", str(disk)], check=True)
            assert copier.look().kind is None
            assert list(verify(disk / "journal.db")) == []
            copier.close()  # a disk that is in use turns read-only by itself alone
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
            add_rows(source, 5000, 1)
            assert copier.look().kind == "read-only"
            subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
            assert copier.look().row == 2002
    finally:
        copier.close()
        subprocess.run(["umount", str(disk)], check=True)


def test_the_folder_that_holds_a_copy_is_no_part_of_the_hall(source: Source) -> None:
    inside = source.file.parent / "stick"
    inside.mkdir()
    accept(inside, "small")
    with copying(source, inside) as copier:
        copier.look()
        copier.look()
    assert "hall/stick/journal.db" not in contents(inside)


def test_a_code_is_read_as_people_write_it_and_a_mistake_is_seen() -> None:
    code = make_code()
    assert parse_code(code.lower().replace("-", " ")) == code
    letters = code.replace("-", "")
    for at, letter in enumerate(letters):
        wrong = letters[:at] + ("3" if letter != "3" else "4") + letters[at + 1 :]
        with pytest.raises(CodeError, match="not read rightly"):
            parse_code(wrong)
    with pytest.raises(CodeError, match="24 letters"):
        parse_code(letters[:-1])


def test_a_copy_of_the_copy_is_as_good(source: Source, stick: Path) -> None:
    with copying(source, stick) as copier:
        copier.look()
    shutil.copytree(stick, stick.with_name("second"))
    assert contents(stick.with_name("second")) == contents(stick)

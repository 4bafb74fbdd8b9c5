"""The program of the copies: one that hangs holds up no other, and the hub hears of all."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.cli.main import main
from hub.copies.code import FILE as CODE
from hub.copies.code import kept_code, make_code
from hub.copies.copier import Copier
from hub.copies.folder import accept
from hub.copies.gather import Source
from hub.copies.guard import LostRowsError, check_copies
from hub.copies.known import Told, told_in
from hub.copies.running import Copies
from hub.firmware_serial import next_serial
from hub.secrets import load_secrets
from tests.copies.halls import FILE, add_rows, hall_in, loaded


@pytest.fixture
def sticks(tmp_path: Path) -> list[Path]:
    made = [tmp_path / name for name in ("stick", "second")]
    for one in made:
        one.mkdir()
        accept(one, "small")
    return made


@pytest.fixture
def source(tmp_path: Path, sticks: list[Path]) -> Source:
    made = hall_in(tmp_path)
    to = ", ".join(f'"{one}"' for one in sticks)
    made.file.write_text(f"{FILE}\n[copies]\nto = [{to}]\n", encoding="utf-8")
    return made


def told_when(source: Source, is_so: Callable[[Told], bool]) -> Told:
    """Return what is told of the copies once it is so; the test's own limit of time ends the waiting."""
    while not ((told := told_in(source.state)) and is_so(told)):
        threading.Event().wait(0.02)
    return told


def test_a_stick_that_hangs_is_told_of_and_the_other_goes_on(
    source: Source, sticks: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs, real = threading.Event(), Copier.look

    def look(self: Copier) -> object:
        if self.folder == sticks[0]:
            hangs.wait(60)
        return real(self)

    monkeypatch.setattr(Copier, "look", look)
    monkeypatch.setattr("hub.copies.running.HANGS_S", 0.2)
    monkeypatch.setattr("hub.copies.running.TELL_EVERY_S", 0.05)
    monkeypatch.setattr("hub.copies.running.EVERY_S", 0.05)
    copies = Copies(source, sticks, make_code(), lambda: True)
    running = threading.Thread(target=copies.run)
    running.start()
    try:
        told = told_when(source, lambda told: told.copies[0].kind == "slow" and told.copies[1].row == 1)
        assert (told.copies[1].kind, "not answered" in told.copies[0].words) == (None, True)
        add_rows(source, 1, 3)
        told_when(source, lambda told: told.copies[1].row == 4)
        hangs.set()
        told_when(source, lambda told: told.copies[0].kind is None and told.copies[0].row == 4)
    finally:
        hangs.set()
        copies.stop()
        running.join(10)
    assert not running.is_alive()


def test_a_hall_whose_journal_has_lost_rows_does_not_start(source: Source, sticks: list[Path]) -> None:
    hall = loaded(source)
    check_copies(hall, source.journal)
    add_rows(source, 1, 5)
    copier = Copier(source, sticks[1], make_code())
    copier.look()
    copier.close()
    check_copies(hall, source.journal)
    add_rows(source, 6, 5)
    check_copies(hall, source.journal)
    kept = source.journal.read_bytes()
    source.journal.unlink()
    with pytest.raises(LostRowsError, match=f"lintel restore {sticks[1]}"):
        check_copies(hall, source.journal)
    source.journal.with_name("journal.db-wal").unlink(missing_ok=True)
    add_rows(source, 1, 2)
    with pytest.raises(LostRowsError, match="up to row 6: lintel restore"):
        check_copies(hall, source.journal)
    source.journal.write_bytes(kept)
    source.journal.with_name("journal.db-wal").unlink(missing_ok=True)
    check_copies(hall, source.journal)


def test_a_stick_that_does_not_answer_holds_up_no_start(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    hangs = threading.Event()

    def mark_of(_folder: Path) -> None:
        hangs.wait(60)

    monkeypatch.setattr("hub.copies.guard.mark_of", mark_of)
    monkeypatch.setattr("hub.copies.guard.WAIT_S", 0.05)
    check_copies(loaded(source), source.journal)
    hangs.set()


def test_the_code_is_shown_once(source: Source, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["copies", "code", str(source.file), "--state", str(source.state)]
    assert main(asked) == 0
    code = capsys.readouterr().out.splitlines()[0]
    assert kept_code(source.state) == code
    assert (source.state / CODE).stat().st_mode & 0o777 == 0o600
    assert main(asked) == 2
    assert code not in "".join(capsys.readouterr())
    assert main([*asked, "--again"]) == 0
    assert capsys.readouterr().out.startswith(code)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can do something as somebody else")
def test_what_root_sets_up_belongs_to_the_hubs_own_user(source: Source, sticks: list[Path]) -> None:
    _give_to_the_hub(source)
    state = ["--state", str(source.state)]
    assert main(["copies", "code", str(source.file), *state]) == 0
    assert main(["copies", "accept", str(source.file), str(sticks[0]), "--anew", *state]) == 0
    made = (source.state / CODE, sticks[0], sticks[0] / "lintel-copy.json")
    assert [(path.stat().st_uid, path.stat().st_gid) for path in made] == [(12345, 12345)] * 3


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can do something as somebody else")
def test_what_root_asks_for_on_an_installed_hub_leaves_nothing_that_the_hub_cannot_read(source: Source) -> None:
    _give_to_the_hub(source)
    assert main(["token", str(source.state), "make", "prometheus", "--scopes", "metrics"]) == 0
    assert main(["report", str(source.state), "--hall", str(source.file), "--month", "2026-11"]) == 0
    load_secrets(source.state / "secrets.json", ["one-more-device"])
    next_serial(source.state)
    of_others = [path.name for path in source.state.rglob("*") if path.stat().st_uid != 12345]
    assert (of_others, (source.state / "reports.db").stat().st_mode & 0o077) == ([], 0)
    assert (source.state / "tokens.json").is_file()
    assert (source.state / "firmware.serial").is_file()


def _give_to_the_hub(source: Source) -> None:
    for path in source.state.parents:  # pytest's folders are closed to others
        if "pytest" in str(path):
            path.chmod(path.stat().st_mode | 0o011)
    for path in (source.state, *source.state.iterdir()):
        os.chown(path, 12345, 12345)


def test_a_hub_that_is_started_with_such_a_journal_says_what_to_do(
    source: Source, sticks: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    add_rows(source, 1, 5)
    copier = Copier(source, sticks[0], make_code())
    copier.look()
    copier.close()
    source.journal.unlink()
    asked = ["hub", str(source.file), "--state", str(source.state), "--broker", "127.0.0.1:1"]
    assert main(asked) == 2
    assert f"has a copy of this hall: lintel restore {sticks[0]}" in capsys.readouterr().err


def test_a_stick_is_accepted_and_what_is_wrong_is_one_sentence(
    source: Source, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = tmp_path / "new"
    assert main(["copies", "accept", str(source.file), str(new)]) == 2
    assert capsys.readouterr().err == f"lintel: {new}: no such folder; put the stick in and mount it there\n"
    new.mkdir()
    assert main(["copies", "accept", str(source.file), str(new), "--state", str(source.state)]) == 0
    said = capsys.readouterr().out
    assert "is a copy of the hall small from now on" in said
    assert "on the same disk" in said


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ('["backup@192.168.1.9:/copies"]', "mount that host's folder here"),
        ('["copies"]', "name a folder from / on"),
        ('["/a/../b"]', "name a folder from / on"),
        ('["/a", "/a/"]', "stands here twice"),
    ],
)
def test_a_place_that_is_none_is_refused(
    source: Source, to: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source.file.write_text(f"{FILE}\n[copies]\nto = {to}\n", encoding="utf-8")
    assert main(["check", str(source.file)]) == 2
    assert said in capsys.readouterr().err

"""Whoever uses the archive says who he is; that he did, or tried to, is journalled before he sees anything."""

import asyncio
import io
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from hub.archive.noting import NotAllowedError, note_use
from hub.cli.archive import add
from hub.config import load_hall
from hub.desk import Outcome
from hub.door import Door
from hub.journal import Body, Entry, read_rows, seals_of, verify
from hub.lock import InUseError, locked
from hub.names import Names
from hub.orders import NoteUse, Orders
from hub.paper_file import NoticesTable
from hub.rules import commands
from hub.rules.events import AccessNoted
from hub.rules.state import State
from tests.archive.book import CHEN, PIN, SYSTEM, VIEWER
from tests.archive.conftest import Place
from tests.hall.commands import command


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch):
    def as_somebody(person: str, pin: str = PIN) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{person}\n{pin}\n"))

    return as_somebody


def archive(place: Place, *words: object) -> int:
    return command(add, "archive", place.journal.parent, "--hall", place.hall.path, *words)


def uses(journal: Path) -> Iterator[tuple[str, str, str, str]]:
    for row in read_rows(journal):
        for fact in row.content().facts:
            if isinstance(fact, AccessNoted):
                yield fact.person, fact.action, fact.subject, fact.refused


@pytest.mark.req("M26")
def test_a_month_is_exported_verified_and_removed_by_those_who_may(place: Place, says, capsys) -> None:
    out = place.folder / "2026-11"
    says(VIEWER)
    with pytest.raises(ValueError, match="20261125 is not over"):
        archive(place, "--month", "2026-11", "--to", out)
    says(VIEWER)
    assert archive(place, "--first", "20261121", "--last", "20261123", "--to", out) == 0
    assert command(add, "archive", "--verify", out) == 0
    assert command(add, "archive", place.journal.parent, "--verify", out) == 0
    assert "whole; 10 records of 20261121 to 20261123, 东湖厅" in capsys.readouterr().out
    says(SYSTEM)
    assert archive(place, "--remove-old", "--keep-days", "30", "--archived", out) == 0
    says(SYSTEM)
    assert archive(place, "--remove-old") == 0, "the hall's file says nothing, so all is kept"
    assert "keep_days is 0" in capsys.readouterr().out
    assert [act for _who, act, _what, _why in uses(place.journal)][:2] == ["archive-export", "archive-export"]
    assert list(verify(place.journal)) == []


@pytest.mark.req("M26")
def test_what_is_old_enough_goes_and_the_command_says_so(place: Place, says, capsys, monkeypatch) -> None:
    place.export("out")
    monkeypatch.setattr("hub.cli.archive.wall_ms", lambda: 1_795_233_600_000 + 33 * 86_400_000)
    says(SYSTEM)
    assert archive(place, "--remove-old", "--keep-days", "30", "--archived", place.folder / "out") == 0
    assert "were removed, manifest" in capsys.readouterr().out
    assert len(seals_of(place.journal)) == 1
    assert list(uses(place.journal)) == [(SYSTEM, "archive-remove", "before 20261124", "")]
    assert list(verify(place.journal)) == []


@pytest.mark.req("M26")
def test_who_may_not_gets_nothing_and_is_noted(place: Place, says, capsys) -> None:
    for person, words in (
        (CHEN, ["--find", "--day", "20261122"]),
        (SYSTEM, ["--day", "20261122", "--to", place.folder / "out"]),
        (VIEWER, ["--remove-old", "--keep-days", "30"]),
    ):
        says(person)
        with pytest.raises(NotAllowedError, match="无此权限；只有大厅文件中 roles 含"):
            archive(place, *words)
    says(VIEWER, "0000")
    with pytest.raises(NotAllowedError, match="密码错误"):
        archive(place, "--find")
    assert capsys.readouterr().out == ""
    assert not (place.folder / "out").exists()
    assert [(who, act, why) for who, act, _what, why in uses(place.journal)] == [
        (CHEN, "archive-see", "not-authorised"),
        (SYSTEM, "archive-export", "not-authorised"),
        (VIEWER, "archive-remove", "not-authorised"),
    ]


@pytest.mark.req("M26", "M13")
def test_one_record_is_shown_with_all_its_steps(place: Place, says, capsys) -> None:
    says(VIEWER)
    assert archive(place, "--find", "--day", "20261122", "--number", "A001") == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "20261122 A001  出入境  办结  不满意"
    assert said[3] == "    12:00:07 呼叫 1号窗 陈警官(027001)"
    assert said[-1] == "共显示1件"
    assert list(uses(place.journal)) == [(VIEWER, "archive-see", "first=20261122 last=20261122 number=A001", "")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--find", "--number", "no number"], "that cannot be looked for"),
        (["--find", "--day", "2026"], "no such day"),
        (["--to", "x"], "say which days"),
        (["--month", "2026-13", "--to", "x"], "no such month"),
        (["--remove-old", "--keep-days", "7"], "keep 30 at least"),
    ],
)
def test_a_mistake_is_one_sentence_and_nobody_is_asked_for_his_pin(place: Place, words: list[str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        archive(place, *words)
    assert list(uses(place.journal)) == []


@pytest.mark.req("M26")
def test_nothing_is_removed_under_a_hub_that_runs(place: Place, says) -> None:
    place.export("out")
    says(SYSTEM)
    with locked(place.journal.parent), pytest.raises(InUseError, match="another program runs with"):
        archive(place, "--remove-old", "--keep-days", "30", "--archived", place.folder / "out")
    assert seals_of(place.journal) == []


@pytest.mark.req("M26")
async def test_where_a_hub_runs_it_is_the_hub_that_notes_it(place: Place) -> None:
    asked: list[commands.Command] = []

    def ask(order: commands.Command, _told) -> Outcome:
        asked.append(order)
        return Outcome(entry=Entry(at=1, body=Body()))

    names, folder = Names(place.folder / "names.json", NoticesTable()), place.journal.parent
    door = Door(folder, Orders(place.hall, ask=ask, state=State, names=names, is_private=True))
    await door.start()
    try:
        order = NoteUse(act="archive-see", subject="all")
        await asyncio.to_thread(note_use, place.hall, place.journal, VIEWER, PIN, order)
        with pytest.raises(NotAllowedError, match="无此权限"):
            await asyncio.to_thread(note_use, place.hall, place.journal, CHEN, PIN, order)
    finally:
        await door.close()
    assert asked == [
        commands.NoteAccess(person=VIEWER, action="archive-see", subject="all"),
        commands.NoteAccess(person=CHEN, action="archive-see", subject="all", refused="not-authorised"),
    ]
    assert list(uses(place.journal)) == []


def test_a_door_lets_no_removal_in() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"type": "note-use", "act": "archive-remove", "subject": ""}, NoteUse)


def test_where_nobody_has_a_number_nobody_is_asked(place: Place, tmp_path: Path) -> None:
    text = place.hall.path.read_text(encoding="utf-8").partition("[[people]]")[0]
    (tmp_path / "open.toml").write_text(text, encoding="utf-8")
    note_use(load_hall(tmp_path / "open.toml"), place.journal, "anybody", "", NoteUse(act="archive-see", subject="all"))
    assert list(uses(place.journal)) == [("", "archive-see", "all", "")]

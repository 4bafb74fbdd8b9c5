"""The drill finds out at night what a restore would find, and says it on the health page and in the journal."""

from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from hub.cli.main import main
from hub.config import load_hall
from hub.copies.code import code_of, keep_code, make_code
from hub.copies.copier import Copier
from hub.copies.drill import drill
from hub.copies.folder import accept
from hub.copies.gather import Source
from hub.copies.known import Done, Drilled, Told, drilled_in, tell_drill
from hub.copies.watch import DRILL_EVERY_MS, CopiesWatch
from hub.journal import Journal, read_rows
from hub.journal_rows import Body, Entry, chain
from tests.copies.halls import FILE, add_rows, hall_in


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "stick").mkdir()
    accept(tmp_path / "stick", "small")
    return tmp_path / "stick"


@pytest.fixture
def source(tmp_path: Path, stick: Path) -> Source:
    made = hall_in(tmp_path)
    made.file.write_text(f'{FILE}\n[copies]\nto = ["{stick}"]\n', encoding="utf-8")
    return made


def copied(source: Source, stick: Path) -> str:
    code, _ = code_of(source.state)
    with closing(Copier(source, stick, code)) as copier:
        assert copier.look().kind is None
    return code


def test_a_drill_starts_the_hub_on_what_the_copy_has_and_leaves_nothing(source: Source, stick: Path) -> None:
    add_rows(source, 1, 30)
    copied(source, stick)
    before = sorted(source.state.iterdir())
    assert main(["drill", str(source.file), "--state", str(source.state)]) == 0
    done = drilled_in(source.state)
    assert done
    assert (done.is_well, done.rows, done.files) == (True, 31, 4)
    assert sorted(source.state.iterdir()) == sorted([*before, source.state / "drill.json"])


def wrong_of(source: Source, stick: Path, code: str) -> str:
    done = drill(source, stick, code)
    return "" if done.is_well else done.words


def test_a_copy_that_is_of_no_use_fails_the_drill(source: Source, stick: Path) -> None:
    code = copied(source, stick)
    assert "does not open" in wrong_of(source, stick, make_code())
    place = next((stick / "files").iterdir())
    sealed = place.read_bytes()
    place.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    assert "does not open" in wrong_of(source, stick, code)
    place.unlink()
    assert wrong_of(source, stick, code).endswith("put the stick back, or mount the other host again")
    place.write_bytes(sealed)
    add_rows(source, 1, 5)
    assert "the hall went on long ago" in wrong_of(source, stick, code)
    (stick / "journal.db").write_bytes(b"")
    assert wrong_of(source, stick, code)


def test_a_hall_that_its_own_copy_cannot_start_fails_the_drill(source: Source, stick: Path) -> None:
    """The journal has a row that no Lintel can read, with a chain that holds: only a start finds that."""
    journal = Journal(source.journal)
    journal.append([Entry(at=5000, body=Body(note="x"))])
    journal._db.execute('UPDATE journal SET body = \'{"facts":[{"type":"Future"}]}\' WHERE row = 2')
    rows = list(read_rows(source.journal))
    journal._db.execute("UPDATE journal SET hash = ? WHERE row = 2", (chain(rows[0].hash, rows[1].cells),))
    journal.close()
    code = copied(source, stick)
    assert "row 2 of the journal cannot be read" in wrong_of(source, stick, code)


def test_a_drill_without_a_code_or_a_copy_says_what_to_do(
    source: Source, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["drill", str(source.file), "--state", str(source.state)]) == 2
    assert "lintel copies code" in capsys.readouterr().err
    keep_code(source.state, make_code())
    (stick / "lintel-copy.json").unlink()
    assert main(["drill", str(source.file), "--state", str(source.state)]) == 1
    assert "no copy of a hall is there" in capsys.readouterr().out


def well(at: int, stick: Path) -> Drilled:
    return Drilled(at=at, folder=str(stick), is_well=True, words="the drill went well")


class Hub:
    """What the hub keeps of the watch."""

    def __init__(self, source: Source) -> None:
        self.notes: list[str] = []
        self.health: dict[str, dict[str, str]] = {}
        self.watch = CopiesWatch(load_hall(source.file), source.state, self.notes.append)

    def look(self) -> dict[str, str]:
        for found in self.watch.due(self.health):
            self.health[found.device] = found.faults
        return self.health.get("hub", {})


def tell_copies(source: Source, at: int, *done: Done) -> None:
    (source.state / "copies.json").write_bytes(msgspec.json.encode(Told(at=at, copies=done)))


def test_the_hub_tells_how_its_copies_are(source: Source, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_800_000_000_000
    monkeypatch.setattr("hub.copies.watch.wall_ms", lambda: now)
    monkeypatch.setattr("hub.copies.watch.steady_ms", lambda: now)
    hub = Hub(source)
    assert hub.look() == {}, "the copies may start after their hub"
    now += 61_000
    assert hub.look() == {"copies": "silent"}
    tell_copies(source, now, Done(folder=str(stick)))
    assert hub.look() == {}
    tell_copies(source, now, Done(folder=str(stick), kind="missing", words="x"))
    assert hub.look() == {"copies": "missing"}
    tell_copies(source, now, Done(folder=str(stick)))
    hub.health["hub"] |= {"other": "x"}
    assert hub.look() == {"other": "x"}, "what others found of the hub stays"
    now += 61_000
    assert hub.look() == {"other": "x", "copies": "silent"}


def test_the_hub_tells_of_drills(source: Source, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_800_000_000_000
    monkeypatch.setattr("hub.copies.watch.wall_ms", lambda: now)
    tell_drill(source.state, well(now, stick))
    tell_copies(source, now, Done(folder=str(stick)))
    hub = Hub(source)
    assert (hub.look(), hub.notes) == ({}, [])
    now += DRILL_EVERY_MS + 1
    tell_copies(source, now, Done(folder=str(stick)))
    assert hub.look() == {"drill": "late"}
    tell_drill(source.state, replace(well(now, stick), is_well=False, words="the drill failed: the stick is empty"))
    assert hub.look() == {"drill": "failed"}
    assert hub.notes == ["the drill failed: the stick is empty"]
    tell_drill(source.state, well(now, stick))
    assert hub.look() == {}
    assert "went well" in hub.notes[-1]

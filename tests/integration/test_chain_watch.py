"""The whole journal is proved beside the hub's work: what is damaged in earlier days is a fault, and no secret."""

import asyncio
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from hardware.contract import HUB
from hub import chain_watch
from hub.chain_watch import ROWS_AT_ONCE, ChainWatch
from hub.journal import Body, Entry, Journal, proof
from hub.journal_file import PAGE_BYTES
from hub.rules.commands import NoteHealth
from hub.rules.events import DayOpened
from hub.rules.fault_log import Fault
from hub.upkeep import kind_of
from hub.upkeep_words import FAULTS, fault_words

ROWS = 3 * ROWS_AT_ONCE + 1
FAULT = {"rows": "damaged"}


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain_watch, "PAUSE_S", 0.0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a journal of two days."""
    with closing(Journal(tmp_path / "journal.db")) as journal:
        opens = {0: "20261121", ROWS - 5: "20261122"}
        facts = [(DayOpened(day=opens[at]),) if at in opens else () for at in range(ROWS)]
        journal.append([Entry(at=at, body=Body(facts=one, note="x" * 300)) for at, one in enumerate(facts)])
        journal.tidy()
    return tmp_path / "journal.db"


def spoil_a_row(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("UPDATE journal SET at = at + 1 WHERE row = 70")


def spoil_a_page(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(20 * PAGE_BYTES)
        file.write(b"\xa5" * PAGE_BYTES)


@pytest.mark.req("M26", "M34")
@pytest.mark.bad_input
@pytest.mark.parametrize(
    ("spoil", "why"),
    [(spoil_a_row, "row 70 does not follow"), (spoil_a_page, "malformed.*restore the last copy")],
)
async def test_a_damaged_row_of_an_earlier_day_is_a_fault(path: Path, spoil, why: str, caplog) -> None:
    watch = ChainWatch(path)
    assert list(watch.due({})) == [], "nothing is said before all was read"
    await watch.look()
    assert list(watch.due({})) == []
    spoil(path)
    with closing(Journal(path)) as journal:
        assert len(list(journal.today())) == 5, "the present day is whole, so the hall goes on"
    await watch.look()
    assert list(watch.due({HUB: {"clock": "drift"}})) == [NoteHealth(device=HUB, faults={"clock": "drift"} | FAULT)]
    assert list(watch.due({HUB: FAULT})) == []
    (line,) = caplog.records
    assert (line.levelname, line.fields["event"]) == ("ERROR", "rows-damaged")
    assert re.search(why, line.message)


async def test_the_fault_is_over_when_the_copy_was_brought_back(path: Path) -> None:
    copy = shutil.copyfile(path, path.with_name("copy.db"))
    spoil_a_row(path)
    watch = ChainWatch(path)
    await watch.look()
    assert list(watch.due({HUB: FAULT})) == []
    shutil.copyfile(copy, path)
    await watch.look()
    assert list(watch.due({HUB: FAULT})) == [NoteHealth(device=HUB, faults={})]


async def test_others_have_their_turn_between_the_rows(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[float] = []

    async def pause(seconds: float) -> None:
        turns.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", pause)
    await ChainWatch(path).look()
    assert len(turns) == ROWS // ROWS_AT_ONCE + 1


def test_what_is_written_meanwhile_is_proved_too(path: Path) -> None:
    reading = proof(path, ROWS_AT_ONCE)
    assert next(reading) is None
    with closing(Journal(path)) as journal:
        journal.append([Entry(at=ROWS + at, body=Body()) for at in range(ROWS_AT_ONCE)])
        assert journal.tidy() is None
    assert list(reading) == [None] * 4, "and none of it is a break"


def test_what_maintainers_read() -> None:
    fault = Fault(device=HUB, part="rows", what="damaged", since=1)
    assert (kind_of(fault), FAULTS[kind_of(fault)]) == ("journal", "记录损坏")
    assert fault_words("rows", "damaged") == "以往记录有损坏，请用备份恢复"

"""The whole journal is proved beside the hub's work: what is damaged in earlier days is a fault, and no secret."""

import asyncio
import re
import shutil
import sqlite3
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from hardware.contract import HUB
from hub import chain_watch
from hub.chain_watch import ROWS_AT_ONCE, ChainWatch
from hub.journal import Body, Break, Entry, Journal, proof, read_rows
from hub.journal_file import PAGE_BYTES
from hub.journal_seals import Links
from hub.rules.commands import NoteHealth
from hub.rules.events import DayOpened
from hub.rules.fault_log import Fault
from hub.run import running
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


def lose_from_the_index(path: Path) -> None:
    """Leave an old page of the index in place, as a disk does that has not written the last one."""
    with closing(Journal(path)) as journal:
        journal.append([event(1)])
        journal.tidy()
    with closing(sqlite3.connect(path)) as db:
        root = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'journal_event'").fetchone()[0]
    at = slice((root - 1) * PAGE_BYTES, root * PAGE_BYTES)
    old = path.read_bytes()[at]
    with closing(Journal(path)) as journal:
        journal.append([event(2), Entry(at=ROWS, body=Body(facts=(DayOpened(day="20261123"),)))])
        journal.tidy()
    content = bytearray(path.read_bytes())
    content[at] = old
    path.write_bytes(content)


def event(seq: int) -> Entry:
    return Entry(at=ROWS, body=Body(), device="pad-1", boot=1, seq=seq)


@pytest.mark.req("M26", "M34")
@pytest.mark.bad_input
@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (spoil_a_row, "row 70 does not follow"),
        (spoil_a_page, "malformed.*restore the last copy"),
        (lose_from_the_index, f"row {ROWS + 2} is not in the index of events"),
    ],
)
async def test_a_damaged_row_of_an_earlier_day_is_a_fault(path: Path, spoil, why: str, caplog) -> None:
    watch = ChainWatch(path)
    assert list(watch.due({})) == [], "nothing is said before all was read"
    await watch.look()
    assert list(watch.due({})) == []
    spoil(path)
    with closing(Journal(path)) as journal:
        assert len(list(journal.today())) in {1, 5}, "the present day is whole, so the hall goes on"
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


async def test_what_passes_is_no_fault(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hall whose hub had no file left to open for a moment must not be told to restore its journal."""
    looks: list[int] = []

    def once(path: Path, rows: int) -> Generator[Break | None, None, None]:
        looks.append(rows)
        if len(looks) == 1:
            raise OSError("too many open files")
        yield from proof(path, rows)

    monkeypatch.setattr(chain_watch, "proof", once)
    watch = ChainWatch(path)
    await watch.look()
    assert (list(watch.due({})), len(looks)) == ([], 2)


@pytest.mark.parametrize("torn", [{"body": None}, {"body": b"{}"}, {"hash": None}, {"hash": "x", "body": 7}])
def test_a_row_whose_values_are_of_other_types_is_a_break(path: Path, torn: dict[str, object]) -> None:
    """SQLite makes them of a page that is not what it wrote; nobody may stumble over them."""
    links, rows = Links([]), list(read_rows(path, 0, 3))
    found = [one for row in (rows[0], replace(rows[1], **torn), rows[2]) for one in links.follow(row)]
    assert list(map(str, found)) == [
        "row 2 of the journal cannot be read",
        "row 3 does not follow from the row before it: one of the two was changed",
    ]


async def test_a_part_of_the_hub_that_ends_by_a_fault_is_told_of(caplog: pytest.LogCaptureFixture) -> None:
    async def breaks_down() -> None:
        raise ValueError("nobody thought of this")

    async with running(breaks_down()):
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    (line,) = caplog.records
    assert (line.fields["event"], line.fields["why"]) == ("part-ended", "ValueError('nobody thought of this')")


def test_what_maintainers_read() -> None:
    fault = Fault(device=HUB, part="rows", what="damaged", since=1)
    assert (kind_of(fault), FAULTS[kind_of(fault)]) == ("journal", "记录损坏")
    assert fault_words("rows", "damaged") == "以往记录有损坏，请用备份恢复"

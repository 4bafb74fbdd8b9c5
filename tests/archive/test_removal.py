"""Rows go only after they were archived, and what is left of them can be verified; nothing is ever half removed."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from hub.archive.checking import verify_archive
from hub.archive.finding import Search, find_records
from hub.archive.manifest import ArchiveError, manifest_sum
from hub.archive.removal import Removed, cutoff, plan_removal, remove
from hub.config import HallError, load_hall
from hub.journal import Body, Entry, Journal, JournalError, days_of, read_rows, seals_of, verify
from hub.owner import OtherHallError, check_owner
from hub.rules.apply import replay
from hub.rules.state import State
from tests.archive.book import NOON, SYSTEM, hall_file
from tests.archive.conftest import MADE_AT, Place

ROOT = Path(__file__).parents[2]


def removed(place: Place, before: str = "20261124", *folders: str) -> Removed:
    archives = [place.folder / name for name in folders or ("out",)]
    return remove(place.journal, before, archives, by=SYSTEM, at=MADE_AT)


def start(journal: Path) -> tuple[State, dict[str, tuple[int, int]], int]:
    """Return what a hub takes from its journal at the start; rows that are added since change the clock alone."""
    opened = Journal(journal)
    try:
        state = replay((row, body.facts) for row, body in opened.today())
        acks = {name: opened.last_event(name) for name in ("d", "pad-1", "pad-2", "rating-2", "never")}
        told = len(list(opened.told(0, ['"TicketTaken"'])))
    finally:
        opened.close()
    state.clock = 0
    return state, acks, told


def by_hand(journal: Path, sql: str) -> None:
    db = sqlite3.connect(journal)
    db.execute(sql)
    db.commit()
    db.close()


@pytest.mark.req("M26")
def test_after_removal_the_chain_is_whole_and_says_what_is_gone(place: Place, capsys: pytest.CaptureFixture) -> None:
    from hub.cli.journal import add
    from tests.hall.commands import command

    made = place.export("out")
    size, count = place.journal.stat().st_size, sum(1 for _ in read_rows(place.journal))
    done = removed(place)
    assert done.is_compact
    assert place.journal.stat().st_size < size
    assert list(verify(place.journal)) == []
    (seal,) = seals_of(place.journal)
    assert (seal.first, seal.last, seal.by) == (2, made.last_row - 1, SYSTEM)
    assert seal.manifest == manifest_sum(place.folder / "out")
    rows = list(read_rows(place.journal))
    assert len(rows) == count - seal.count + 1, "one row more tells of it"
    assert [row.row for row in rows[:2]] == [1, made.last_row], "the first says whose journal it is"
    assert command(add, "journal", "verify", place.journal) == 0
    words = capsys.readouterr().out
    assert f"rows 2 to {seal.last} ({seal.count}) were removed by {SYSTEM} on 2026-11-30 after archiving" in words
    assert f"manifest {seal.manifest}" in words
    assert list(verify_archive(place.folder / "out", place.journal)) == []


@pytest.mark.req("M26")
def test_a_hub_starts_after_removal_as_it_did_before(place: Place) -> None:
    place.export("out")
    state, acks, told = start(place.journal)
    assert acks["rating-2"] > (0, 0) == acks["never"]
    removed(place)
    again, acks_after, told_after = start(place.journal)
    assert (again, acks_after) == (state, acks), "the last event of every device is known, though its row is gone"
    assert told_after < told
    check_owner(place.journal, "donghu")
    with pytest.raises(OtherHallError):
        check_owner(place.journal, "beihu")
    opened = Journal(place.journal)
    opened.append([Entry(at=NOON, body=Body(note="goes on"))])
    opened.close()
    assert list(verify(place.journal)) == []


@pytest.mark.req("M26")
def test_removal_goes_on_where_the_last_one_ended(place: Place) -> None:
    place.export("one", "20261121", "20261121")
    place.export("two", "20261122", "20261123")
    removed(place, "20261122", "one")
    removed(place, "20261124", "two", "one")
    first, second = seals_of(place.journal)
    assert second.first == first.last + 1
    assert second.before == first.after
    assert list(verify(place.journal)) == []
    assert [day for day, row in days_of(place.journal)] == ["20261124", "20261125"]
    for name in ("one", "two"):
        assert list(verify_archive(place.folder / name, place.journal)) == []
    assert removed(place, "20261124", "two").pieces == ()
    page = find_records(place.journal, Search())
    assert {record.day for record in page.records} == {"20261124", "20261125"}
    assert page.removed == first.count + second.count
    with pytest.raises(ArchiveError, match="its old rows were removed after archiving"):
        place.export("again")


@pytest.mark.req("M26")
def test_what_is_not_archived_stays(place: Place) -> None:
    before = list(read_rows(place.journal))
    place.export("late", "20261122", "20261123")
    place.export("bare", has_rows=False)
    for folders, words in (((), "no archive"), (("late",), "not all archived"), (("bare",), "has records only")):
        with pytest.raises(ArchiveError, match=words):
            removed(place, "20261124", *folders)
    place.export("out")
    table = place.folder / "out" / "records.csv"
    table.write_bytes(table.read_bytes()[:-1])
    with pytest.raises(ArchiveError, match=r"records\.csv was changed; nothing was removed"):
        removed(place)
    assert list(read_rows(place.journal)) == before


def test_the_last_day_stays_however_old_it_is(place: Place) -> None:
    place.export("out", last="20261124")
    removed(place, "20990101")
    assert [day for day, row in days_of(place.journal)] == ["20261125"]
    assert plan_removal(place.journal, "20990101", []) == []


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE seals SET last = last - 1", "are missing"),
        ("UPDATE seals SET after = zeroblob(32)", "does not follow"),
        ("UPDATE seals SET before = zeroblob(32)", "does not follow from what stands before it"),
        ("UPDATE seals SET manifest = 'other'", "is not the one that row"),
        ("UPDATE seals SET by = '027001'", "is not the one that row"),
        ("UPDATE seals SET at = at + 1", "is not the one that row"),
        ("DELETE FROM seals", "rows 2 to"),
        ("DELETE FROM journal WHERE body LIKE '%RowsSealed%'", "no row tells of the seal"),
        ("DELETE FROM journal WHERE row = (SELECT max(row) - 3 FROM journal)", "are missing"),
        (
            "UPDATE journal SET body = replace(body, '027009', '027001') WHERE body LIKE '%RowsSealed%'",
            "does not follow",
        ),
    ],
)
@pytest.mark.req("M26")
def test_a_forged_seal_is_found(place: Place, sql: str, said: str) -> None:
    place.export("out")
    removed(place)
    by_hand(place.journal, sql)
    assert any(said in one for one in verify(place.journal)), list(verify(place.journal))


@pytest.mark.req("M26")
def test_a_removal_that_no_lintel_made_is_found(place: Place) -> None:
    """Somebody deletes rows and puts a seal there that fits, but no row of the chain tells of it."""
    rows = {row.row: row for row in read_rows(place.journal)}
    by_hand(place.journal, "DELETE FROM journal WHERE row BETWEEN 2 AND 20")
    assert next(verify(place.journal)) == "rows 2 to 20 are missing"
    cells = f"2, 20, x'{rows[1].hash.hex()}', x'{rows[20].hash.hex()}', 'none', '027009', 5"
    by_hand(place.journal, f"INSERT INTO seals (first, last, before, after, manifest, by, at) VALUES ({cells})")
    assert list(verify(place.journal)) == [
        "no row tells of the seal of rows 2 to 20: the rows were removed by no Lintel"
    ]


def test_a_journal_whose_chain_is_broken_gives_nothing_away(place: Place) -> None:
    place.export("out")
    by_hand(place.journal, "UPDATE journal SET at = 7 WHERE row = (SELECT max(row) FROM journal)")
    with pytest.raises(ArchiveError, match=r"does not follow from the row before it: .* nothing was removed"):
        removed(place)


KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from hub.archive.removal import remove
from hub.journal import Journal
steps, opened = int(sys.argv[4]), Journal.__init__
def watched(self, path):
    opened(self, path)
    if steps:
        self._db.set_progress_handler(lambda: os._exit(9), steps)
    else:
        os.fdatasync = lambda _file: os._exit(9)
Journal.__init__ = watched
remove(Path(sys.argv[2]), "20261124", [Path(sys.argv[3])], by="027009", at=1796000000000)
"""


@pytest.mark.parametrize(
    "steps", [200, 600, 1200, 2000, 0], ids=lambda steps: f"after {steps}" if steps else "at commit"
)
@pytest.mark.req("M26")
def test_a_kill_in_the_middle_leaves_it_before_or_after(place: Place, steps: int) -> None:
    """The process ends in the middle of what SQLite does, or when all is committed and not yet known to be durable."""
    place.export("out")
    rows, expected = list(read_rows(place.journal)), start(place.journal)
    words = [sys.executable, "-c", KILLED, ROOT, place.journal, place.folder / "out", str(steps)]
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=60)
    assert done.returncode == 9, done.stderr
    assert list(verify(place.journal)) == []
    if seals_of(place.journal):
        assert start(place.journal)[:2] == expected[:2]
        assert removed(place).pieces == ()
    else:
        assert list(read_rows(place.journal)) == rows
        assert removed(place).pieces
    assert list(verify(place.journal)) == []


def test_rows_that_are_not_there_cannot_be_sealed(place: Place) -> None:
    journal = Journal(place.journal)
    last = journal.last_row
    for first, end in ((2, last + 5), (5, 4), (0, 3)):
        with pytest.raises(JournalError, match="are not all in the journal"):
            journal.seal(first, end, manifest="m", by="", at=1)
    journal.append([Entry(at=1, body=Body(note="goes on"))])
    assert journal.last_row == last + 1
    journal.close()
    assert list(verify(place.journal)) == []


def test_too_few_days_to_keep_are_refused(place: Place, tmp_path: Path) -> None:
    assert cutoff(place.hall, 30, NOON) == "20261022"
    with pytest.raises(ArchiveError, match="keep 30 at least"):
        cutoff(place.hall, 29, NOON)
    with pytest.raises(HallError, match="keep_days is 30 at least"):
        load_hall(hall_file(tmp_path, "[archive]\nkeep_days = 7\n"))

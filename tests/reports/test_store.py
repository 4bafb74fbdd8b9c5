"""What the store promises: the same figures however it was filled, whatever broke off, whoever filled beside it."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from hub.config import load_hall
from hub.journal import Body, Entry, Journal, JournalError
from hub.reports import question
from hub.reports.answer import Report
from hub.reports.fill import Reading, fill
from hub.reports.make import Reports, make_report
from hub.reports.question import Question
from hub.reports.store import Store, StoreError
from hub.rules.events import DayOpened
from tests.reports.month import FIRST, Month

DAYS = 4
SPAN = question.between("2026-10-01", "2026-11-30")


@pytest.fixture
def month(tmp_path: Path) -> Iterator[Month]:
    played = Month(tmp_path, seed=7)
    played.play(DAYS)
    yield played
    played.journal.close()


def report_of(month: Month) -> Report:
    return make_report(month.folder, month.file, Question(span=SPAN, by="person"))


def throw_away(month: Month) -> None:
    for path in month.folder.glob("reports.db*"):
        path.unlink()


def test_filled_row_by_row_day_by_day_or_at_once_it_is_the_same(tmp_path: Path) -> None:
    month = Month(tmp_path, seed=3)
    for count in range(DAYS):
        month.day(FIRST + timedelta(days=count), count)
        rows, month.entries = month.entries, []
        for begin in range(0, len(rows), 97):
            month.journal.append(rows[begin : begin + 97])
            report_of(month)
    grown = report_of(month)
    throw_away(month)
    assert report_of(month) == grown
    assert grown.total.now.served > 50
    month.journal.close()


@pytest.mark.parametrize("days", [None, 1])
def test_who_goes_on_from_the_last_report_counts_the_same(tmp_path: Path, days: int | None) -> None:
    """days: read in pieces before each report, as a hub does that has long not been asked."""
    month = Month(tmp_path, seed=3)
    reports = Reports(month.folder, month.file)
    for count in range(DAYS):
        month.day(FIRST + timedelta(days=count), count)
        rows, month.entries = month.entries, []
        for begin in range(0, len(rows), 97):
            month.journal.append(rows[begin : begin + 97])
            while days and not reports.catch_up(days):
                pass
            reports.make(Question(span=SPAN, by="person"))
    grown = reports.make(Question(span=SPAN, by="person"))
    throw_away(month)
    assert reports.make(Question(span=SPAN, by="person")) == grown
    assert report_of(month) == grown
    month.journal.close()


def test_what_a_report_had_read_already_is_not_read_again(month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    reports, seen = Reports(month.folder, month.file), []
    reports.make(Question(span=SPAN))
    take = Reading._take
    monkeypatch.setattr(Reading, "_take", lambda self, row: (seen.append(row.row), take(self, row)))
    month.journal.append([Entry(at=month.now, body=Body(note="new"))])
    assert reports.make(Question(span=SPAN)) == reports.make(Question(span=SPAN))
    assert len(seen) == 1


def test_many_days_are_read_some_at_a_time(month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.reports.fill.DAYS_AT_ONCE", 1)
    whole = report_of(month)
    throw_away(month)
    reports = Reports(month.folder, month.file)
    assert [reports.catch_up(1) for _ in range(DAYS)] == [False] * (DAYS - 1) + [True]
    assert reports.make(Question(span=SPAN, by="person")) == whole


def test_while_another_journal_lies_there_nothing_is_gone_on_with(month: Month) -> None:
    reports = Reports(month.folder, month.file)
    reports.make(Question(span=SPAN))
    month.journal.close()
    for path in month.folder.glob("journal.db*"):
        path.unlink()
    month.journal = Journal(month.folder / "journal.db")
    month.journal.append([Entry(at=month.now, body=Body(facts=(DayOpened(day="20261028", at=month.now),)))])
    assert reports.make(Question(span=SPAN)).total.now.taken == 0


def test_a_second_report_reads_nothing_twice(month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    first = report_of(month)
    monkeypatch.setattr(Store, "write", None)
    assert report_of(month) == first


CRASH = """
import os, sys
from pathlib import Path
from hub.config import load_hall
from hub.reports import fill as filling
from hub.reports.store import Store
folder, writes = Path(sys.argv[1]), int(sys.argv[2])
filling.DAYS_AT_ONCE = 1
keep = Store._keep_day
def crash(self, day):
    global writes
    keep(self, day)
    writes -= 1
    if not writes:
        os._exit(9)
Store._keep_day = crash
filling.fill(Store(folder / "reports.db"), folder / "journal.db", load_hall(folder / "hall.toml"))
"""


@pytest.mark.parametrize("writes", [1, 4])
def test_a_crash_in_the_middle_loses_nothing_and_counts_nothing_twice(month: Month, writes: int) -> None:
    whole = report_of(month)
    throw_away(month)
    died = subprocess.run([sys.executable, "-c", CRASH, str(month.folder), str(writes)], check=False, timeout=60)
    assert died.returncode == 9
    assert report_of(month) == whole


def test_the_present_day_grows(month: Month) -> None:
    before = report_of(month)
    month.day(FIRST + timedelta(days=DAYS + 1), DAYS + 1)
    month.keep()
    after = report_of(month)
    assert after.total.now.taken > before.total.now.taken
    throw_away(month)
    assert report_of(month) == after


def test_another_journal_is_read_from_its_begin(month: Month, tmp_path_factory: pytest.TempPathFactory) -> None:
    report_of(month)
    other = Month(tmp_path_factory.mktemp("other"), seed=8)
    other.play(DAYS)
    alone = report_of(other)
    other.journal.close()
    month.journal.close()
    for path in month.folder.glob("journal.db*"):
        path.unlink()
    for path in other.folder.glob("journal.db*"):
        (month.folder / path.name).write_bytes(path.read_bytes())
    assert report_of(month) == alone
    assert report_of(month).total.now.taken


def test_a_journal_that_became_shorter_is_another_one(month: Month) -> None:
    report_of(month)
    month.journal.close()
    (month.folder / "journal.db").unlink()
    for path in month.folder.glob("journal.db*"):
        path.unlink()
    month.journal = Journal(month.folder / "journal.db")
    month.journal.append([Entry(at=month.now, body=Body(facts=(DayOpened(day="20261028", at=month.now),)))])
    assert report_of(month).total.now.taken == 0


def test_where_the_day_begins_otherwise_all_is_counted_anew(month: Month) -> None:
    hours = {point.at for point in report_of(month).hours}
    text = month.file.read_text("utf-8").replace('id = "month"', 'id = "month"\ntimezone = "Asia/Tokyo"')
    month.file.write_text(text, encoding="utf-8")
    assert {point.at for point in report_of(month).hours} == {str((int(hour) + 1) % 24) for hour in hours}


def test_two_that_fill_at_once_do_not_harm_each_other(month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = report_of(month)
    throw_away(month)
    hall, journal = load_hall(month.file), month.folder / "journal.db"
    mine, theirs = Store(month.folder / "reports.db"), Store(month.folder / "reports.db")
    write, others = Store.write, [theirs]

    def after_another(store: Store, *more: object) -> bool:
        if others:
            fill(others.pop(), journal, hall)
        return write(store, *more)

    monkeypatch.setattr(Store, "write", after_another)
    place = fill(mine, journal, hall).place
    assert place == theirs.place()
    mine.close()
    theirs.close()
    assert report_of(month) == whole


@pytest.mark.parametrize("spoilt", [b"no database at all" * 100, b""])
def test_a_store_that_is_damaged_is_made_again(month: Month, spoilt: bytes) -> None:
    whole = report_of(month)
    throw_away(month)
    (month.folder / "reports.db").write_bytes(spoilt)
    assert report_of(month) == whole


def test_a_store_of_another_version_is_made_again(month: Month) -> None:
    whole = report_of(month)
    with sqlite3.connect(month.folder / "reports.db") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    assert report_of(month) == whole


def test_a_torn_page_is_found_and_the_store_made_again(month: Month) -> None:
    whole = report_of(month)
    path = month.folder / "reports.db"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    content = bytearray(path.read_bytes())
    content[8192 : len(content)] = b"\xa5" * (len(content) - 8192)
    path.write_bytes(content)
    assert report_of(month) == whole


def test_who_may_not_write_is_told(month: Month) -> None:
    (month.folder / "reports.db").mkdir()
    with pytest.raises(StoreError, match=r"reports\.db: cannot be used"):
        report_of(month)


def test_a_journal_that_cannot_be_read_is_said(month: Month) -> None:
    month.journal.close()
    for path in month.folder.glob("journal.db*"):
        path.unlink()
    with pytest.raises(FileNotFoundError, match=r"no journal\.db is there"):
        report_of(month)
    (month.folder / "journal.db").write_bytes(b"something else" * 100)
    with pytest.raises(JournalError):
        report_of(month)


def test_nothing_happened_yet(month: Month) -> None:
    report = make_report(month.folder, month.file, Question(span=question.year("2020")))
    assert (report.total.now.taken, report.lines, report.business_days, report.windows) == (0, (), 0, None)
    assert report.total.now.served_rate is None


def test_a_unit_that_is_none_is_refused(month: Month) -> None:
    with pytest.raises(ValueError, match="'交警' is no unit of this hall; there are: 出入境、户政"):
        make_report(month.folder, month.file, Question(span=SPAN, unit="交警"))


def test_the_local_rule_counts_unrated_as_basic_in_the_report_only(month: Month) -> None:
    plain = report_of(month).total.now
    assert plain.unrated > 0
    month.file.write_text(month.file.read_text("utf-8") + "\n[report]\nunrated_as_basic = true\n", encoding="utf-8")
    changed = report_of(month)
    ratings = dict(plain.ratings)
    ratings[3] = ratings.get(3, 0) + plain.unrated
    assert changed.total.now == replace(plain, ratings=dict(sorted(ratings.items(), reverse=True)), unrated=0)
    assert changed.as_basic == plain.unrated

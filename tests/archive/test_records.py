"""One record per ticket: every step with its moment, counter and named person, and nothing of who the citizen is."""

import csv
import json

import pytest

from hub.archive.finding import Search, find_records
from hub.archive.records import records_of
from hub.archive.steps import KINDS
from hub.archive.words import OUTCOMES, STEPS
from hub.journal import read_rows
from hub.rules import events
from hub.rules.steps import FINAL
from hub.rules.steps import STEPS as TICKET_STEPS
from tests.archive.book import CHEN, LI, SUN
from tests.archive.conftest import Place

EVENTFUL = Search(first="20261122", last="20261122")


def steps_of(record) -> list[tuple[str, int, str]]:
    return [(step.what, step.counter, step.by) for step in record.steps]


@pytest.mark.req("M26", "M13")
def test_a_ticket_that_went_through_everything_has_it_all_in_one_record(place: Place) -> None:
    (record,) = find_records(place.journal, Search(first="20261122", last="20261122", number="A001")).records
    assert steps_of(record) == [
        ("taken", 0, ""),
        ("printed", 0, ""),
        ("called", 1, CHEN),
        ("recalled", 1, CHEN),
        ("begun", 1, CHEN),
        ("parked", 1, CHEN),
        ("returned", 0, SUN),
        ("called", 1, CHEN),
        ("notice", 1, CHEN),
        ("transferred", 1, CHEN),
        ("called", 2, LI),
        ("begun", 2, LI),
        ("finished", 2, LI),
        ("rated", 2, LI),
        ("aspect-named", 2, ""),
    ]
    moments = [step.at for step in record.steps]
    assert moments == sorted(moments)
    assert (record.first_counter, record.first_person) == (1, CHEN), "首问责任人"
    assert (record.counters, record.staff) == ((1, 2), (CHEN, SUN, LI))
    assert (record.service, record.first_service) == ("B", "A")
    assert (record.calls, record.recalls, record.parked, record.transfers) == (3, 1, 1, 1)
    assert (record.outcome, record.result, record.rating, record.aspect) == ("done", "1", "2", 2)
    assert (record.waited_ms, record.served_ms) == (2000, 1000)
    assert record.notices == ("20261122-G001",)
    assert record.complaints == ("20261122-T001",), "a low rating is looked into"
    assert record.fee is None
    assert record.unnamed == 0


@pytest.mark.req("M26")
def test_offline_appointment_priority_and_not_rated_are_values_of_their_own(place: Place) -> None:
    alone, agreed, guided = [find_records(place.journal, EVENTFUL).records[at] for at in (2, 1, 0)]
    assert (alone.number, alone.told_at, alone.outcome, alone.rating) == ("A801", alone.taken_at, "left", "not-asked")
    assert (agreed.number, agreed.appointment, agreed.rating, agreed.has_priority) == ("Y001", "1234", "unrated", False)
    assert agreed.slot_to - agreed.slot_from == 3_600_000
    assert (guided.taken_by, guided.has_priority, guided.staff) == (SUN, True, (SUN,))


@pytest.mark.req("M13")
def test_what_nobody_signed_is_counted(place: Place) -> None:
    called = events.TicketCalled(serial=1, counter=1, candidates=(), at=9)
    alone = events.TicketCalled(serial=1, counter=1, candidates=(), at=9, why="automatic")
    finished = events.TicketFinished(serial=1, counter=1, at=10)
    rows = [(row.row, row.content().facts) for row in read_rows(place.journal, 1, 6)]
    assert [fact for _row, facts in rows for fact in facts if isinstance(fact, events.TicketTaken)]
    unnamed = [next(records_of([*rows, (9, facts)])).unnamed for facts in ((called, finished), (alone,), ())]
    assert unnamed == [2, 0, 0]


def test_every_step_of_a_ticket_and_every_end_has_words() -> None:
    assert {name for name, _detail in KINDS.values()} == set(STEPS)
    assert set(TICKET_STEPS) <= set(KINDS)
    assert set(OUTCOMES) == FINAL | {"open"}


@pytest.mark.req("M26", "M40")
def test_the_table_reads_well_and_says_of_nobody_what_he_has(place: Place) -> None:
    place.export("out")
    text = (place.folder / "out" / "records.csv").read_text(encoding="utf-8-sig")
    table = list(csv.DictReader(text.splitlines()))
    first = next(one for one in table if one["业务日"] == "20261122" and one["号码"] == "A001")
    assert (first["首问责任人"], first["评价"], first["不满意方面"]) == ("陈警官(027001)", "不满意", "工作态度")
    assert first["经过"].startswith("12:00:05 取号；12:00:06 出票；12:00:07 呼叫 1号窗 陈警官(027001)；")
    left = next(one for one in table if one["状态"] == "未办")
    assert left["经过"].endswith("；2026-11-22 12:00:01 未办（当日结束）"), "on the next day, so it says which"
    lines = (place.folder / "out" / "records.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["number"] for line in lines] == [one["号码"] for one in table]
    for name in ("records.csv", "records.jsonl"):
        assert "disabled" not in (place.folder / "out" / name).read_text(encoding="utf-8")


def test_records_are_found_by_all_that_they_are_asked_for_by(place: Place) -> None:
    def numbers(**wanted: object) -> list[str]:
        return [f"{one.day[6:]} {one.number}" for one in find_records(place.journal, Search(**wanted)).records]

    assert numbers(own_serial="20261122-G001") == ["22 A001"]
    assert numbers(serial=3, first="20261122") == ["25 A003", "24 A003", "23 A003", "22 Y001"]
    assert numbers(service="B") == ["22 Y001", "22 A001"]
    assert numbers(counter=2) == ["22 Y001", "22 A001"]
    assert numbers(staff=SUN) == ["22 A002", "22 A001"]
    assert numbers(last="20261121") == ["21 A003", "21 A002", "21 A001"]
    assert numbers(own_serial="20261122-G001", first="20261123") == []


def test_records_come_a_page_at_a_time(place: Place) -> None:
    every = find_records(place.journal, Search())
    assert (len(every.records), every.is_last) == (16, True)
    pages = [find_records(place.journal, Search(), skip=skip, limit=8) for skip in (0, 8)]
    assert [page.is_last for page in pages] == [False, True]
    assert (*pages[0].records, *pages[1].records) == every.records

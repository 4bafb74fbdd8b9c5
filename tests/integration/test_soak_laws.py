"""The laws of the week can fail: each is broken once here, in a journal and in views that are made for it."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from hardware.contract import KeyPressed, View
from hub.config import Hall, load_hall
from hub.faces.content import Looked
from hub.journal import Body, Entry, Journal
from hub.rules.events import DayOpened, Fact, PrintRepeated, TicketCalled, TicketPrinted, TicketTaken
from hub.views import face
from sim.bench.hall import EXAMPLE
from sim.soak.laws import Audit, Rules
from sim.soak.pace import Pace, PacedComputer, PacedLoop

AT = 1_795_750_000_000
DAY = DayOpened(day="20261123", at=AT)
JOB = "20261123-000001"


def taken(serial: int = 1, number: str = "A001", job: str = JOB) -> TicketTaken:
    where: dict[str, Any] = {"dispenser": "dispenser-1", "boot": 1, "cap": "A", "ahead": 0, "key": AT, "at": AT}
    return TicketTaken(serial=serial, number=number, service="A", klass="ordinary", job=job, **where)


def printed(serial: int = 1) -> TicketPrinted:
    return TicketPrinted(serial=serial, at=AT)


def called(serial: int = 1) -> TicketCalled:
    return TicketCalled(serial=serial, counter=1, candidates=(), at=AT)


def journal_of(folder: Path, facts: Sequence[Fact], events: Sequence[int] = (1, 2)) -> Path:
    """Return a journal in which these facts stand, and these events of a dispenser."""
    path = folder / "journal.db"
    journal = Journal(path)
    journal.append([Entry(at=AT, body=Body(facts=(fact,))) for fact in facts])
    for seq in events:
        press = KeyPressed(boot=1, seq=seq, turn=0, key="A")
        journal.append([Entry(at=AT, device="dispenser-1", boot=1, seq=seq, body=Body(message=press))])
    journal.close()
    return path


def player(kept: int = 2, papers: Sequence[str] = (JOB,), waiting: Sequence[KeyPressed] = ()) -> Any:
    return SimpleNamespace(name="dispenser-1", kept={1: kept}, papers=list(papers), waiting=tuple(waiting))


def found(path: Path, one: Any) -> tuple[list[str], list[str]]:
    audit = Audit(load_hall(EXAMPLE))
    audit.read(path)
    findings = audit.findings(path, [one])
    return findings.lost, findings.duplicated


def test_a_sound_journal_has_nothing_to_find(tmp_path: Path) -> None:
    assert found(journal_of(tmp_path, [DAY, taken(), printed(), called()]), player()) == ([], [])


def test_what_was_acknowledged_and_is_not_there_is_lost(tmp_path: Path) -> None:
    path = journal_of(tmp_path, [DAY, taken()], events=(1, 3))
    assert found(path, player(kept=3)) == (["dispenser-1 was promised its event 1.2"], [])


def test_what_was_never_answered_is_lost(tmp_path: Path) -> None:
    waiting = [KeyPressed(boot=1, seq=3, turn=0, key="A")]
    lost = ["dispenser-1 still waits for an answer to 1.3"]
    assert found(journal_of(tmp_path, [DAY, taken()]), player(waiting=waiting)) == (lost, [])


@pytest.mark.parametrize(
    ("facts", "papers", "words"),
    [
        ([DAY, taken(), taken(2, job="20261123-000002")], [JOB], "row 3 gives A001 again"),
        ([DAY, taken(), printed(), called(), called()], [JOB], "A001 was called again, to counter 1"),
        ([DAY, taken()], [JOB, JOB], f"job {JOB} was done 2 times"),
        ([DAY, taken()], [f"{JOB}-2"], f"job {JOB}-2 was done, and the journal knows nothing of it"),
    ],
)
def test_what_is_done_twice_is_found(tmp_path: Path, facts: list[Fact], papers: list[str], words: str) -> None:
    lost, twice = found(journal_of(tmp_path, facts), player(papers=papers))
    assert (lost, [one.partition(" -- ")[0] for one in twice]) == ([], [words])


def test_who_was_there_before_is_not_passed_by(tmp_path: Path) -> None:
    path = journal_of(
        tmp_path, [DAY, taken(), replace(taken(2, "A002"), at=AT + 1, key=AT + 1), printed(), printed(2), called(2)]
    )
    lost, twice = found(path, player())
    assert (lost, len(twice)) == ([], 1)
    assert "A002 was called to counter 1 before A001" in twice[0]


def test_another_day_has_its_own_numbers_and_a_marked_copy_is_none(tmp_path: Path) -> None:
    copy = PrintRepeated(serial=1, job=f"{JOB}-2", boot=1, at=AT)
    tomorrow = [DayOpened(day="20261124", at=AT), taken(job="20261124-000001"), printed(), called()]
    path = journal_of(tmp_path, [DAY, taken(), printed(), called(), copy, *tomorrow])
    assert found(path, player(papers=[JOB, f"{JOB}-2", "20261124-000001"])) == ([], [])


def views_of(hall: Hall, rules: Rules) -> dict[str, View]:
    """Return what all devices must show."""
    found = {}
    for device in hall.devices:
        must = face(Looked(hall=hall, state=rules.state, device=device, now=AT))
        parts = {part: getattr(must, part) for part in ("turn", "lamps", "panel", "stale", "arrow", "light", "calls")}
        found[device.name] = View(v=1, ack=(0, 0), **parts)
    return found


def test_a_view_that_says_something_else_than_the_rules_is_found(tmp_path: Path) -> None:
    hall = load_hall(EXAMPLE)
    rules = Rules(hall, journal_of(tmp_path, [DAY], events=()))
    rules.follow()
    views = views_of(hall, rules)
    assert rules.wrong(views, AT) == []
    one = views["lintel-3"]
    for wrong in (replace(one, turn=one.turn + 1), replace(one, panel=views["pad-3"].panel)):
        assert [words.split()[0] for words in rules.wrong(views | {"lintel-3": wrong}, AT)] == ["lintel-3"]
    del views["pad-7"]
    assert rules.wrong(views, AT) == ["pad-7 has no view"]


def test_a_paced_clock_loses_nothing_when_its_rate_changes() -> None:
    pace = Pace(100.0)
    computer = PacedComputer(pace)
    before = computer.time_ns() - time.time_ns()
    pace.change(1.0)
    began, life = computer.monotonic_ns(), time.monotonic_ns()
    assert abs(computer.monotonic_ns() - began - (time.monotonic_ns() - life)) < 10_000_000
    assert 0 <= computer.time_ns() - time.time_ns() - before < 60e9, "what was ahead stays ahead"


def test_a_paced_loop_waits_in_its_own_seconds() -> None:
    async def wait() -> float:
        began = time.monotonic()
        await asyncio.sleep(20)
        return time.monotonic() - began

    with asyncio.Runner(loop_factory=lambda: PacedLoop(Pace(200.0))) as runner:
        took_s = runner.run(wait())
    assert 0.1 <= took_s < 2

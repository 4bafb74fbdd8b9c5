"""A journal that a bad disk has damaged is refused with a remedy; a clock that jumps opens no day twice."""

import random
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.journal import days_of, read_rows, verify
from hub.rules.events import TicketTaken
from sim import Hall
from sim.disk.damage import Damage
from sim.disk.tracer import CannotBreakError
from sim.errors import HallStartError, NoSuchThingError
from tests.hall.hands import ticket

ONE = Path(__file__).parents[2] / "examples" / "one-counter.toml"
DAY_S = 24 * 3600
REFUSALS: dict[Damage, str] = {
    "tail-lost": r"ends with row \d+, but row \d+ was written: its last rows are lost; restore the last copy",
    "torn": r"journal\.db cannot be read as a journal \(.*\); restore the last copy, and keep this file",
}


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    async with Hall(ONE, at="2026-11-23T09:20:00") as hall:
        yield hall


async def take(hall: Hall, count: int = 1) -> list[str]:
    return [await ticket(hall) for _ in range(count)]


def moments(hall: Hall) -> list[int]:
    return [row.at for row in read_rows(hall.journal) for fact in row.content().facts if isinstance(fact, TicketTaken)]


@pytest.mark.req("M4", "M26")
async def test_a_damaged_journal_is_refused_with_a_remedy(hall: Hall) -> None:
    assert await take(hall, 3) == ["A001", "A002", "A003"]
    mark = hall.state / "journal.db-end"
    rows = sum(1 for _ in read_rows(hall.journal))
    await hall.until(lambda: mark.exists() and int(mark.read_text().split()[-1]) >= rows)
    with pytest.raises(CannotBreakError, match="end the hub before its journal is damaged"):
        hall.damage_journal("torn")
    await hall.kill_hub()
    with pytest.raises(ValueError, match="no damage 'wet'; a journal is torn or tail-lost"):
        hall.damage_journal("wet")  # type: ignore[arg-type]
    for how in REFUSALS:
        hall.damage_journal(how, random.Random(2))
        with pytest.raises(HallStartError) as refused:
            await hall.start_hub()
        assert re.search(REFUSALS[how], str(refused.value)), refused.value
        assert "Traceback" not in str(refused.value)
        await hall.mend_journal()
    await hall.start_hub()
    assert list(verify(hall.journal)) == []
    assert sum(1 for _ in read_rows(hall.journal)) >= rows
    await hall.kill_hub()
    hall.journal.unlink()
    with pytest.raises(NoSuchThingError, match="there is no journal to damage yet"):
        hall.damage_journal("torn")


@pytest.mark.req("M41")
async def test_a_clock_that_jumps_moves_no_number_and_changes_the_day_once(hall: Hall) -> None:
    assert await take(hall, 2) == ["A001", "A002"]
    for seconds in (-DAY_S, 3600, -600):
        hall.jump_clock(seconds)
        hall.jump_clock(-seconds)
    hall.jump_clock(-DAY_S)
    await hall.kill_hub()
    await hall.start_hub()
    assert await take(hall) == ["A003"], "a clock that went back opens no day again"
    hall.jump_clock(DAY_S)
    hall.jump_clock(DAY_S)
    await hall.kill_hub()
    await hall.start_hub()
    assert await take(hall) == ["A001"], "the next day"
    hall.jump_clock(-DAY_S)
    await hall.kill_hub()
    await hall.start_hub()
    assert await take(hall) == ["A002"], "no day comes twice"
    assert [day for day, _ in days_of(hall.journal)] == ["20261123", "20261124"]
    assert moments(hall) == sorted(moments(hall))
    assert list(verify(hall.journal)) == []

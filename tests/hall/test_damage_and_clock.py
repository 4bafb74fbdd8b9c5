"""A journal that a bad disk has damaged is refused with a remedy; a clock that jumps opens no day twice."""

import asyncio
import random
import re
import urllib.request
from collections.abc import AsyncIterator, MutableSequence
from pathlib import Path
from typing import Any

import pytest

from hardware.contract import HUB
from hub.chain_watch import PART
from hub.journal import days_of, read_rows, verify
from hub.rules.events import HealthFound, TicketTaken
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


class Early(random.Random):
    """Luck by which the second of all pages is hit; the first has the row that says whose journal it is."""

    def shuffle(self, x: MutableSequence[Any]) -> None:
        """Put the pages in their order, the first one last."""
        x[:] = [*sorted(x)[1:], min(x)]


def journal_faults(hall: Hall) -> list[bool]:
    """Return whether the hub says that rows are damaged, each time that it has said anything of itself today."""
    facts = (fact for row in read_rows(hall.journal, days_of(hall.journal)[-1][1]) for fact in row.content().facts)
    return [PART in fact.faults for fact in facts if isinstance(fact, HealthFound) and fact.device == HUB]


@pytest.mark.req("M4", "M26", "M34")
async def test_with_rows_of_an_earlier_day_damaged_a_hall_goes_on_and_says_so(hall: Hall) -> None:
    assert await take(hall, 2) == ["A001", "A002"]
    hall.jump_clock(DAY_S)
    await hall.kill_hub()
    await hall.start_hub()
    assert await take(hall) == ["A001"], "the next day"
    await hall.kill_hub()
    hall.damage_journal("torn", Early())
    await hall.start_hub()
    assert await take(hall) == ["A002"]
    await hall.until(lambda: journal_faults(hall) == [True])
    page = await asyncio.to_thread(urllib.request.urlopen, f"{hall.screen_url}devices")
    assert "以往记录有损坏，请用备份恢复" in page.read().decode()
    await hall.mend_journal()
    await hall.start_hub()
    assert await take(hall) == ["A003"], "what was written on a damaged journal is kept too"
    await hall.until(lambda: journal_faults(hall) == [True, False])
    assert list(verify(hall.journal)) == []


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

"""A disk that is full, read-only, failing or slow: who presses waits, nobody is told what is not kept, all goes on."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.journal import read_rows, verify
from hub.rules.events import TicketTaken
from sim import Hall
from sim.disk.tracer import CannotBreakError
from sim.disk.trouble import DiskTrouble
from tests.hall.hands import ticket

ONE = Path(__file__).parents[2] / "examples" / "one-counter.toml"
BROKEN = "系统故障"


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    async with Hall(ONE) as hall:
        yield hall


def says(hall: Hall, device: str, text: str) -> bool:
    panel = hall.device(device).panel
    return panel is not None and text in panel.text


def taken(hall: Hall) -> int:
    return sum(isinstance(fact, TicketTaken) for row in read_rows(hall.journal) for fact in row.content().facts)


@pytest.mark.req("M41")
async def test_a_disk_in_trouble_stops_the_hall_aloud_and_loses_nothing(hall: Hall) -> None:
    troubles: tuple[DiskTrouble, ...] = ("full", "read-only", "failing")
    for number, trouble in enumerate(troubles, 1):
        await hall.disk(trouble)
        await hall.press("dispenser-1", "A")
        for device in hall.devices:
            await hall.panel(device, BROKEN)
        assert not hall.snapshot().devices[0].slips[number - 1 :], "paper that is in no journal"
        await hall.disk("well")
        assert await ticket(hall, pressed=True) == f"A{number:03}"
        await hall.until(lambda: not says(hall, "lintel-1", BROKEN))
    assert taken(hall) == 3
    assert list(verify(hall.journal)) == []


async def test_a_slow_disk_makes_a_press_wait_and_stays_slow_for_the_next_hub(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hall.disk("slow", slow_ms=400)
    await hall.kill_hub()
    await hall.start_hub()
    loop = asyncio.get_running_loop()
    began = loop.time()
    await hall.press("dispenser-1", "A")
    await hall.until(lambda: bool(hall.snapshot().devices[0].slips))
    assert loop.time() - began > 0.4
    await hall.disk("well")
    await hall.paper("dispenser-1")
    assert await ticket(hall) == "A002"
    with pytest.raises(ValueError, match="no trouble 'wet'; a disk is well, full, read-only, failing or slow"):
        await hall.disk("wet")  # type: ignore[arg-type]
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(CannotBreakError, match="run: apt-get install strace"):
        await hall.disk("full")
    assert hall.programs().hub.disk.trouble == "well"

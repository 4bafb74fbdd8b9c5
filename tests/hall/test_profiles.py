"""The shipped halls as people find them: what each counter calls, in which order, and where it is shown."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.hall.staffed import StaffedHall

EXAMPLES = Path(__file__).parents[2] / "examples"


@asynccontextmanager
async def shipped(folder: Path, name: str) -> AsyncIterator[StaffedHall]:
    """Run a shipped hall, without the pause after a call."""
    text = (EXAMPLES / f"{name}.toml").read_text(encoding="utf-8").replace("call_pause_s = 3", "call_pause_s = 0")
    if "[rules]" not in text:
        text += "\n[rules]\ncall_pause_s = 0\n"
    hall = StaffedHall(folder, text, None)
    try:
        await hall.start()
        yield hall
    finally:
        await hall.close()


async def calls(hall: StaffedHall, number: int, ticket: str, at: str = "lintel") -> None:
    """Press 顺呼 at a counter and see its call."""
    await hall.press(f"pad-{number}", "next")
    await hall.shows(f"{at}-{number}", f"请{ticket}号到{number}号窗")


@pytest.mark.req("S5")
async def test_one_counter_is_a_comprehensive_one(tmp_path: Path) -> None:
    async with shipped(tmp_path, "one-counter") as hall:
        await hall.shows("lintel-1", "综合业务")
        for key in ("D", "A"):
            assert "1号窗口" in await hall.ticket(key)
        await calls(hall, 1, "D001")
        await calls(hall, 1, "A001")
        await hall.press("pad-1", "finish")
        await hall.shows("pad-1", "无人等候")


@pytest.mark.req("S5")
async def test_of_two_counters_the_dedicated_one_serves_its_own_first_and_then_the_others(tmp_path: Path) -> None:
    async with shipped(tmp_path, "two-counters") as hall:
        await hall.shows("lintel-1", "户籍专窗")
        await hall.shows("lintel-2", "综合业务")
        for key in ("B", "B", "A"):
            assert "1、2号窗口" in await hall.ticket(key)
        await calls(hall, 1, "A001")
        await calls(hall, 1, "B001")
        await calls(hall, 2, "B002")


@pytest.mark.req("S5")
async def test_in_a_hall_of_its_own_every_comprehensive_counter_serves_every_service(tmp_path: Path) -> None:
    async with shipped(tmp_path, "five-counters") as hall:
        await hall.shows("lintel-1", "户籍专窗")
        for key in ("D", "B", "C", "A", "A"):
            assert ("1至5号窗口" if key == "A" else "2至5号窗口") in await hall.ticket(key)
        await calls(hall, 1, "A001")
        for number, ticket in ((2, "D001"), (3, "B001"), (4, "C001"), (5, "A002")):
            await hall.shows(f"lintel-{number}", "综合业务")
            await calls(hall, number, ticket)


@pytest.mark.req("S5", "S1")
async def test_a_lounge_calls_on_its_tables_what_the_guide_has_taken(tmp_path: Path) -> None:
    async with shipped(tmp_path, "lounge") as hall:
        await hall.shows("table-1", "户籍专窗")
        await hall.shows("table-2", "综合业务")
        for service in ("2", "1"):
            await hall.do("guide-1", "ticket", service, "")
            assert "莲花派出所会客厅" in await hall.paper("printer-1")
        await calls(hall, 1, "A001", "table")
        await calls(hall, 2, "B001", "table")
        assert not [name for name in hall.panels if name.startswith("lintel")]

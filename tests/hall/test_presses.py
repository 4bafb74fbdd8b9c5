"""Presses that come five times, late, or from people in a hurry; on the real firmware, down to the dots."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.journal import read_rows
from hub.rules.events import TicketCalled, TicketTaken
from sim import Hall

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    async with Hall(str(ROOT / "examples" / "one-counter.toml")) as hall:
        yield hall


def calls(hall: Hall) -> list[int]:
    return [
        fact.serial for row in read_rows(hall.journal) for fact in row.content().facts if isinstance(fact, TicketCalled)
    ]


def presses(hall: Hall, device: str) -> int:
    """Return how many presses of a device have been decided."""
    return sum(row.device == device and '"do":"key"' in row.body for row in read_rows(hall.journal))


async def take(hall: Hall, count: int) -> None:
    for _ in range(count):
        await hall.press("dispenser-1", "A")
        await hall.paper("dispenser-1")


async def until_decided(hall: Hall, device: str, count: int) -> None:
    async with asyncio.timeout(20):
        while presses(hall, device) < count:  # noqa: ASYNC110  (it is waited for in a file)
            await asyncio.sleep(0.02)


@pytest.mark.alone
async def test_a_key_pressed_five_times_within_a_second_calls_one_ticket(hall: Hall) -> None:
    await take(hall, 6)
    started = time.monotonic()
    for _ in range(5):
        await hall.press("pad-1", "next")
    assert time.monotonic() - started < 1.0
    await until_decided(hall, "pad-1", 5)
    await hall.panel("lintel-1", "A001")
    assert calls(hall) == [1]


@pytest.mark.parametrize("call_pause_s", [3, 0], ids=["as usual", "by the turn alone"])
async def test_five_presses_delivered_after_ten_seconds_without_network_call_one_ticket(
    tmp_path: Path, call_pause_s: int
) -> None:
    """All five were made for what was on show before the cut; without any pause between calls it is still one."""
    file = tmp_path / "hall.toml"
    text = (ROOT / "examples" / "one-counter.toml").read_text(encoding="utf-8")
    file.write_text(f"{text}\n[rules]\ncall_pause_s = {call_pause_s}\n", encoding="utf-8")
    async with Hall(str(file)) as hall:
        await take(hall, 6)
        hall.cut("pad-1")
        for _ in range(5):
            await hall.press("pad-1", "next")
        await asyncio.sleep(10)  # the length of the cut is what is tested
        assert calls(hall) == []
        hall.mend("pad-1")
        await until_decided(hall, "pad-1", 5)
        await hall.panel("lintel-1", "A001")
        assert calls(hall) == [1]


async def test_a_pad_says_why_a_press_came_to_nothing(hall: Hall) -> None:
    await hall.press("pad-1", "next")
    assert (await hall.panel("pad-1", "无号码")).text == "无号码"
    await take(hall, 2)
    await hall.panel("pad-1", "等候2人")
    await hall.press("pad-1", "next")
    await hall.panel("pad-1", "A001")
    await hall.press("pad-1", "next")
    await hall.panel("pad-1", "正在呼叫")
    await hall.panel("pad-1", "A001")
    assert calls(hall) == [1]


async def test_a_ticket_is_called_recalled_and_finished(hall: Hall) -> None:
    await take(hall, 1)
    await hall.press("pad-1", "next")
    shown = await hall.panel("lintel-1", "A001")
    assert shown.text == "请A001号到1号窗"
    await hall.until(lambda: hall.lamps("pad-1")["finish"])
    await hall.press("pad-1", "finish")
    assert (await hall.panel("lintel-1", "综合业务")).text == "1号窗口 综合业务"
    assert hall.lamps("pad-1") == {"next": False, "recall": False, "no-show": False, "finish": False}


async def test_a_dispenser_that_is_pressed_again_while_it_prints_gives_one_ticket(hall: Hall) -> None:
    for _ in range(3):
        await hall.press("dispenser-1", "A")
    ticket = await hall.paper("dispenser-1")
    assert "A001" in ticket.text
    await until_decided(hall, "dispenser-1", 3)
    taken = [
        fact.number for row in read_rows(hall.journal) for fact in row.content().facts if isinstance(fact, TicketTaken)
    ]
    assert taken == ["A001"]


@pytest.mark.req("M4", "M41")
async def test_without_paper_no_number_is_given_and_the_dispenser_says_so(hall: Hall) -> None:
    hall.printer("dispenser-1").paper_out = True
    await hall.panel("dispenser-1", "缺纸")
    await hall.press("dispenser-1", "A")
    await until_decided(hall, "dispenser-1", 1)
    hall.printer("dispenser-1").paper_out = False
    await hall.panel("dispenser-1", "请按键取号")
    await hall.press("dispenser-1", "A")
    assert "A001" in (await hall.paper("dispenser-1")).text


@pytest.mark.req("M4", "M41")
async def test_a_hall_without_its_hub_says_so_and_goes_on_when_it_is_back(hall: Hall) -> None:
    await take(hall, 1)
    await hall.press("pad-1", "next")
    await hall.panel("lintel-1", "A001")
    lost = asyncio.create_task(hall.until(lambda: not hall.lamps("dispenser-1")["A"], limit_s=30))
    await hall.kill_hub()
    await hall.panel("lintel-1", "请稍候", limit_s=25)
    await hall.panel("pad-1", "手工叫号")
    await lost
    await hall.until(lambda: hall.lamps("dispenser-1")["A"])
    await hall.press("dispenser-1", "A")
    assert (await hall.paper("dispenser-1")).text[1] == "A801", "dispensers go on alone"
    await hall.start_hub()
    assert (await hall.panel("lintel-1", "A001")).text == "请A001号到1号窗"


async def test_a_dispenser_that_lost_its_power_asks_and_prints_again_and_says_so(hall: Hall) -> None:
    await hall.press("dispenser-1", "A")
    await hall.panel("dispenser-1", "正在出票")
    await hall.power_cut("dispenser-1")
    await hall.power_on("dispenser-1")
    await hall.panel("dispenser-1", "A001拿到票了吗", limit_s=20)
    papers = [await hall.paper("dispenser-1", limit_s=40)]
    while "（补打）" not in papers[-1].text:
        papers.append(await hall.paper("dispenser-1", limit_s=40))
    assert len(papers) <= 2
    await hall.panel("pad-1", "等候1人")

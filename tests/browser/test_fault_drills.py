"""A visitor breaks everything there is on the page, sees what is broken, and mends it again."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect
from playwright.async_api import Page as Tab

from hub.journal import verify
from sim import Hall
from sim.changes import Troubles
from sim.errors import WaitedInVainError
from sim.web import Page
from tests.browser.test_page import key, visit
from tests.hall.hands import PATIENCE_S

ONE = Path(__file__).parents[2] / "examples" / "one-counter.toml"
SIZE = (1366, 768)


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    async with Hall(ONE) as hall:
        yield hall


async def broken(tab: Tab, *words: str) -> None:
    """Wait until exactly these troubles are listed."""
    await expect(tab.locator("#broken-now li")).to_have_text(list(words))


async def press(tab: Tab, name: str) -> None:
    await tab.locator(f"#{name}").click()


@pytest.mark.bad_input
@pytest.mark.req("M4")
async def test_all_that_breaks_can_be_broken_and_mended_and_stays_in_sight(
    browser: Browser, hall: Hall, pictures: Path
) -> None:
    async with Page(hall) as served:
        tab = await visit(browser, served, SIZE)
        await expect(tab.locator("#state-faults")).to_be_hidden()
        await key(tab, "故障演练").click()
        await expect(tab.locator("#broken-none")).to_be_visible()
        await tab.get_by_label("1号窗 门楣屏 面板").select_option("panel-garbled")
        await tab.get_by_label("1号窗 呼叫器 链路").select_option("link-awful")
        await tab.get_by_label("1号窗 门楣屏 程序卡死").check()
        await tab.get_by_label("1号窗 门楣屏 程序卡死").uncheck()
        await tab.get_by_label("1号窗 门楣屏 狂发消息").check()
        await tab.locator("#disk").select_option("slow")
        await press(tab, "clock-1")
        await press(tab, "broker-hang")
        await tab.locator("#storm").select_option("5")
        await broken(
            tab,
            "消息服务卡死",
            "磁盘很慢",
            "中枢时钟快1小时",
            "有人乱按，每秒5次",
            "1号窗 呼叫器：链路不好",
            "1号窗 门楣屏：狂发消息",
            "1号窗 门楣屏：面板花屏",
        )
        await tab.screenshot(path=pictures / "fault-drills.png")
        await expect(tab.locator("#state-faults")).to_have_text("故障 7 项")
        assert await tab.evaluate("document.querySelector('#faults').getBoundingClientRect().bottom <= innerHeight")
        assert hall.snapshot().troubles == Troubles(broker_hangs=True, disk="slow", clock_s=3600, storm_per_s=5)
        await press(tab, "all-well")
        await broken(tab)
        assert hall.snapshot().troubles == Troubles()
        await _journal_and_power(tab)
        await key(tab, "关闭").click()
        await _take_ticket(tab, hall)
    assert list(verify(hall.journal)) == []


async def _take_ticket(tab: Tab, hall: Hall) -> None:
    """Take one as a citizen does, who presses again where nothing comes: the dispenser's hub is not the one it knew."""
    slips = len(hall.snapshot().devices[0].slips)
    dispenser = tab.locator('[data-device="dispenser-1"][data-key="A"]')

    def has_printed() -> bool:
        return len(hall.snapshot().devices[0].slips) > slips

    await expect(dispenser).to_have_attribute("data-lamp", "on")
    for _ in range(4):
        await dispenser.click()
        with contextlib.suppress(WaitedInVainError):
            await hall.until(has_printed, limit_s=PATIENCE_S)
            return
    pytest.fail("no ticket, however often the key was pressed")


async def _journal_and_power(tab: Tab) -> None:
    """Hang the hub, cut its power, damage its journal, have it refused, put it back."""
    await press(tab, "hub-hang")
    await broken(tab, "中枢卡死")
    await press(tab, "hub-thaw")
    await broken(tab)
    await press(tab, "hub-power")
    await broken(tab, "中枢已停止")
    await press(tab, "journal-torn")
    await broken(tab, "中枢已停止", "日志库有一页损坏")
    await press(tab, "hub-start")
    await expect(tab.locator("#trouble")).to_contain_text("restore the last copy")
    await press(tab, "journal-mend")
    await broken(tab, "中枢已停止")
    await press(tab, "hub-start")
    await expect(tab.locator("#state-hub")).to_have_text("中枢 运行中")
    await broken(tab)

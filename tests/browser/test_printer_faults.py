"""The page's menu of what can go wrong with a printer: chosen, seen, and well again."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from sim import Hall
from sim.changes import Faults
from sim.web import Page
from tests.browser.test_page import key, visit

FAULTS = {
    "纸将用尽": "paper-low",
    "缺纸": "paper-out",
    "打到一半缺纸": "paper-ends",
    "纸盖打开": "cover-open",
    "切刀卡住": "cutter",
    "卡纸": "jam",
    "只打印，不应答": "silent",
    "没有反应": "deaf",
    "打印很慢": "slow",
    "打到一半断电": "dying",
}


@pytest.mark.req("M4")
async def test_every_fault_of_a_printer_can_be_tried_and_ended(
    browser: Browser, served: Page, hall: Hall, pictures: Path
) -> None:
    tab = await visit(browser, served)
    device, note = hall.device("dispenser-1"), tab.locator("#device-dispenser-1 .printer-note")
    await key(tab, "故障演练").click()
    menu = tab.get_by_role("combobox", name="取号机 1 打印机")
    assert await menu.locator("option").all_text_contents() == ["正常", *FAULTS]
    for words, what in FAULTS.items():
        await menu.select_option(words)
        await expect(note).to_have_text(words)
        assert device.now().faults == Faults(now=(what,))
    assert "undefined" not in await tab.locator("#fault-rows").inner_text()
    await tab.screenshot(path=pictures / "printer-faults.png")
    await menu.select_option("正常")
    await expect(note).to_have_text("请取走号票")
    assert device.now().faults == Faults()


async def test_paper_that_ends_in_the_middle_is_seen_as_torn_and_as_missing(
    browser: Browser, served: Page, hall: Hall, pictures: Path
) -> None:
    tab = await visit(browser, served)
    await key(tab, "故障演练").click()
    menu = tab.get_by_role("combobox", name="取号机 1 打印机")
    await menu.select_option("打到一半缺纸")
    await key(tab, "关闭").click()
    await key(tab, "取号机 A 户籍").click()
    note = tab.locator("#device-dispenser-1 .printer-note")
    await expect(note).to_have_text("缺纸")
    assert hall.device("dispenser-1").now().slips == ()
    await key(tab, "故障演练").click()
    await expect(menu).to_have_value("paper-out")
    await menu.select_option("正常")
    slip = tab.locator("#device-dispenser-1 .tray li img").first
    await slip.evaluate("image => Promise.all(image.closest('li').getAnimations().map(({ finished }) => finished))")
    torn = hall.device("dispenser-1").now().slips[0]
    assert torn.text[:2] == ("东湖派出所综合服务大厅", "A001")
    assert not any("校验码" in line for line in torn.text)
    await key(tab, "关闭").click()
    await tab.screenshot(path=pictures / "torn.png")

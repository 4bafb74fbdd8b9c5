"""The duty officer's day in a browser: he sees the hall change, opens a window, reports a fault (M19, M33)."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from hub.rules import commands
from tests.browser.axe import serious
from tests.staff.house import CHEN, LI, open_house, staff_hall
from tests.staff.served import come_in, serve

LATE = "[alerts]\npeak_waiting = 3\naverage_wait_min = 10\nempty_after_s = 1\n"


@pytest.mark.req("M6", "M19", "M33", "M41", "S11", "S13")
async def test_an_officer_walks_through_his_day(tmp_path: Path, browser: Browser, pictures: Path) -> None:
    text = staff_hall(rules="day_volume = 150", more=LATE)
    async with open_house(tmp_path, text) as pages, serve(pages) as address:
        page = await browser.new_page(viewport={"width": 1366, "height": 768})
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        await come_in(page, address, LI, "/staff/duty")
        await expect(page.get_by_role("heading", name="值班台")).to_be_visible()
        for _ in range(4):
            pages.house.ask(commands.TakeTicket(dispenser="dispenser-1", key="A", boot=1, service="A"))
            await expect(page.locator("#sums")).to_contain_text(f"今日取号{len(pages.house.state.tickets)}")
        await expect(page.locator("#alarms")).to_contain_text("高峰 等候4人")
        await expect(page.locator("#alarms")).to_contain_text("空岗")
        await expect(page.locator("#sums")).to_contain_text("应开2个窗口，现开0个")
        await page.screenshot(path=pictures / "duty-peak.png", full_page=True)
        pages.house.ask(commands.SignIn(counter=1, person=CHEN))
        pages.house.ask(commands.CallNext(counter=1))
        await expect(page.locator("#counters")).to_contain_text("呼叫 A001")
        await page.get_by_role("button", name="调整窗口业务").click()
        await page.locator("#d-services select").select_option("2")
        await page.locator("#d-services").get_by_label("B 出入境").check()
        await page.screenshot(path=pictures / "duty-services.png")
        await page.locator("#d-services button.main").click()
        await expect(page.locator("#said")).to_have_text("2号窗口的业务已调整")
        await expect(page.locator("#counters")).to_contain_text("出入境")
        page.on("dialog", lambda dialog: dialog.accept())
        await page.get_by_role("button", name="报告系统故障").click()
        await expect(page.locator("#sums")).to_contain_text("报告了系统故障")
        await page.get_by_role("link", name="突发情况").click()
        await expect(page.get_by_text("系统故障（人工报告）")).to_be_visible()
        await page.screenshot(path=pictures / "duty-incidents.png", full_page=True)
        assert await serious(page) == []
        await page.set_viewport_size({"width": 1280, "height": 800})
        await page.goto(f"{address}/staff/duty")
        await page.screenshot(path=pictures / "duty-tablet.png", full_page=True)
        assert await serious(page) == []
        assert {url for url in asked if not url.startswith(address)} == set()
        await page.close()

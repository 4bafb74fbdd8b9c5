"""The clerk's counter in a browser, on a morning: keys, materials, papers, and the citizen's screen."""

import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from hub.rules import commands
from tests.staff.house import CHEN, PIN, Pages, open_house, staff_hall
from tests.staff.served import come_in, serve
from tests.staff.test_counter import RESULTS, take

PC, TABLET = {"width": 1366, "height": 768}, {"width": 1280, "height": 800}


async def has_nothing_serious(page: Page) -> None:
    found = await Axe().run(page)
    assert [one["id"] for one in found.response["violations"] if one["impact"] in ("serious", "critical")] == []


async def fits(page: Page) -> None:
    """Nothing sticks out to the right, and whatever is pressed is large enough for a finger."""
    size = page.viewport_size or {}
    assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    for button in await page.locator("main button:visible").all():
        box = await button.bounding_box()
        assert box
        assert box["height"] >= 47.5, await button.inner_text()


async def calls_and_serves(page: Page, pictures: Path) -> None:
    await page.dblclick("#key-next")
    await expect(page.locator(".counter-number")).to_have_text("A001")
    await expect(page.locator("#said")).to_have_text("已呼叫 A001")
    await page.keyboard.press("F3")
    await expect(page.locator("#said")).to_have_text("再次呼叫 A001")
    await page.click("#key-begin")
    await expect(page.locator(".counter-told")).to_contain_text("办理中")
    await page.screenshot(path=pictures / "counter-serving.png")
    await page.keyboard.press("F8")
    await expect(page.locator("#lists")).to_contain_text("A001 挂起")
    await page.keyboard.press("F2")
    await expect(page.locator(".counter-number")).to_have_text("A002")


async def tells_what_is_missing(page: Page, second: Page, pictures: Path) -> None:
    await expect(second.locator(".second-number")).to_contain_text("A002")
    await page.click("#tick-1")
    await expect(page.locator("#tick-1")).to_have_attribute("aria-pressed", "true")
    await expect(second.locator("#seen h2")).to_have_text("还缺 2 项材料")
    await second.screenshot(path=pictures / "second-missing.png")
    await page.click("button:has-text('打印告知单（缺 2 项）')")
    await expect(page.locator("#said")).to_contain_text("已送打印")
    await expect(page.locator("#slip")).to_contain_text("已打出")
    await page.screenshot(path=pictures / "counter-notice.png")
    await page.click("#open-notice")
    await page.fill("#notice textarea", "租房合同")
    await page.screenshot(path=pictures / "counter-notice-more.png")
    await page.click("#notice button:has-text('打印告知单')")
    await expect(page.locator("#slip")).to_contain_text("G002")


async def a_form_stands_while_the_hall_goes_on(page: Page, pages: Pages) -> None:
    """What is half typed is not lost, and what came meanwhile is shown when the form is closed."""
    await page.click("#open-numbers")
    await page.fill("#numbers input[name=number]", "A0")
    number = take(pages)
    await expect(page.locator("#line")).to_contain_text("3")
    await expect(page.locator("#numbers input[name=number]")).to_have_value("A0")
    await page.click("#numbers button[value=close]")
    await expect(page.locator(f"#special option[value={number}]")).to_have_count(1)


async def refuses_with_a_reason_and_leaves(page: Page, second: Page, pictures: Path) -> None:
    await page.click("#open-result-3")
    await page.screenshot(path=pictures / "counter-refusal.png")
    await page.click("#result-3 button:has-text('不属本所管辖')")
    await expect(page.locator("#said")).to_have_text("A002 不予受理")
    await expect(page.locator(".counter-number")).to_have_text("空闲")
    await expect(second.locator("#seen")).to_contain_text("欢迎")
    await second.screenshot(path=pictures / "second-welcome.png")
    await page.click("#open-pause")
    await page.screenshot(path=pictures / "counter-leaving.png")
    await page.click("#pause button:has-text('就餐')")
    await expect(second.locator("#seen")).to_contain_text("就餐")
    await second.screenshot(path=pictures / "second-away.png")
    await page.screenshot(path=pictures / "counter-away.png")
    await page.fill("#keys input[name=pin]", PIN)
    await page.keyboard.press("Enter")
    await expect(page.locator("#keys")).to_contain_text("顺呼")


@pytest.mark.req("S7", "M15", "M17", "M36")
async def test_a_clerks_morning(browser: Browser, pictures: Path, tmp_path: Path) -> None:
    text = staff_hall(RESULTS)
    async with open_house(tmp_path, text) as pages, serve(pages) as address:
        context = await browser.new_context(viewport=PC)  # type: ignore[arg-type]
        page = await context.new_page()
        complaints: list[Any] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("request", lambda request: complaints.extend([request.url] * (not request.url.startswith(address))))
        for service in ("A", "A", "A", "B"):
            take(pages, service)
        await come_in(page, address, CHEN, "/staff/counter/choose")
        await page.screenshot(path=pictures / "counter-choose.png")
        await page.click("text=1号窗")
        await page.wait_for_url(f"{address}/staff/counter")
        await page.click("text=陈警官 在本窗上岗")
        await expect(page.locator("#keys")).to_contain_text("空闲")
        await page.screenshot(path=pictures / "counter-idle.png")
        async with page.expect_popup() as opened:
            await page.click("text=群众屏")
        second = await opened.value
        await second.set_viewport_size(TABLET)  # type: ignore[arg-type]
        await calls_and_serves(page, pictures)
        await tells_what_is_missing(page, second, pictures)
        await fits(page)
        await a_form_stands_while_the_hall_goes_on(page, pages)
        await refuses_with_a_reason_and_leaves(page, second, pictures)
        await page.keyboard.press("F2")
        await expect(page.locator(".counter-number")).to_have_text(re.compile("A00"))
        pages.house.ask(commands.Begin(counter=1))
        await expect(page.locator(".counter-told")).to_contain_text("办理中")
        await page.set_viewport_size(TABLET)  # type: ignore[arg-type]
        await fits(page)
        await page.screenshot(path=pictures / "counter-tablet.png")
        assert complaints == []
        watched = await browser.new_context(storage_state=await context.storage_state(), bypass_csp=True)
        for path in ("/staff/counter", "/staff/counter/choose", "/staff/second"):
            looked = await watched.new_page()
            await looked.goto(f"{address}{path}")
            await has_nothing_serious(looked)
        await watched.close()
        await context.close()

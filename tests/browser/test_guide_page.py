"""The guide's day on a tablet: two taps to a ticket, a lost one found, an appointment, a printer without paper (M7)."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from hub.rules import commands
from tests.browser.axe import serious
from tests.staff.house import CHEN, SUN, open_house, staff_hall
from tests.staff.served import come_in, serve
from tests.staff.test_guide import EAST, SERVICE_A

SMALL = """() => [...document.querySelectorAll("main button, main a, .chips label")]
    .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 48).map((one) => one.outerHTML)"""
SIDEWAYS = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.mark.req("M7", "M24", "M25", "M35", "S10", "S21")
async def test_a_guide_walks_through_her_day(tmp_path: Path, browser: Browser, pictures: Path) -> None:
    text = staff_hall(rules='offer_after_min = 20\nno_show = "keep"', service_a=SERVICE_A, more=EAST)
    async with open_house(tmp_path, text) as pages, serve(pages) as address:
        context = await browser.new_context(viewport={"width": 1280, "height": 800}, has_touch=True)
        page = await context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: dialog.accept())
        house, said = pages.house, page.locator("#said")
        agreed = commands.Appointment(code="1001", service="B", start=house.clock.now(), end=house.clock.now() + 60_000)
        house.ask(commands.ListAppointments(appointments=(agreed,)))
        house.ask(commands.SignIn(counter=1, person=CHEN))
        await come_in(page, address, SUN, "/staff/guide")
        await page.get_by_role("button", name="上岗").tap()
        await expect(said).to_have_text("已上岗")

        await page.locator('button[value="A"]').tap()
        await expect(said).to_contain_text("已取号 A001 户籍")
        await expect(page.locator("#recent")).to_contain_text("等候中")
        house.ask(commands.CallNext(counter=1))
        await expect(page.locator("#offers")).to_contain_text("取号前请告知群众：自助机可办，也可网上办")
        await page.get_by_text("老年人", exact=True).tap()
        await page.get_by_text("材料已预审").tap()
        await page.locator('button[value="B"]').tap()
        await expect(said).to_contain_text("已取号 B001 出入境")
        await expect(page.locator("#recent")).to_contain_text("等候中 · 老年人 · 已预审")
        await expect(page.get_by_label("普通")).to_be_checked()

        house.ask(commands.TakeTicket(dispenser="dispenser-1", key="A", boot=1, service="A", claim="disabled"))
        await page.get_by_role("button", name="核实残疾人").tap()
        await expect(said).to_have_text("A002 类别已核实")
        house.ask(commands.MarkNoShow(counter=1))
        house.ask(commands.ReportDevice(device="dispenser-2", state="ready", boot=1, alerts={"printer": "paper-out"}))
        await expect(page.locator("#alerts")).to_contain_text("东门取号机 缺纸")
        await page.screenshot(path=pictures / "guide-busy.png")
        assert await serious(page) == []
        assert await page.evaluate(SMALL) == []
        assert not await page.evaluate(SIDEWAYS)
        await page.locator("#todo").get_by_role("button", name="返回排队").tap()
        await expect(said).to_have_text("A001 已返回排队")

        await page.get_by_role("button", name="数字键").tap()
        for key in ("B", "9", "back", "1"):
            await page.locator(f'[data-type="{key}"]').tap()
        await expect(page.get_by_label("号码", exact=True)).to_have_value("B1")
        await page.screenshot(path=pictures / "guide-keys.png")
        await page.locator("#keys button.main").tap()
        await expect(page.locator("#ticket")).to_contain_text("B001")
        await page.locator("#ticket").get_by_role("button", name="1号取号机").tap()
        await expect(said).to_have_text("B001 正在补打")
        await page.locator("#ticket").get_by_role("button", name="军人").tap()
        await expect(page.locator("#ticket dl")).to_contain_text("军人")
        await page.screenshot(path=pictures / "guide-ticket.png")
        assert await serious(page) == []
        assert await page.evaluate(SMALL) == []
        await page.get_by_role("button", name="退号").tap()
        await expect(page.locator("#ticket dl")).to_contain_text("已退号")

        await page.get_by_role("link", name="预约签到").tap()
        await page.get_by_role("button", name="签到 1001").tap()
        await expect(said).to_contain_text("准时，按预约排队")
        await expect(page.locator("#agreed")).to_contain_text("已签到（1）")
        await page.screenshot(path=pictures / "guide-appointments.png")
        assert await serious(page) == []
        await page.get_by_role("link", name="办事指南").tap()
        await page.get_by_role("button", name="A 户籍").tap()
        await expect(said).to_contain_text("正在打印办事指南：户籍")
        await page.screenshot(path=pictures / "guide-guides.png")
        assert await serious(page) == []
        house.ask(commands.EndDay(by=CHEN))
        await page.get_by_role("link", name="代收件").tap()
        await page.get_by_role("button", name="B 出入境").tap()
        await expect(page.locator("#items")).to_contain_text("待下次开始取号的（1）")
        await page.screenshot(path=pictures / "guide-received.png")
        assert await serious(page) == []
        assert {url for url in asked if not url.startswith(address)} == set()
        await context.close()


async def test_a_guide_needs_no_finger(tmp_path: Path, browser: Browser) -> None:
    """With keys alone a class is chosen and a ticket taken; what came of it is said to who cannot see."""
    async with open_house(tmp_path) as pages, serve(pages) as address:
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        await come_in(page, address, SUN, "/staff/guide")
        await page.get_by_label("普通").focus()
        await page.keyboard.press("ArrowRight")
        await expect(page.get_by_label("军人")).to_be_checked()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Space")
        await expect(page.get_by_label("材料已预审")).to_be_checked()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status")).to_contain_text("已取号 A001")
        await expect(page.locator("#recent")).to_contain_text("军人 · 已预审")
        await page.locator("#recent a").hover()
        await page.mouse.down()
        pages.house.ask(commands.TakeTicket(dispenser="dispenser-1", key="A", boot=1, service="A"))
        await expect(page.locator("#line-A")).to_contain_text("等候2人")
        await page.mouse.up()  # what came meanwhile has not moved it away under the finger
        await expect(page.get_by_role("heading", name="A001")).to_be_visible()
        await page.locator("#seek").fill("1")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="A001")).to_be_visible()
        await page.close()

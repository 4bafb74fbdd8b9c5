"""The day of whoever handles complaints, in a browser: what is due, calls, plans, settlements, a name, a table."""

from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.async_api import Browser, Page, expect

from hub.progress_codes import code_of
from hub.rules import commands
from hub.secrets import load_secrets
from tests.browser.axe import serious
from tests.staff.house import CHEN, MANAGERS, open_house, staff_hall
from tests.staff.low_ratings import complained, rated
from tests.staff.served import come_in, serve

PAGE = '[web]\nport = 8610\n[progress]\nenabled = true\nurl = "http://hub.example:8610"\n'
ZHENG = MANAGERS["complaints"]


async def fill(page: Page, step: str, words: str = "", choice: str = "") -> None:
    """Unfold what may be done, and have it done."""
    form = page.locator("details", has=page.locator("summary", has_text=step)).first
    if not await form.evaluate("one => one.open"):
        await form.locator("summary").focus()
        await page.keyboard.press("Enter")
    if choice:
        await form.get_by_label(choice).check()
    if words:
        await form.locator("textarea").fill(words)
    await form.locator("button.main").click()


async def told(page: Page, words: str) -> None:
    """Wait until the page that an action leads to is there and says what came of it."""
    await page.wait_for_url(lambda url: f"said={quote(words)}" in url)
    await expect(page.locator("#said")).to_contain_text(words)


@pytest.mark.req("M46", "M49", "S16", "S17", "S18")
async def test_a_handler_walks_through_his_day(tmp_path: Path, browser: Browser, pictures: Path) -> None:
    text = staff_hall(more=PAGE)
    async with open_house(tmp_path, text) as pages, serve(pages, printing=False) as address:
        first = complained(pages, level=1, aspect=2)
        pages.house.state.complaints.change(first, settle_by="20200106")
        appealed = complained(pages, level=2)
        pages.house.ask(commands.LodgeAppeal(complaint=appealed, by=CHEN, grounds="mistaken", words="老人按错键"))
        page = await browser.new_page(viewport={"width": 1366, "height": 768})
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        await come_in(page, address, ZHENG, "/staff/complaints")
        await expect(page.locator("#list")).to_contain_text("2020-01-06 逾期")
        rated(pages, 2, 4)
        await expect(page.locator("#list")).to_contain_text("办事效率")
        await expect(page.locator("#sums")).to_contain_text("未办结3")
        await page.screenshot(path=pictures / "complaints-list.png", full_page=True)
        assert await serious(page) == []
        await page.get_by_role("link", name=first).click()
        await page.get_by_role("button", name="接办").click()
        await told(page, "已接办")
        await fill(page, "登记联系方式")
        await expect(page.locator("#said")).to_have_text("请填写姓名或电话")
        await page.get_by_label("电话", exact=True).fill("027-5550199")
        await page.get_by_role("button", name="保存联系方式").click()
        await told(page, "联系方式已登记")
        await page.get_by_role("link", name="查看姓名电话").click()
        await expect(page.get_by_text("027-5550199")).to_be_visible()
        await fill(page, "登记回访", "电话 13800138000 接听", "已回访 仍不满意")
        await expect(page.locator("#said")).to_contain_text("请勿填写电话号码")
        await fill(page, "登记回访", "等候过久，希望增开窗口")
        await told(page, "回访已登记")
        await page.locator("summary", has_text="限期整改").click()
        await page.get_by_label("几个工作日内完成").fill("3")
        await page.screenshot(path=pictures / "complaints-item.png", full_page=True)
        assert await serious(page) == []
        await fill(page, "限期整改", "周一上午增开一个窗口")
        await told(page, "限期整改，最迟2099-12-23办结")
        await fill(page, "办结", "已增开窗口并告知群众", "限期整改")
        await told(page, "已办结")
        await page.goto(f"{address}/staff/complaints/{appealed}")
        await page.get_by_role("button", name="接办").click()
        await told(page, "已接办")
        await fill(page, "复核申诉", "录像显示系误触", "成立（原评价保留并注明）")
        await told(page, "复核结果已登记")
        await page.get_by_role("link", name="投诉与差评").click()
        await page.locator("summary", has_text="登记投诉").click()
        await page.get_by_label("工单号", exact=True).fill("WH-20261122-7")
        await page.screenshot(path=pictures / "complaints-enter.png", full_page=True)
        assert await serious(page) == []
        await fill(page, "登记投诉", "反映午间无人值守", "12345热线工单")
        await told(page, "已登记")
        await expect(page.get_by_role("heading", name="12345热线工单")).to_be_visible()
        await page.goto(f"{address}/staff/complaints?which=all")
        await expect(page.get_by_text("实名差评回访率 100%")).to_be_visible()
        await page.screenshot(path=pictures / "complaints-all.png", full_page=True)
        async with page.expect_download() as download:
            await page.get_by_role("link", name="导出工作簿", exact=True).click()
        assert (await download.value).suggested_filename.endswith(".xlsx")
        phone = await browser.new_page(viewport={"width": 390, "height": 844})
        secrets = load_secrets(tmp_path / "secrets.json", [])
        await phone.goto(f"{address}/t/{code_of(secrets, pages.house.state.day, 3)}")
        await phone.get_by_label("电话").fill("13900139000")
        await phone.screenshot(path=pictures / "complaints-phone.png", full_page=True)
        assert await serious(phone) == []
        await phone.get_by_role("button", name="提交").click()
        await expect(phone.get_by_text("已收到您的联系方式")).to_be_visible()
        await phone.close()
        chen = await browser.new_page(viewport={"width": 1366, "height": 768})
        await come_in(chen, address, CHEN, "/staff/appeals")
        await fill(chen, "申诉", "群众要求代填表格", "恶意差评")
        await told(chen, "申诉已提交，等待复核")
        await chen.screenshot(path=pictures / "complaints-appeals.png", full_page=True)
        assert await serious(chen) == []
        assert {url for url in asked if not url.startswith(address)} == set()
        await page.close()
        await chen.close()

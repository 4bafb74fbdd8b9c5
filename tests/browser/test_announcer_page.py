"""The announcer's and the business manager's day in a browser: what they publish is what the hall screen then shows."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, FrameLocator, Page, expect

from hub.clock import local
from hub.rules import commands
from tests.browser.axe import serious
from tests.browser.conftest import LIMIT_MS
from tests.staff.house import CHEN, MANAGERS, open_house, staff_hall
from tests.staff.served import come_in, print_out, serve

PC = {"width": 1366, "height": 768}
MORE = """[hours]
mon = "08:30-12:00 14:00-17:30"
tue = "08:30-12:00 14:00-17:30"

[screen]
notices = ["请保管好随身物品"]
order = ["pages", "hours", "qr"]
dwell_s = 5

[[screen.pages]]
title = "收费公示"
lines = ["换领居民身份证：20元／证"]
version = "2026-1"
effective = "2026-01-01"
"""


BAND = ("hall", "welcome", "notices", "counters", "services")
PAGE = ("info-title", "info-blocks", "info-foot")


async def told(preview: FrameLocator, words: str) -> dict[str, str]:
    """Return what a preview of the screen, whose pages turn, tells citizens while these words are among it."""
    await expect(preview.locator("body")).to_have_attribute("data-stream", "live")
    read = "(body, ids) => Object.fromEntries(ids.map((id) => [id, body.querySelector(`#${id}`).innerText]))"
    shown: dict[str, str] = {}
    async with asyncio.timeout(LIMIT_MS / 1000):
        while words not in "".join(shown.values()):
            shown = await preview.locator("body").evaluate(read, [*BAND, *PAGE])
    return shown


async def tells(screen: Page, told: dict[str, str], names: tuple[str, ...]) -> None:
    """Wait until the screen, whose pages turn, tells of these what was told before."""
    await expect(screen.locator("body")).to_have_attribute("data-stream", "live")
    wanted = {name: told[name] for name in names}
    same = "wanted => Object.entries(wanted).every(([id, text]) => document.getElementById(id).innerText === text)"
    await screen.wait_for_function(same, arg=wanted)


@pytest.mark.req("M21", "M44", "M47", "S15", "M24", "M29")
async def test_an_announcer_and_a_business_manager_walk_through_their_day(
    tmp_path: Path, browser: Browser, pictures: Path
) -> None:
    async with open_house(tmp_path, staff_hall(more=MORE)) as pages, serve(pages) as address:
        for _ in range(3):
            pages.house.ask(commands.TakeTicket(dispenser="dispenser-1", key="A", boot=1, service="A"))
            print_out(pages)
        pages.house.ask(commands.SignIn(counter=1, person=CHEN))
        screen = await browser.new_page(viewport={"width": 1920, "height": 1080})
        await screen.goto(f"{address}/?quiet")
        await announces(await browser.new_page(viewport=PC), address, screen, pictures)
        business = await (await browser.new_context(viewport=PC)).new_page()
        asked: list[str] = []
        business.on("request", lambda request: asked.append(request.url))
        await makes_public(business, address, screen, pictures)
        tomorrow = local(pages.house.clock.now(), pages.house.hall.zone).date() + timedelta(days=1)
        await agrees(business, address, f"{tomorrow}", pictures)
        assert set(pages.house.state.appointments) == {"1001", "1002"}
        await opens(business, address, pictures)
        assert {url for url in asked if not url.startswith((address, "data:"))} == set()


async def announces(page: Page, address: str, screen: Page, pictures: Path) -> None:
    """He sees his notice on the screen before anybody else does."""
    await come_in(page, address, MANAGERS["announcer"], "/staff/screen-notices")
    await page.get_by_label("滚动通知").fill("请保管好随身物品\n本周六上午照常办理居民身份证")
    await page.get_by_label("欢迎语").fill("为您服务")
    await page.get_by_role("button", name="预览").click()
    await expect(page.get_by_role("heading", name="待发布：综合屏预览")).to_be_visible()
    preview = page.frame_locator("iframe")
    seen = await told(preview, "本周六上午照常办理居民身份证")
    await expect(screen.locator("#notices")).to_have_text("请保管好随身物品")
    await page.screenshot(path=pictures / "announcer-preview.png", full_page=True)
    assert await serious(page) == []
    await page.get_by_role("button", name="发布到综合屏").click()
    await expect(screen.locator("#notices")).to_contain_text("本周六上午照常办理居民身份证")
    await tells(screen, seen, BAND)
    await expect(page.get_by_role("button", name="撤销这次修改")).to_be_visible()
    await page.screenshot(path=pictures / "announcer-published.png", full_page=True)
    await page.close()


async def makes_public(page: Page, address: str, screen: Page, pictures: Path) -> None:
    """A public page gets another line, and so another version; the code gets its place."""
    await come_in(page, address, MANAGERS["business"], "/staff/screen-pages")
    await page.get_by_role("link", name="修改收费公示").click()
    await page.get_by_label("内容（每行").fill("换领居民身份证：20元／证\n补领居民身份证：40元／证")
    await page.get_by_role("button", name="预览").click()
    preview = page.frame_locator("iframe")
    seen = await told(preview, "补领居民身份证：40元／证")
    assert "起施行" in seen["info-foot"]
    await page.screenshot(path=pictures / "pages-preview.png", full_page=True)
    await page.get_by_role("button", name="发布到综合屏").click()
    await tells(screen, seen, PAGE)
    await page.get_by_label("监督码内容").fill("https://jd.example/1")
    await page.get_by_role("button", name="预览").click()
    await expect(page.frame_locator("iframe").locator("#info-blocks img")).to_be_visible()
    await expect(page.frame_locator("iframe").locator("#info-title")).to_have_text("码上监督")
    await page.screenshot(path=pictures / "pages-code.png", full_page=True)
    assert await serious(page) == []
    await page.get_by_role("button", name="发布到综合屏").click()
    await expect(screen.locator("#info-title")).to_have_text("码上监督")


async def agrees(page: Page, address: str, tomorrow: str, pictures: Path) -> None:
    """A list of appointments comes as Excel's own CSV; a line that is wrong is named, and nothing is taken over."""
    await page.goto(f"{address}/staff/slots")
    wrong = f"预约码,业务,开始,结束\r\n12,户籍,{tomorrow} 9:00,9:30\r\n"
    await sends(page, wrong)
    await expect(page.get_by_text("第2行：预约码 12 不足4位")).to_be_visible()
    await page.screenshot(path=pictures / "slots-wrong.png", full_page=True)
    right = f"预约码,业务,开始,结束\r\n1001,户籍,{tomorrow} 9:00,9:30\r\n1002,B,{tomorrow} 9:30,10:00\r\n"
    await sends(page, right)
    await expect(page.get_by_text("新增2")).to_be_visible()
    await page.screenshot(path=pictures / "slots-import.png", full_page=True)
    assert await serious(page) == []
    await page.get_by_role("button", name="确定导入").click()
    await expect(page.locator("#said")).to_have_text("名单已生效：新增2条，修改0条，删除0条")
    await page.get_by_role("link", name=tomorrow).click()
    await expect(page.get_by_role("button", name="取消预约1002")).to_be_visible()
    await page.screenshot(path=pictures / "slots.png", full_page=True)
    assert await serious(page) == []


async def sends(page: Page, table: str) -> None:
    file = {"name": "名单.csv", "mimeType": "text/csv", "buffer": table.encode("gbk")}
    await page.get_by_label("CSV 文件").set_input_files(file)  # type: ignore[arg-type]
    await page.get_by_role("button", name="检查").click()


async def opens(page: Page, address: str, pictures: Path) -> None:
    """Hours are changed; she is told from when, and what the screen will say."""
    await page.goto(f"{address}/staff/hours")
    await page.get_by_label("周三").fill("9：00—16：30")
    await page.get_by_label("节假日（").fill("2027-02-05~2027-02-11")
    await page.locator("form[action='/staff/hours/save'] button").click()
    await expect(page.locator("#preview-words")).to_contain_text("起执行，今日不变")
    await expect(page.locator("#preview-words")).to_contain_text("周三　09:00-16:30")
    await page.screenshot(path=pictures / "hours-preview.png")
    await page.locator("#preview-yes").click()
    await expect(page.get_by_role("button", name="撤销这次修改")).to_be_visible()
    await page.screenshot(path=pictures / "hours.png", full_page=True)
    assert await serious(page) == []


@pytest.mark.req("M34", "M44")
async def test_a_system_administrator_adds_a_device(tmp_path: Path, browser: Browser, pictures: Path) -> None:
    async with open_house(tmp_path) as pages, serve(pages) as address:
        page = await browser.new_page(viewport=PC)
        await come_in(page, address, MANAGERS["system"], "/staff/devices")
        pages.house.ask(commands.ReportDevice(device="guide", state="lost", boot=1, alerts={}))
        await expect(page.locator("#devices")).to_contain_text("失去联系")
        await page.screenshot(path=pictures / "devices-pc.png", full_page=True)
        assert await serious(page) == []
        await page.get_by_role("link", name="添加设备").click()
        await page.get_by_label("设备名").fill("lintel-9")
        await page.get_by_label("类别").select_option("lintel")
        await page.get_by_label("电路板").select_option("lintel-pico")
        await page.get_by_role("button", name="添加").click()
        await expect(page.locator(".refusal")).to_contain_text("须选所在窗口")
        await page.get_by_label("所在窗口").select_option("2")
        await page.screenshot(path=pictures / "device-new.png", full_page=True)
        assert await serious(page) == []
        await page.get_by_role("button", name="添加").click()
        await page.locator("#preview-yes").click()
        await expect(page.locator("#devices")).to_contain_text("lintel-9")
        await page.close()

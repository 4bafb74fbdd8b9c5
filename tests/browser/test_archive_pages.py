"""The viewer's and the system administrator's day in a browser: records, an export, a check, the log, a token (M26)."""

import zipfile
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from hub.rules import commands
from tests.browser.axe import serious
from tests.staff.house import CHEN, MANAGERS, Pages, open_house
from tests.staff.served import come_in, print_out, serve


async def look(page: Page, picture: Path) -> None:
    """Keep a picture; nothing may hinder people, and nothing stand out of the screen's width."""
    await page.screenshot(path=picture, full_page=True)
    assert await serious(page) == [], picture.name
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), picture.name


def a_day(pages: Pages) -> str:
    """Have five come, of whom three are served; the first is told what is missing. Return the day, which is over."""
    house, day = pages.house, pages.house.state.day
    for service in "AAABA":
        house.ask(commands.TakeTicket(dispenser="dispenser-1", key=service, boot=1, service=service))
        print_out(pages)
    house.ask(commands.SignIn(counter=1, person=CHEN))
    for at in range(3):
        house.ask(commands.CallNext(counter=1))
        house.ask(commands.Begin(counter=1))
        if not at:
            house.ask(commands.GiveNotice(counter=1, items=("居民户口簿", "监护人同意书"), oral=True))
        house.ask(commands.Finish(counter=1))
    house.ask(commands.OpenDay(day="20991221"))
    return day


async def as_viewer(page: Page, address: str, day: str, pictures: Path) -> Path:
    """Find a record by the keyboard alone, read its notice, export, verify; return what was exported."""
    written = f"{day[:4]}-{day[4:6]}-{day[6:]}"
    await page.get_by_label("号码").focus()
    await page.keyboard.type("a1")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("link", name="A001")).to_be_visible()
    await page.goto(f"{address}/staff/archive?first={written}&last={written}")
    await expect(page.locator("tbody tr")).to_have_count(5)
    await look(page, pictures / "archive-found.png")
    await page.get_by_role("link", name="A001").click()
    await expect(page.get_by_role("heading", name="A001")).to_be_visible()
    await expect(page.locator("tbody")).to_contain_text("陈警官(027001)")
    await look(page, pictures / "archive-record.png")
    await page.get_by_role("link", name=f"{day}-G001").click()
    await expect(page.locator("tbody")).to_contain_text("2、监护人同意书")
    await look(page, pictures / "archive-notices.png")
    await page.get_by_role("link", name="办件档案").click()
    await page.get_by_label("或从").fill(written)
    await page.locator("form[data-ask]").get_by_label("到").fill(written)
    async with page.expect_download() as download:
        await page.get_by_role("button", name="导出").click()
    await expect(page.locator("#said")).to_contain_text("已导出1个业务日，共5件")
    await look(page, pictures / "archive-exported.png")
    fetched = await (await download.value).path()
    await page.get_by_role("button", name="校验").click()
    await expect(page.get_by_role("status").filter(has_text="逐行衔接")).to_be_visible()
    await look(page, pictures / "archive-check.png")
    return fetched


async def as_system(page: Page, address: str, pictures: Path) -> None:
    """Read who did what, make a token, revoke it."""
    await expect(page.locator("tbody")).to_contain_text("导出档案")
    await expect(page.locator("tbody")).to_contain_text("查阅告知单")
    await look(page, pictures / "log.png")
    await page.get_by_label("类型").select_option("exported")
    await page.get_by_role("button", name="查看").click()
    await expect(page.locator("tbody tr")).to_have_count(2)
    await page.get_by_role("link", name="接口令牌").click()
    await page.get_by_label("名称").fill("wall-display")
    await page.get_by_label("窗口与排队情况").check()
    await page.get_by_role("button", name="新建").click()
    await expect(page.get_by_text("只显示这一次")).to_contain_text("lintel_")
    await look(page, pictures / "token-made.png")
    await page.get_by_role("link", name="返回").click()
    await expect(page.get_by_role("button", name="停用 wall-display")).to_be_visible()
    await look(page, pictures / "tokens.png")
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="停用 wall-display").click()
    await expect(page.locator("tbody")).to_contain_text("已停用")


@pytest.mark.req("M26", "M15", "M13", "M44")
async def test_a_viewer_and_an_administrator_walk_through_their_day(
    tmp_path: Path, browser: Browser, pictures: Path
) -> None:
    async with open_house(tmp_path) as pages, serve(pages, rounds=False) as address:
        day = a_day(pages)
        asked: list[str] = []
        for person, path in ((MANAGERS["viewer"], "/staff/archive"), (MANAGERS["system"], "/staff/log")):
            context = await browser.new_context(viewport={"width": 1366, "height": 768})
            page = await context.new_page()
            page.on("request", lambda request: asked.append(request.url))
            await come_in(page, address, person, path)
            if path == "/staff/archive":
                fetched = await as_viewer(page, address, day, pictures)
                assert len(zipfile.ZipFile(fetched).namelist()) == 5
            else:
                await as_system(page, address, pictures)
            await context.close()
        assert {url for url in asked if not url.startswith(address)} == set()

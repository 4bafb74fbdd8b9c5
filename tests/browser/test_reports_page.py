"""The statistician's day in a browser: last week by counter, a month back, a file; on a PC and a tablet (M27, S26)."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from hub.reports.make import make_report
from hub.reports.question import Question
from tests.browser.axe import serious
from tests.staff.house import MANAGERS, open_house
from tests.staff.served import come_in, serve
from tests.staff.test_reports_page import MANAGING, last_week, play_a_week


@pytest.mark.req("M27", "M34", "S11", "S13", "S14", "S26", "S28")
async def test_a_statistician_walks_through_his_day(tmp_path: Path, browser: Browser, pictures: Path) -> None:
    text = play_a_week(tmp_path)
    assert MANAGING in text
    report = make_report(tmp_path, tmp_path / "hall.toml", Question(span=last_week()))
    async with open_house(tmp_path, text) as pages, serve(pages, printing=False, rounds=False) as address:
        page = await browser.new_page(viewport={"width": 1366, "height": 768})
        asked: list[str] = []
        wrong: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        await come_in(page, address, MANAGERS["statistician"])
        await page.get_by_role("link", name="统计", exact=True).click()
        await expect(page.get_by_role("link", name="周报")).to_have_attribute("aria-current", "page")
        await page.get_by_role("link", name="上一周").click()
        await expect(page.get_by_role("heading", name=report.span.words)).to_be_visible()
        served = page.locator("tfoot").first.locator("td").nth(2)
        await expect(served).to_have_text(str(report.total.now.served))
        await expect(page.get_by_role("img", name="时段分布")).to_be_visible()
        await expect(page.get_by_role("img", name="平均等待走势")).to_be_visible()
        await page.screenshot(path=pictures / "reports-week.png", full_page=True)
        assert await serious(page) == []
        await page.locator('select[name="by"]').select_option("person")
        await page.locator('select[name="unit"]').select_option("户政")
        await page.get_by_role("button", name="查看").click()
        await expect(page.get_by_role("heading", name="（户政）周报")).to_be_visible()
        await expect(page.get_by_role("rowheader", name="孙丽")).to_have_count(3)
        async with page.expect_download() as download:
            await page.get_by_role("link", name="导出PDF").click()
        file = await (await download.value).path()
        assert file.read_bytes().startswith(b"%PDF")
        assert (await download.value).suggested_filename.endswith(".pdf")
        await page.get_by_role("link", name="日报").click()
        await page.get_by_role("link", name="月报").click()
        await page.get_by_role("link", name="任选日期").click()
        await expect(page.locator('input[name="last"]')).to_be_visible()
        await page.screenshot(path=pictures / "reports-days.png", full_page=True)
        assert await serious(page) == []
        await page.set_viewport_size({"width": 1280, "height": 800})
        await page.goto(f"{address}/staff/reports?kind=day&first={last_week().first}&by=hour")
        await page.screenshot(path=pictures / "reports-tablet.png", full_page=True)
        assert await serious(page) == []
        assert {url for url in asked if not url.startswith(address)} == set()
        assert wrong == []
        await page.close()

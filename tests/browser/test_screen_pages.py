"""The public pages of the hall screen in Chromium, by requirement: what takes turns, runs, or is scanned."""

from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import Browser, Page, expect

from tests.browser.screen_hall import KEPT, SIZES, draw_picture, keep, look, screen_hall, snapshot

GUIDE = {
    "basis": ("审批依据", "《户口登记条例》第六条"),
    "conditions": ("申请条件", "本辖区的公民"),
    "materials": ("申请材料", "居民身份证、居民户口簿、" + "合法稳定住所证明、" * 30),
    "place": ("办证地点", "本厅一楼"),
    "times": ("办证时间", "工作日"),
    "process": ("办理流程", "取号—受理—审核—领取"),
    "time_limit": ("办理时限", "当场办结"),
    "fee": ("收费标准", "不收费"),
}
FEES = """[[screen.pages]]
title = "收费公示"
lines = ["换领居民身份证：20元／证", "补领居民身份证：40元／证", "批准机关：国家发展改革委"]
version = "2026-1"
effective = "2026-01-01"
"""
SCAN_M = 1.5
"""How far away a phone reads a code on a screen of 55 inches: ten times its width."""
TURN_MS = 8_000


async def shown(tab: Page) -> list[str]:
    return await tab.locator("#info .block").evaluate_all(
        "all => all.filter((one) => one.checkVisibility()).map((one) => one.textContent)"
    )


@pytest.mark.req("M3")
async def test_a_supplied_safety_sign_has_its_slot_and_keeps_its_shape(browser: Browser, tmp_path: Path) -> None:
    draw_picture(tmp_path / "sign.png", (300, 400))
    async with screen_hall(tmp_path, screen='safety_sign = "sign.png"') as hall:
        tab = await look(browser, hall.url)
        picture = tab.locator("#sign img")
        await expect(picture).to_be_visible()
        await tab.wait_for_function("() => document.querySelector('#sign img').naturalHeight === 400")
        assert await picture.evaluate("one => getComputedStyle(one).objectFit") == "contain"
        await keep(tab, "M3-sign")
    (tmp_path / "without").mkdir()
    async with screen_hall(tmp_path / "without") as hall:
        tab = await look(browser, hall.url)
        await expect(tab.locator("#sign")).to_be_hidden()


@pytest.mark.req("M21")
async def test_public_pages_take_turns_each_with_version_and_date(browser: Browser, tmp_path: Path) -> None:
    screen = 'order = ["phones", "pages"]\ndwell_s = 5'
    async with screen_hall(tmp_path, screen=screen, more=FEES) as hall:
        tab = await look(browser, hall.url)
        await expect(tab.locator("#info-title")).to_have_text("联系我们")
        assert await shown(tab) == ["咨询电话027-5550110"]
        await expect(tab.locator("#info-title")).to_have_text("收费公示", timeout=TURN_MS)
        assert await shown(tab) == ["换领居民身份证：20元／证", "补领居民身份证：40元／证", "批准机关：国家发展改革委"]
        await expect(tab.locator("#info-foot")).to_have_text("版本 2026-1　2026年1月1日起施行")
        await keep(tab, "M21-fees")
        await expect(tab.locator("#info-title")).to_have_text("联系我们", timeout=TURN_MS)


@pytest.mark.req("M35")
async def test_the_eight_things_of_a_service_are_told_whole(browser: Browser, tmp_path: Path) -> None:
    guide = "[services.guide]\n" + "\n".join(f'{key} = "{text}"' for key, (_label, text) in GUIDE.items())
    guide += '\nversion = "3"\neffective = "2026-05-01"'
    async with screen_hall(tmp_path, screen='order = ["guides"]\ndwell_s = 5', service_a=guide) as hall:
        tab = await look(browser, hall.url, frozen=True)
        await expect(tab.locator("#info-title")).to_contain_text("办事指南 户籍（1/")
        await expect(tab.locator("#info-foot")).to_have_text("版本 3　2026年5月1日起施行")
        await keep(tab, "M35-guide")
        seen: list[str] = []
        for _ in range(8):
            seen += [text for text in await shown(tab) if text not in seen]
            await tab.clock.fast_forward(5_000)
        assert sorted(seen) == sorted(label + text for label, text in GUIDE.values())


@pytest.mark.req("M50")
async def test_the_list_of_services_comes_from_the_catalogue(browser: Browser, tmp_path: Path) -> None:
    near = {1: 'serves = ["A"]'}
    async with screen_hall(tmp_path, screen='order = ["services"]', counter_more=near, count=3) as hall:
        tab = await look(browser, hall.url)
        await expect(tab.locator("#info-title")).to_have_text("办理事项")
        assert await shown(tab) == ["A 户籍1至3号窗口", "B 出入境2、3号窗口"]
        await keep(tab, "M50-services")


@pytest.mark.req("M47")
async def test_notices_run_through_a_band(browser: Browser, tmp_path: Path) -> None:
    async with screen_hall(tmp_path, screen='notices = ["请带身份证原件。", "老年人可申请优先。"]') as hall:
        tab = await look(browser, hall.url)
        await expect(tab.locator("#notices")).to_have_text("请带身份证原件。　　　　老年人可申请优先。")
        place = "document.querySelector('#notices').getBoundingClientRect().left"
        before = await tab.evaluate(place)
        await tab.wait_for_function(f"before => {place} < before - 300", arg=before)
        await keep(tab, "M47-band")
        assert await tab.evaluate("document.getAnimations().length") == 1


@pytest.mark.req("S15")
async def test_the_supervision_code_stays_and_can_be_scanned(browser: Browser, tmp_path: Path) -> None:
    screen = (
        'order = ["qr", "services"]\ndwell_s = 5\n[screen.qr]\ntext = "https://jiandu.example/码上监督"\ndwell_s = 10'
    )
    async with screen_hall(tmp_path, screen=screen) as hall:
        tab = await look(browser, hall.url, frozen=True)
        code = tab.locator("#info img")
        await expect(code).to_be_visible()
        assert [page["dwell_ms"] for page in (await snapshot(tab))["pages"]] == [10_000, 5_000]
        await keep(tab, "S15-supervision")
        for width, height in SIZES:
            with Image.open(KEPT / f"S15-supervision-{width}x{height}.png") as picture:
                (found,) = zxingcpp.read_barcodes(picture)
            assert found.text == "https://jiandu.example/码上监督"
            corners = found.position
            span_px = corners.top_right.x - corners.top_left.x
            screen_m = 1.21
            assert 10 * screen_m * span_px / max(width, height) >= SCAN_M
        await tab.close()
        tab = await look(browser, hall.url, frozen=True)  # anew, since pictures take their time
        await tab.clock.fast_forward(8_500)
        await expect(tab.locator("#info-title")).to_have_text("码上监督")
        await tab.clock.fast_forward(2_000)
        await expect(tab.locator("#info-title")).to_have_text("办理事项")

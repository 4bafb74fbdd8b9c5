"""The page in Chromium: what a visitor presses becomes paper and light, at the sizes of common screens."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, expect
from playwright.async_api import Page as Tab

from sim import Hall
from sim.reading import read_text
from sim.web import Page
from tests.browser.canvas import shows_dots

SIZES = [(1280, 720), (1920, 1080)]
FULL = Path(__file__).parents[2] / "examples" / "full-hall.toml"
CAPTION = "播报（普通话、粤语）：现在停止取号，已取号的群众请继续等候办理"
_SHOWN = """(one, words) => {
  one.textContent = words;
  one.hidden = false;
  one.style.pointerEvents = "auto";
}"""
PHONE_WIDTH = 390
_COVERED_OR_CUT = """all => all.filter((one) => {
  const box = one.getBoundingClientRect(), words = (one.querySelector("span") ?? one).getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return top?.closest("button") !== one || words.left < box.left || words.right > box.right;
}).map((one) => one.getAttribute("aria-label"))"""


async def visit(browser: Browser, served: Page, size: tuple[int, int] = SIZES[0], *, touch: bool = False) -> Tab:
    """Open the page and wait until it is live; a fault in a script fails the test."""
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]}, has_touch=touch)
    tab = await context.new_page()
    faults: list[str] = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    await tab.goto(served.url)
    await expect(tab.locator("body")).to_have_attribute("data-stream", "live")
    assert faults == []
    return tab


def key(tab: Tab, name: str) -> Locator:
    return tab.get_by_role("button", name=name, exact=True)


def panel(tab: Tab, device: str) -> Locator:
    return tab.locator(f'canvas[data-device="{device}"]')


def without_changing(lines: list[str]) -> list[str]:
    """Replace a ticket's time, serial number and check code."""
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "TIME", "\n".join(lines))
    return re.sub(r"\d{8}-(\d{6}) 校验码[0-9A-Z]{4}", r"DAY-\1 校验码CODE", text).splitlines()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_press_lets_a_ticket_slide_out_and_another_one_lights_the_lintel(
    browser: Browser, served: Page, hall: Hall, pictures: Path, size: tuple[int, int]
) -> None:
    tab = await visit(browser, served, size)
    name = f"{size[0]}x{size[1]}"
    await tab.screenshot(path=pictures / f"hall-{name}.png")
    await key(tab, "取号机 A 户籍").click()
    slip = tab.locator("#device-dispenser-1 .tray li.sliding img")
    await expect(slip).to_have_count(1)
    await slip.evaluate("image => Promise.all(image.closest('li').getAnimations().map(({ finished }) => finished))")
    assert without_changing((await slip.get_attribute("alt") or "").split("\n")) == [
        "东湖派出所综合服务大厅",
        "A001",
        "户籍",
        "您的前面无人等待，请留意叫号",
        "请在1至5号窗口办理",
        "TIME",
        "号码当日有效，过号作废",
        "咨询电话 027-5550110",
        "监督电话 12345 / 12389",
        "码上监督",
        "DAY-000001 校验码CODE",
    ]
    assert await slip.evaluate("image => image.complete && image.naturalWidth > 300 && image.naturalHeight > 400")
    await tab.screenshot(path=pictures / f"ticket-{name}.png")
    await expect(tab.locator('[data-device="pad-3"][data-key="next"]')).to_have_attribute("data-lamp", "on")
    await key(tab, "3号窗 顺呼").click()
    lintel = panel(tab, "lintel-3")
    await expect(lintel).to_have_attribute("aria-label", "请A001号到3号窗")
    shown = await hall.panel("lintel-3", "A001")
    await shows_dots(lintel, shown.dots)
    assert read_text(shown.dots) == "请A001号到3号窗"
    await expect(panel(tab, "pad-3")).to_have_attribute("aria-label", "A001")
    await tab.screenshot(path=pictures / f"call-{name}.png")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_all_is_in_sight_without_scrolling(browser: Browser, served: Page, size: tuple[int, int]) -> None:
    tab = await visit(browser, served, size)
    assert await tab.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [
        *size
    ]
    boxes = await tab.locator(".device, #table-slips, .banner").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect()).map(({ left, top, right, bottom }) => "
        "left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight)"
    )
    assert boxes == [True] * 13
    await expect(tab.locator(".notice")).to_contain_text("未连接任何真实设备")


async def test_a_hall_with_ratings_and_desks_is_in_sight_too_and_nothing_covers_a_key(
    browser: Browser, pictures: Path
) -> None:
    async with Hall(FULL) as hall, Page(hall) as served:
        tab = await visit(browser, served)
        await tab.locator("#caption").evaluate(_SHOWN, CAPTION)
        for width, height in SIZES:
            await tab.set_viewport_size({"width": width, "height": height})
            await tab.screenshot(path=pictures / f"full-hall-{width}x{height}.png")
            assert await tab.evaluate("document.documentElement.scrollHeight") == height
            assert await tab.locator("button.key").evaluate_all(_COVERED_OR_CUT) == []
        await tab.set_viewport_size({"width": PHONE_WIDTH, "height": 1500})  # higher than a phone, to see all of it
        await tab.screenshot(path=pictures / "full-hall-phone.png")
        assert await tab.evaluate("document.documentElement.scrollWidth") == PHONE_WIDTH
        assert await tab.locator("button.key, button.tool").evaluate_all(_COVERED_OR_CUT) == []
        await tab.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
        await expect(tab.locator("#device-duty-1 h2")).to_have_text("值班台")
        await key(tab, "故障演练").click()
        assert "undefined" not in await tab.locator("#fault-rows").inner_text()
        await key(tab, "关闭").click()
        unused = tab.locator("#device-guide-1 .unused")
        assert await unused.all_inner_texts() == ["顺呼", "重呼", "弃号", "结束"]
        await expect(key(tab, "1号窗 非常满意").locator("b")).to_have_text("1")
        await expect(key(tab, "1号窗 非常不满意").locator("b")).to_have_text("5")


async def test_the_clock_on_the_wall_goes_with_the_hall(browser: Browser) -> None:
    async with Hall(FULL.with_name("one-counter.toml"), at="2026-11-23T08:20:00") as hall, Page(hall) as served:
        tab = await visit(browser, served)
        await expect(tab.locator("#clock")).to_have_text(re.compile("08:2[01]"))


async def test_keys_are_for_keyboards_too_and_stay_down_as_long_as_they_are_held(
    browser: Browser, served: Page, hall: Hall
) -> None:
    tab = await visit(browser, served)
    await key(tab, "取号机 B 出入境").focus()
    await tab.keyboard.down("Enter")
    await expect(key(tab, "取号机 B 出入境")).to_have_class(re.compile(r"\bdown\b"))
    assert hall.snapshot().devices[0].pressed == ("B",)
    await tab.keyboard.up("Enter")
    await expect(key(tab, "取号机 B 出入境")).not_to_have_class(re.compile(r"\bdown\b"))
    assert (await hall.paper("dispenser-1")).text[1] == "B001"
    await tab.keyboard.press("Space")
    assert (await hall.paper("dispenser-1")).text[1] == "B002"


async def test_a_touch_is_one_press(browser: Browser, served: Page, hall: Hall) -> None:
    tab = await visit(browser, served, touch=True)
    await key(tab, "取号机 C 交管").tap()
    assert (await hall.paper("dispenser-1")).text[1] == "C001"
    assert [slip.text[1] for slip in hall.snapshot().devices[0].slips] == ["C001"]


async def test_a_ticket_is_taken_read_laid_on_the_table_and_thrown_away(
    browser: Browser, served: Page, hall: Hall, pictures: Path
) -> None:
    tab = await visit(browser, served)
    await hall.press("dispenser-1", "A")
    await key(tab, "取走号票").click()
    await expect(tab.locator("#slip-dialog img")).to_be_visible()
    await tab.screenshot(path=pictures / "ticket-in-hand.png")
    await key(tab, "放到桌上").click()
    await expect(key(tab, "取走号票")).to_have_count(0)
    await key(tab, "查看号票").click()
    await key(tab, "丢进纸篓").click()
    await expect(key(tab, "查看号票")).to_have_count(0)
    assert hall.snapshot().devices[0].slips == ()


async def test_what_breaks_is_seen(browser: Browser, served: Page, hall: Hall, pictures: Path) -> None:
    tab = await visit(browser, served)
    await key(tab, "故障演练").click()
    await tab.get_by_role("checkbox", name="2号窗 门楣屏 断网线").check()
    await tab.get_by_role("combobox", name="取号机 1 打印机").select_option("缺纸")
    await tab.get_by_role("checkbox", name="4号窗 呼叫器 断电").check()
    await tab.screenshot(path=pictures / "faults.png")
    await key(tab, "强行终止").click()
    await expect(tab.locator("#state-hub")).to_have_text("中枢 已停止")
    await key(tab, "启动").click()
    await expect(tab.locator("#state-hub")).to_have_text("中枢 运行中")
    await key(tab, "关闭").click()
    await expect(tab.locator("#device-lintel-2 .badge")).to_have_text("网线已断")
    await expect(tab.locator("#device-pad-4 .badge")).to_have_text("已断电")
    await expect(tab.locator("#device-dispenser-1 .printer-note")).to_have_text("缺纸")
    await expect(panel(tab, "dispenser-1")).to_have_attribute("aria-label", re.compile("缺纸"))
    assert hall.device("lintel-2").cable.state == "cut"
    await tab.screenshot(path=pictures / "broken.png")


async def test_a_lost_stream_is_seen_and_comes_back(browser: Browser, hall: Hall, pictures: Path) -> None:
    served = Page(hall)
    await served.start()
    port = int(served.url.rstrip("/").rpartition(":")[2])
    tab = await visit(browser, served)
    await served.close()
    await expect(tab.locator("#lost")).to_be_visible()
    await expect(tab.locator("#state-page")).to_have_text("页面 已断开")
    await tab.screenshot(path=pictures / "lost.png")
    again = Page(hall)
    again.listen(port)
    async with again:
        await hall.press("dispenser-1", "D")
        await expect(tab.locator("#lost")).to_be_hidden()
        await expect(key(tab, "取走号票")).to_have_count(1)
        await tab.close()


async def test_the_hall_screen_opens_in_a_window_of_its_own(browser: Browser, served: Page, hall: Hall) -> None:
    tab = await visit(browser, served)
    async with tab.context.expect_page() as opening:
        await tab.get_by_role("link", name="综合屏").click()
    screen = await opening.value
    await expect(screen.locator("#welcome")).to_have_text("欢迎光临")
    await hall.press("dispenser-1", "A")
    await hall.paper("dispenser-1")
    await key(tab, "3号窗 顺呼").click()
    await expect(screen.locator("#call")).to_have_text("请A001号到3号窗口")

"""The hall screen over time and on every wall: lost and found again, weeks of calls, any size, any eyes."""

import asyncio
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from msgspec.structs import replace
from playwright.async_api import Browser, Page, expect

from hub.screen import ScreenNow
from hub.screen_pages import BlockNow, PersonNow
from tests.browser.screen_hall import KEPT, SIZES, cut_texts, keep, look, screen_hall
from tests.browser.synthetic import Fed, called, fed_screen

CALLS = 10_000
WARM_UP = 1_000
HEAP_GROWTH_MAX = 500_000
"""Bytes; 10,000 calls that left only 100 bytes each behind would leave twice as many."""
LIMIT_S = 15.0
AXE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"]},
    "rules": {"color-contrast-enhanced": {"enabled": True}},
}
LONG_NAME = "武汉市公安局东湖新技术开发区分局花山街道派出所户政出入境交通管理综合服务总大厅"


@pytest.mark.req("M41")
async def test_a_dead_hub_is_told_within_15_s_and_a_living_one_is_right_again_alone(
    browser: Browser, tmp_path: Path
) -> None:
    async with screen_hall(tmp_path) as hall:
        tab = await look(browser, hall.url)
        await hall.ticket("A")
        await hall.press("pad-1", "next")
        await expect(tab.locator("#call")).to_have_text("请A001号到1号窗口")
        await hall.hub.kill()
        dead_at = asyncio.get_running_loop().time()
        await expect(tab.locator("#link")).to_contain_text(
            "连接中断，数据可能不是最新（最后数据 ", timeout=LIMIT_S * 1000
        )
        assert asyncio.get_running_loop().time() - dead_at < LIMIT_S
        await expect(tab.locator("body")).to_have_attribute("data-stream", "lost")
        await keep(tab, "lost")
        await hall.hub.start()
        await hall.press("pad-1", "finish")
        await expect(tab.locator("body")).to_have_attribute("data-stream", "live", timeout=LIMIT_S * 1000)
        await expect(tab.locator("#link")).to_be_hidden()
        await expect(tab.locator("#welcome")).to_have_text("欢迎光临")
        await hall.ticket("B")
        await hall.press("pad-2", "next")
        await expect(tab.locator("#call")).to_have_text("请B001号到2号窗口")


async def test_a_stream_that_is_silent_is_taken_for_dead_and_opened_anew(browser: Browser) -> None:
    async with fed_screen() as (url, fed, base):
        tab = await look(browser, url, frozen=True)
        await fed.feed(called(base, 1))
        await expect(tab.locator("#call")).to_contain_text("A001")
        assert fed.watchers == 1, "the stream is open, and only silent"
        await tab.clock.fast_forward(11_000)
        await expect(tab.locator("#link")).to_be_hidden()
        await tab.clock.fast_forward(1_500)
        await expect(tab.locator("#link")).to_contain_text("连接中断")
        await tab.clock.fast_forward(1_500)
        await expect(tab.locator("body")).to_have_attribute("data-stream", "live")


async def test_before_the_first_data_nothing_is_shown_as_zero(browser: Browser) -> None:
    async with fed_screen() as (url, _fed, _base):
        tab = await browser.new_page()
        await tab.route("**/events*", lambda route: route.abort())
        await tab.goto(url)
        await expect(tab.locator("#link")).to_have_text("正在连接，请稍候")
        assert await tab.locator("#counters .row, #services li").count() == 0
        assert "0" not in await tab.locator("main").inner_text()


async def test_ten_thousand_calls_leave_nothing_behind(browser: Browser) -> None:
    async with fed_screen() as (url, fed, base):
        tab = await look(browser, url)
        await call_many(tab, fed, base, 0, WARM_UP)
        before = await weigh(tab)
        await call_many(tab, fed, base, WARM_UP, WARM_UP + CALLS)
        after = await weigh(tab)
        growth = {name: after[name] - before[name] for name in after}
        assert growth["Nodes"] <= 20, growth
        assert growth["JSEventListeners"] <= 5, growth
        assert growth["JSHeapUsedSize"] <= HEAP_GROWTH_MAX, growth


async def call_many(tab: Page, fed: Fed, base: ScreenNow, first: int, last: int) -> None:
    """Call many numbers as fast as the page takes them; at last one page only is left, so that all weigh the same."""
    for at in range(first, last - 1):
        await fed.feed(called(base, at))
    await fed.feed(called(replace(base, pages=base.pages[:1]), last - 1))
    await expect(tab.locator("#call .number")).to_have_text(f"A{(last - 1) % 1000:03}", timeout=60_000)


async def weigh(tab: Page) -> dict[str, float]:
    """Return what the page holds after the garbage is gone."""
    client = await tab.context.new_cdp_session(tab)
    await client.send("Performance.enable")
    for _ in range(3):
        await client.send("HeapProfiler.collectGarbage")
    metrics = (await client.send("Performance.getMetrics"))["metrics"]
    await client.detach()
    names = ("Nodes", "JSEventListeners", "JSHeapUsedSize")
    return {one["name"]: one["value"] for one in metrics if one["name"] in names}


@pytest.mark.parametrize("query", ["", "?quiet=1"], ids=["usual", "quiet"])
async def test_nothing_is_hard_to_read_or_unnamed(browser: Browser, query: str) -> None:
    async with fed_screen() as (url, fed, base):
        tab = await look(browser, url, query, frozen=True)
        away = replace(base.counters[1], status="paused", absence=("开会",), waiting=None, person=None)
        here = PersonNow(id="027001", name="陈建国", kind="民警", phone="027-5550121", photo="photos/027001")
        shown = replace(called(base, 2), banner="停止取号，继续办理", troubles=("取号机故障，请到引导台取号",))
        shown = replace(shown, counters=(replace(shown.counters[0], person=here), away))
        await fed.feed(shown)
        await expect(tab.locator("#troubles")).to_be_visible()
        for title in [page.title for page in base.pages]:
            await turn_to(tab, title)
            assert await serious(tab) == []
        await fed.feed(replace(shown, fault="系统故障，请听从引导员安排"))
        await expect(tab.locator("#fault")).to_be_visible()
        assert await serious(tab) == []
        await fed.feed(shown)
        await expect(tab.locator("#fault")).to_be_hidden()
        await tab.clock.fast_forward(12_500)
        await expect(tab.locator("#link")).to_be_visible()
        assert await serious(tab) == []


async def turn_to(tab: Page, title: str) -> None:
    """Let pages turn until one is on show; the stream's silence is not waited for."""
    for _ in range(20):
        if title in (await tab.locator("#info-title").inner_text()):
            return
        await tab.clock.run_for(6_000)
    raise AssertionError(f"{title} was not shown")


async def serious(tab: Page) -> list[str]:
    """Return what axe-core finds serious or critical, contrast below 7:1 among it."""
    found = (await Axe().run(tab, options=AXE)).response["violations"]
    return [f"{one['id']}: {[node['html'] for node in one['nodes']]}" for one in found if one["impact"] in HARD]


HARD = ("serious", "critical")


@pytest.mark.parametrize("size", [(1920, 1080), (3840, 2160), (1080, 1920), (2160, 3840)], ids="{0[0]}x{0[1]}".format)
async def test_a_large_hall_fits_every_wall_and_nothing_is_cut(browser: Browser, size: tuple[int, int]) -> None:
    async with fed_screen() as (url, fed, base):
        tab = await look(browser, url, size=size)
        names = ("户籍", "出入境", "交通管理", "身份证", "治安许可", "居住证", "无犯罪记录", "取证", "咨询", "人像采集")
        services = tuple(
            replace(base.services[0], code=chr(65 + at), name=name, waiting=88) for at, name in enumerate(names)
        )
        one = replace(base.counters[0], services=names)
        counters = tuple(replace(one, number=number + 1) for number in range(12))
        page = replace(base.pages[0], blocks=tuple(BlockNow(label="办理", text="长" * 90) for _ in range(9)))
        large = replace(base, counters=counters, services=services, pages=(page,), hall=LONG_NAME)
        await fed.feed(called(large, 23))
        await expect(tab.locator("#call")).to_have_text("请A023号到12号窗口→")
        assert await cut_texts(tab) == []
        assert await tab.evaluate(
            "() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        ) == [*size]
        number_px = await tab.evaluate("() => parseFloat(getComputedStyle(document.querySelector('.number')).fontSize)")
        assert number_px >= 0.12 * size[1]
        await tab.screenshot(path=KEPT / f"large-{size[0]}x{size[1]}.png")


async def test_the_server_only_reads_and_lets_a_browser_do_no_more_than_show(browser: Browser) -> None:
    async with fed_screen() as (url, _fed, _base):
        tab = await look(browser, url)
        answer = await tab.request.post(url, data="x")
        assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")
        answer = await tab.request.get(url)
        assert "'unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
        assert (answer.headers["x-content-type-options"], answer.headers["referrer-policy"]) == (
            "nosniff",
            "no-referrer",
        )
        for path in ("photos/027009", "photos/..%2ffull-hall.toml", "screen/../../../hub/run.py", "sign"):
            assert (await tab.request.get(url + path)).status == 404, path


@pytest.mark.req("M17")
async def test_the_phone_of_an_absence_is_never_torn_at_its_dash(browser: Browser) -> None:
    async with fed_screen() as (url, fed, base):
        tab = await look(browser, url)
        words = ("外出办案", "15:30返回", "电话027-55501160")
        away = replace(base.counters[0], status="paused", absence=words, waiting=None, person=None)
        await fed.feed(replace(base, counters=(away, *base.counters[1:])))
        does = tab.locator("#counters .does").first
        await expect(does).to_have_text("　".join(words))
        for width, height in SIZES:
            await tab.set_viewport_size({"width": width, "height": height})
            heights = await does.locator("span").evaluate_all("all => all.map((one) => one.clientHeight)")
            assert len(set(heights)) == 1, "each stands on one line"

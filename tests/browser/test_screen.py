"""The hall screen in Chromium, by requirement: calls, counters and what is said about the hall's state."""

import asyncio
import re
import resource
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.screen_hall import PHONE, keep, look, screen_hall, snapshot
from tests.hall.staffed import CHEN, LI, MONDAY, SUN, WANG

HOURS = '[hours]\nmon = "09:00-12:00 14:00-17:00"\ntue = "09:00-12:00"\nself_test_min = 0\n'
NO_ALERTS = "[alerts]\naverage_wait_min = 0\nempty_after_s = 0\n"


def number(name: int) -> str:
    return f"#counters .row:nth-child({name})"


@pytest.mark.req("M1")
async def test_every_counter_shows_what_it_does_who_is_there_and_how_the_queue_stands(
    browser: Browser, tmp_path: Path
) -> None:
    async with screen_hall(tmp_path, counter_more={1: 'serves = ["A"]'}, who=(CHEN, LI, SUN)) as hall:
        tab = await look(browser, hall.url)
        await expect(tab.locator(number(1))).to_have_text(re.compile("暂停服务"))
        await hall.sign_in("pad-1", CHEN)
        await hall.ticket("A")
        await hall.ticket("A")
        await hall.press("pad-1", "next")
        row = tab.locator(number(1))
        await expect(row.locator(".now b")).to_have_text("A001")
        await expect(row.locator(".now span")).to_have_text("正在呼叫")
        await expect(row.locator(".does")).to_have_text("户籍")
        await expect(row.locator(".who .words span")).to_have_text(["民警 陈警官", f"警号 {CHEN}", PHONE])
        await expect(row.locator(".left")).to_have_text("1人")
        await expect(tab.locator("#services li")).to_have_text(["户籍等候1人", "出入境等候0人"])
        await expect(tab.locator("#call")).to_have_text("请A001号到1号窗口")
        assert await tab.evaluate("parseFloat(getComputedStyle(document.querySelector('#call .number')).fontSize)") >= (
            0.12 * 1080
        )
        await keep(tab, "M1-counters")


@pytest.mark.req("M20")
async def test_who_works_here_is_shown_with_photo_number_and_office_phone(browser: Browser, tmp_path: Path) -> None:
    async with screen_hall(tmp_path, screen='order = ["staff"]', who=(CHEN, WANG, SUN)) as hall:
        tab = await look(browser, hall.url)
        await hall.sign_in("pad-1", CHEN)
        await hall.sign_in("pad-2", WANG)
        cards = tab.locator("#info .block")
        await expect(cards.nth(0)).to_have_text(f"1号窗口民警 陈警官\n警号 {CHEN}\n电话 {PHONE}")
        await expect(cards.nth(1)).to_have_text(f"2号窗口辅警 王辅警\n工号 {WANG}\n电话 {PHONE}")
        loaded = "all => all.every((one) => one.complete && one.naturalWidth === 180)"
        photos = tab.locator("#info img, #counters img")
        await expect(photos).to_have_count(4)
        await tab.wait_for_function(f"() => ({loaded})([...document.querySelectorAll('#info img, #counters img')])")
        await keep(tab, "M20-staff")


@pytest.mark.alone
@pytest.mark.req("M17", "M31")
async def test_an_absence_is_told_in_full_as_soon_as_the_lintel_tells_it(browser: Browser, tmp_path: Path) -> None:
    async with screen_hall(tmp_path, who=(CHEN, LI, SUN)) as hall:
        tab = await look(browser, hall.url)
        await hall.sign_in("pad-1", CHEN)
        row = tab.locator(number(1))
        await expect(row.locator(".who")).to_contain_text("陈警官")
        await hall.do("pad-1", "pause", "1", "15", "5550199")
        words = await hall.shows("lintel-1", "暂停服务")
        told_at = asyncio.get_running_loop().time()
        await expect(row.locator(".now span")).to_have_text("暂停服务")
        assert asyncio.get_running_loop().time() - told_at < 1.0
        back = re.search(r"\d\d:\d\d返回", words)
        assert back
        await expect(row.locator(".does")).to_have_text(f"开会　{back[0]}　电话5550199")
        await expect(row.locator(".who")).not_to_be_visible()
        assert "陈警官" not in await row.inner_text()
        await keep(tab, "M17-absence")
        await hall.press("pad-1", "next")
        await hall.sign_in("pad-1", CHEN)
        await expect(row.locator(".who")).to_contain_text("陈警官")


@pytest.mark.req("M28")
async def test_at_closing_no_more_tickets_but_everybody_is_served(browser: Browser, tmp_path: Path) -> None:
    async with screen_hall(tmp_path, more=HOURS + NO_ALERTS, at=MONDAY + "16:59:00") as hall:
        await hall.ticket("A")
        await hall.ticket("A")
        await hall.go_on_at(MONDAY + "17:00:30")
        tab = await look(browser, hall.url)
        await expect(tab.locator("#banner")).to_have_text("停止取号，继续办理")
        await expect(tab.locator("#phase")).to_have_text("延时")
        await expect(tab.locator("#welcome")).to_have_text(re.compile("^延时服务\n.*09:00开始取号$"))
        await hall.press("pad-1", "next")
        await expect(tab.locator("#call")).to_have_text("请A001号到1号窗口")
        await keep(tab, "M28-closing")


@pytest.mark.req("M29")
async def test_the_hours_and_what_is_now_are_made_public(browser: Browser, tmp_path: Path) -> None:
    more = HOURS.replace("self_test", 'holidays = ["2026-11-24"]\nworkdays = ["2026-11-28"]\nself_test') + NO_ALERTS
    screen = 'order = ["hours"]\nversion = "7"\neffective = "2026-07-01"'
    async with screen_hall(tmp_path, screen=screen, more=more, at=MONDAY + "08:00:00") as hall:
        tab = await look(browser, hall.url)
        for at, phase, hours in (
            ("", "未上班", "今日09:00开始取号"),
            ("11:00:00", "上班", "取号至12:00"),
            ("12:30:00", "午休", "今日14:00继续取号"),
            ("18:00:00", "下班", "11月28日（周六）09:00开始取号"),
        ):
            if at:
                await hall.go_on_at(MONDAY + at)
            await expect(tab.locator("#hours")).to_have_text(hours)
            await expect(tab.locator("#phase")).to_have_text(phase)
            await expect(tab.locator("#info .block").first).to_have_text(f"现在{phase}　{hours}")
        page = (await snapshot(tab))["pages"][0]
        assert [(one["label"], one["text"]) for one in page["blocks"][1:]] == [
            ("周一", "09:00-12:00　14:00-17:00"),
            ("周二", "09:00-12:00"),
            ("周三至周日", "休息"),
            ("休息", "11月24日（周二）"),
            ("调休上班", "11月28日（周六）"),
        ]
        await expect(tab.locator("#info-foot")).to_have_text("版本 7　2026年7月1日起施行")
        await keep(tab, "M29-hours")


@pytest.mark.req("M41")
async def test_a_hub_that_cannot_write_says_so_and_nothing_else(browser: Browser, tmp_path: Path) -> None:
    async with screen_hall(tmp_path) as hall:
        tab = await look(browser, hall.url)
        await hall.ticket("A")
        assert hall.hub.pid
        hard = resource.prlimit(hall.hub.pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(hall.hub.pid, resource.RLIMIT_FSIZE, (0, hard))
        hall.keys["pad-1"].press("next")
        await expect(tab.locator("#fault")).to_have_text("系统故障，请听从引导员安排")
        await keep(tab, "M41-fault")
        resource.prlimit(hall.hub.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, hard))
        await expect(tab.locator("#fault")).to_be_hidden()
        await expect(tab.locator("#call")).to_have_text("请A001号到1号窗口")


@pytest.mark.req("M41")
async def test_what_works_otherwise_than_usual_is_said(browser: Browser, tmp_path: Path) -> None:
    async with screen_hall(tmp_path) as hall:
        tab = await look(browser, hall.url)
        await expect(tab.locator("#troubles")).to_be_hidden()
        hall.printers["dispenser-1"].why = "paper-out"
        await hall.press("dispenser-1", "A")
        await expect(tab.locator("#troubles")).to_have_text("取号机故障，请到引导台取号")
        await keep(tab, "M41-no-paper")


@pytest.mark.req("M40")
async def test_neither_the_page_nor_its_stream_knows_a_class_or_an_identity(browser: Browser, tmp_path: Path) -> None:
    card = "420106199003074511"
    rules = {"service_a": "real_name = true", "board": "dispenser-id-pico"}
    keys = '[devices.keys]\nD = { service = "B", class = "elderly" }\n'
    async with screen_hall(tmp_path, dispenser=keys, **rules) as hall:
        tab = await look(browser, hall.url)
        await hall.press("dispenser-1", "A")
        await hall.shows("dispenser-1", "请刷身份证")
        hall.readers["dispenser-1"].card = card
        await hall.paper()
        hall.readers["dispenser-1"].card = None
        await hall.shows("dispenser-1", "请按键取号")
        await hall.ticket("D")
        await hall.press("pad-1", "next")
        await hall.press("pad-2", "next")
        await expect(tab.locator("#recent li")).to_have_count(1)
        seen = str(await snapshot(tab)) + await tab.content()
        secrets = [card[:6], card[6:14], card[-4:], "老年人", "elderly", "优先"]
        assert [one for one in secrets if one in seen] == []
        assert "A001" in seen
        await keep(tab, "M40-numbers-only")


@pytest.mark.req("S1")
async def test_a_reception_room_has_a_quiet_screen(browser: Browser, tmp_path: Path) -> None:
    async with screen_hall(tmp_path) as hall:
        tab = await look(browser, hall.url, "?quiet=1")
        await hall.ticket("A")
        await hall.press("pad-2", "next")
        await expect(tab.locator("#call")).to_have_text("请A001号到2号窗口")
        assert await tab.locator("#hero").evaluate("one => one.getAnimations().length") == 0
        assert await tab.locator("audio, video").count() == 0
        await keep(tab, "S1-quiet")


@pytest.mark.req("S2", "S25")
async def test_a_zone_has_a_screen_of_its_own_and_arrows_show_the_way(browser: Browser, tmp_path: Path) -> None:
    near = {
        1: 'zone = "办理区"\narrow = "left"\nserves = ["A"]',
        2: 'zone = "受理区"\narrow = "right"\nserves = ["B"]',
        3: 'arrow = "up"',
    }
    async with screen_hall(tmp_path, count=3, counter_more=near) as hall:
        every, zone = await look(browser, hall.url), await look(browser, hall.url, "?zone=受理区")
        await expect(every.locator("#counters .row")).to_have_count(3)
        await expect(zone.locator("#counters .row")).to_have_count(1)
        await expect(zone.locator("#services li")).to_have_text(["出入境等候0人"])
        for key, pad, words in (
            ("A", 1, "请A001号到1号窗口←"),
            ("B", 2, "请B001号到2号窗口→"),
            ("A", 3, "请A002号到3号窗口↑"),
        ):
            await hall.ticket(key)
            await hall.press(f"pad-{pad}", "next")
            await expect(every.locator("#call")).to_have_text(words)
        await expect(zone.locator("#call")).to_have_text("请B001号到2号窗口→")
        await expect(zone.locator("#hall")).to_have_text("满员厅 · 受理区")
        await keep(every, "S25-arrows")
        await keep(zone, "S2-zone")
        answer = await zone.request.get(hall.url + "?zone=nowhere")
        assert (answer.status, await answer.text()) == (404, "no zone nowhere; the hall's file has 办理区、受理区")


@pytest.mark.req("S8")
async def test_a_call_is_shown_once_however_often_it_is_said(browser: Browser, tmp_path: Path) -> None:
    async with screen_hall(tmp_path) as hall:
        tab = await look(browser, hall.url)
        await hall.ticket("A")
        await hall.press("pad-1", "next")
        await expect(tab.locator("#call")).to_have_text("请A001号到1号窗口")
        before = await tab.locator("main").inner_text()
        first = (await snapshot(tab))["calls"][0]["at"]
        await hall.press("pad-1", "recall")
        await hall.until(lambda: "TicketRecalled" in str(hall.facts()), "no recall")
        assert (await snapshot(tab))["calls"][0]["at"] > first
        assert await tab.locator("main").inner_text() == before
        assert before.count("A001") == 2, "large, and in the table"
        await keep(tab, "S8-once")


@pytest.mark.req("S27")
async def test_whoever_comes_in_is_welcomed_while_nobody_is_called(browser: Browser, tmp_path: Path) -> None:
    async with screen_hall(tmp_path, screen='welcome = "欢迎光临"\ncall_s = 10') as hall:
        tab = await look(browser, hall.url, frozen=True)
        await expect(tab.locator("#welcome")).to_have_text("欢迎光临")
        await keep(tab, "S27-welcome")
        await hall.ticket("A")
        await hall.press("pad-1", "next")
        await expect(tab.locator("#call")).to_be_visible()
        await expect(tab.locator("#welcome")).to_be_hidden()
        await tab.clock.fast_forward(10_000)
        await expect(tab.locator("#welcome")).to_have_text("欢迎光临")
        await expect(tab.locator(number(1)).locator(".now b")).to_have_text("A001")

"""A day of every role, in Chromium, in a busy simulated hall: real hub, broker, journal, firmware; keys and pages.

The hall is the one of `make hall`. Citizens take numbers at the dispenser and clerks press their pads all the while.
"""

import asyncio
import contextlib
import itertools
import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from hub.staff.permissions import ROLE_WORDS
from sim import Hall
from sim.errors import WaitedInVainError
from tests.browser.conftest import ROOT
from tests.conftest import command_line, descendants

PIN = "1234"
POLICE, OTHER_POLICE, GUIDE, MANAGER, VIEWER, COMPLAINTS = "1001", "1002", "1003", "1004", "1005", "1006"
NUMBER = re.compile("[A-D][0-9]{3}")
SERVICES = "ABCD"
COUNTERS = (2, 3, 4)
"""Where clerks press the keys of their pads; the first one has a browser."""
PC, TABLET = {"width": 1366, "height": 768}, {"width": 1280, "height": 800}
PRESSES = 10
COMING_MS = 30_000
"""Within which somebody comes for every service."""
TAKE_EVERY_S = 1.2
SERVE_EVERY_S = 2.0


async def citizens(hall: Hall) -> None:
    """Take numbers, service after service; who gets none presses again, as people do."""
    for service in itertools.cycle(SERVICES):
        with contextlib.suppress(WaitedInVainError):
            await hall.press("dispenser-1", service)
            await hall.paper("dispenser-1", limit_s=5)
        await asyncio.sleep(TAKE_EVERY_S)


async def clerks(hall: Hall) -> None:
    """Call and serve at the pads, counter after counter."""
    for counter in itertools.cycle(COUNTERS):
        await hall.press(f"pad-{counter}", "next")
        await asyncio.sleep(SERVE_EVERY_S)


@pytest.fixture(autouse=True)
def no_process_is_left() -> None:
    """The hall goes on between the days and starts programs when it needs them: its fixture looks at what is left."""


@pytest.fixture(autouse=True)
def no_task_is_left() -> None:
    """A program that speaks while a day ends is read by tasks of the hall: its fixture looks at these too."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def busy(shared_processes: set[int], tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hall]:
    """The simulated hall, at work."""
    before, tasks = descendants(os.getpid(), shared_processes), asyncio.all_tasks()
    file = tmp_path_factory.mktemp("busy") / "hall.toml"
    shutil.copy(ROOT / "examples" / "five-counters.toml", file)
    async with Hall(file) as hall:
        working = [asyncio.create_task(citizens(hall)), asyncio.create_task(clerks(hall))]
        try:
            yield hall
        finally:
            for task in working:
                task.cancel()
            results = await asyncio.gather(*working, return_exceptions=True)
    left = descendants(os.getpid(), shared_processes) - before
    assert sorted(map(command_line, left)) == []
    assert [task for task in asyncio.all_tasks() - tasks if task is not asyncio.current_task()] == []
    for result in results:
        if isinstance(result, Exception):
            raise result


class Day:
    """Somebody at his browser. url: of the staff's pages."""

    def __init__(self, hall: Hall, page: Page, pictures: Path) -> None:
        self.hall = hall
        self.page = page
        self.url = f"{hall.screen_url}staff"
        self._pictures = pictures

    async def come_in(self, number: str, path: str = "") -> None:
        """Sign in, and go to a page."""
        await self.page.goto(f"{self.url}/in?next=/staff{path}")
        await self.page.fill("input[name=number]", number)
        await self.page.fill("input[name=pin]", PIN)
        await self.page.click("button.main")
        await self.page.wait_for_url(f"{self.url}{path}*")

    async def see(self, path: str, *words: str) -> None:
        """Go to a page, and find words on it."""
        await self.page.goto(f"{self.url}{path}")
        for one in words:
            await expect(self.page.locator("main")).to_contain_text(one)

    async def picture(self, name: str) -> None:
        """Keep what is on show."""
        await self.page.screenshot(path=self._pictures / f"day-{name}.png", full_page=True)

    async def says(self, words: str) -> None:
        """Wait until the page answers so."""
        await expect(self.page.locator("#said")).to_contain_text(words)


async def guide(day: Day) -> None:
    """A ticket in one tap, on real paper; a second one with a class."""
    await day.come_in(GUIDE, "/guide")
    await day.page.get_by_role("button", name="上岗").tap()
    await day.says("已上岗")
    await day.page.locator('button[value="A"]').tap()
    await day.says("已取号 A")
    await day.page.get_by_text("老年人", exact=True).tap()
    await day.page.locator('button[value="B"]').tap()
    await expect(day.page.locator("#recent")).to_contain_text("老年人")
    await day.picture("guide")


async def sit_down(day: Day, number: str, counter: int) -> None:
    """Work at a counter from a browser, and wait until somebody may be called there."""
    await day.come_in(number, "/counter/choose")
    await day.page.click(f"text={counter}号窗")
    await day.page.click("button:has-text('在本窗上岗')")
    await expect(day.page.locator("#line")).to_contain_text(NUMBER, timeout=COMING_MS)


async def call(day: Day) -> str:
    """Press 顺呼 until it is one's own turn to have somebody: others call too. Return the number."""
    for _ in range(PRESSES):
        await expect(day.page.locator("#line")).to_contain_text(NUMBER, timeout=COMING_MS)
        await day.page.click("#key-next")
        await expect(day.page.locator("#said")).to_contain_text(re.compile("已呼叫|无号码|请再按一次"))
        number = (await day.page.locator(".counter-number").inner_text()).strip()
        if NUMBER.fullmatch(number):
            return number
    raise AssertionError("nobody is left for this counter")


async def clerk(day: Day) -> None:
    """Counter 1 without a pad: call, serve, end; the lintel over it follows."""
    await sit_down(day, POLICE, 1)
    number = await call(day)
    await day.hall.panel("lintel-1", f"请{number}号到1号窗")
    await day.page.click("#key-begin")
    await expect(day.page.locator(".counter-told")).to_contain_text("办理中")
    await day.picture("clerk")
    await day.page.click("#key-finish")
    await expect(day.page.locator(".counter-number")).to_have_text("空闲")


async def handler(day: Day) -> None:
    """What is missing is told, from the counter's page."""
    await sit_down(day, OTHER_POLICE, 5)
    await call(day)
    await day.page.click("#open-notice")
    await day.page.fill("#notice textarea", "居民户口簿原件")
    await day.page.click("#notice button:has-text('口头')")
    await day.says("已记录口头告知")
    await day.picture("handler")
    await day.page.click("#key-finish")
    await expect(day.page.locator(".counter-number")).to_have_text("空闲")


async def duty(day: Day) -> None:
    """The whole hall at one glance, and a fault that all panels tell of until it is over."""
    await day.come_in(POLICE, "/duty")
    for counter in COUNTERS:
        await expect(day.page.locator("#counters")).to_contain_text(f"{counter}号")
    await expect(day.page.locator("#counters")).to_contain_text("呼叫 ")
    await day.picture("duty")
    day.page.on("dialog", lambda dialog: dialog.accept())
    await day.page.get_by_role("button", name="报告系统故障").click()
    await expect(day.page.locator("#sums")).to_contain_text("报告了系统故障")
    await day.page.get_by_role("button", name="解除系统故障").click()
    await expect(day.page.locator("#sums")).not_to_contain_text("报告了系统故障")
    await day.see("/incidents", "系统故障（人工报告）")


async def complaints(day: Day) -> None:
    """An order of the hotline: entered, taken over, called back, settled; and the table of what is left."""
    await day.come_in(COMPLAINTS, "/complaints")
    await day.page.get_by_text("登记投诉（").click()
    await day.page.fill("input[name=reference]", "HD-2026-1122")
    await day.page.locator("form[action='/staff/complaints/enter'] select[name=counter]").select_option("3")
    await day.page.locator("form[action='/staff/complaints/enter'] textarea").fill("等候时间过长")
    await day.page.locator("form[action='/staff/complaints/enter'] button.main").click()
    await expect(day.page.locator("main")).to_contain_text("HD-2026-1122")
    await day.page.get_by_role("button", name="接办").click()
    await day.says("已接办")
    await day.picture("complaints")
    await day.see("/complaints?which=mine", "HD-2026-1122")


async def viewer(day: Day) -> None:
    """A record of a ticket of today, with every step; and the journal's chain, which holds while the hall works."""
    await day.come_in(VIEWER, "/archive")
    await day.page.get_by_label("号码").fill("A001")
    await day.page.keyboard.press("Enter")
    await day.page.get_by_role("link", name="A001").click()
    await expect(day.page.locator("tbody")).to_contain_text("出票")
    await day.picture("viewer")
    await day.see("/archive/check", "行")


async def agree(day: Day, words: str) -> None:
    """Read the difference, and save it."""
    await expect(day.page.locator("#preview-words")).to_contain_text(words)
    await day.page.locator("#preview-yes").click()
    await expect(day.page.locator(".made")).to_be_visible()


async def system(day: Day) -> None:
    """Somebody new; how the devices are; who was here; a token for another system."""
    await day.come_in(MANAGER, "/people")
    await day.page.get_by_role("link", name="新增人员").click()
    await day.page.get_by_label("工号（4至8位数字）").fill("1099")
    await day.page.get_by_label("姓名").fill("郑新")
    for label in ("密码（4至8位数字）", "再输一次密码"):
        await day.page.get_by_label(label, exact=True).fill("4321")
    await day.page.get_by_role("button", name="新增").click()
    await agree(day, "人员 1099 郑新")
    await day.picture("system")
    await day.see("/devices", "dispenser-1")
    await day.see("/log", "周敏")
    await day.see("/tokens")


async def business(day: Day) -> None:
    """What a service costs is changed while people wait for it, and shown to citizens at once."""
    await day.come_in(MANAGER, "/services")
    await day.page.get_by_role("link", name="修改户籍").click()
    await day.page.get_by_label("收费标准").fill("工本费10元")
    await day.page.get_by_role("button", name="保存").click()
    await agree(day, "收费标准：工本费10元")
    await day.picture("business")
    await day.page.goto(f"{day.hall.screen_url}services")
    await expect(day.page.locator("body")).to_contain_text("工本费10元")


async def announcer(day: Day) -> None:
    """A notice is seen on the hall screen before it is published, and after."""
    await day.come_in(MANAGER, "/screen-notices")
    await day.page.get_by_label("滚动通知").fill("本周六上午照常办理居民身份证")
    await day.page.get_by_role("button", name="预览").click()
    await expect(day.page.frame_locator("iframe").locator("#notices")).to_contain_text("本周六上午")
    await day.picture("announcer")
    await day.page.get_by_role("button", name="发布到综合屏").click()
    await expect(day.page.locator(".made")).to_be_visible()
    await day.page.goto(f"{day.hall.screen_url}?quiet")
    await expect(day.page.locator("#notices")).to_contain_text("本周六上午照常办理居民身份证")


async def statistician(day: Day) -> None:
    """What today has come to so far, by counter; taken away as a spreadsheet."""
    await day.come_in(MANAGER, "/reports")
    await day.page.get_by_role("link", name="日报").click()
    await expect(day.page.locator("tfoot").first).to_be_visible()
    await expect(day.page.get_by_role("rowheader", name="3号窗")).not_to_have_count(0)
    await day.picture("statistician")
    async with day.page.expect_download() as download:
        await day.page.get_by_role("link", name="导出XLSX").click()
    assert (await (await download.value).path()).read_bytes().startswith(b"PK")


DAYS: dict[str, tuple[dict[str, int], Callable[[Day], Awaitable[None]]]] = {
    "guide": (TABLET, guide),
    "clerk": (PC, clerk),
    "handler": (PC, handler),
    "duty": (PC, duty),
    "viewer": (PC, viewer),
    "system": (PC, system),
    "business": (PC, business),
    "announcer": (PC, announcer),
    "statistician": (PC, statistician),
    "complaints": (PC, complaints),
}
"""Role to its window and its day."""


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("role", list(DAYS))
async def test_a_day_of(role: str, busy: Hall, browser: Browser, pictures: Path) -> None:
    window, live = DAYS[role]
    context = await browser.new_context(viewport=window, has_touch=True)  # type: ignore[arg-type]
    page = await context.new_page()
    page.set_default_timeout(15_000)
    foreign: list[str] = []
    page.on("request", lambda one: one.url.startswith(busy.screen_url) or foreign.append(one.url))
    await live(Day(busy, page, pictures))
    assert foreign == []
    await context.close()


def test_every_role_has_its_day() -> None:
    assert set(DAYS) == set(ROLE_WORDS) - {"maintainer"}, "a maintainer has the command line"

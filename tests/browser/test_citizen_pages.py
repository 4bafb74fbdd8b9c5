"""The pages for citizens' phones in a browser: the queue before a number, and the list of services; also on paper."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, expect

from hub.rules import commands
from hub.web.server import ScreenServer
from sim.bench.floor import free_port
from tests.browser.synthetic import Fed, plain
from tests.outside.looked_at import LookedAt, busy

PHONE = {"width": 390, "height": 844}


@pytest.fixture
async def hall(tmp_path: Path) -> LookedAt:
    return busy(tmp_path)


@pytest.fixture
async def server(hall: LookedAt) -> AsyncIterator[tuple[ScreenServer, str]]:
    port = free_port()
    server = ScreenServer(hall.hall, Fed(plain(hall.hall)), more=hall.outside.routes)
    server.start("127.0.0.1", port)
    yield server, f"http://127.0.0.1:{port}"
    await server.close()


async def sound(page: Page, picture: Path) -> None:
    """Keep a picture of a page that axe-core finds nothing wrong with, and that is no wider than the phone."""
    await page.screenshot(path=picture, full_page=True)
    found = await Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag2aaa"]})
    assert [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]] == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


async def watched(context: BrowserContext) -> tuple[Page, list[str], list[str]]:
    """Return a page, with what it asks for and what it complains of."""
    page = await context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, asked, complaints


@pytest.mark.req("M38", "M50", "M11")
async def test_a_phone_follows_its_own_queue_until_the_hall_is_silent(
    browser: Browser, hall: LookedAt, server: tuple[ScreenServer, str], pictures: Path
) -> None:
    context = await browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page, asked, complaints = await watched(context)
    await page.clock.install()
    here = server[1]
    await page.goto(f"{here}/services")
    assert await page.locator("article").count() == 3
    await sound(page, pictures / "citizen-services.png")
    await page.goto(f"{here}/t/{hall.code(3)}")
    await expect(page.locator("dd").first).to_have_text("无人，下一个可能就是您")
    await sound(page, pictures / "citizen-waiting.png")
    hall.scene.later(60_000)
    hall.do(commands.Finish(counter=1, result="1"))
    hall.scene.later(5_000)
    hall.do(commands.CallNext(counter=1))
    await page.clock.run_for(5_500)
    await expect(page.locator(".state")).to_have_text("请到1号窗口")
    await sound(page, pictures / "citizen-called.png")
    assert complaints == []
    assert [url for url in asked if not url.startswith(here)] == []
    await server[0].close()
    for _ in range(6):
        await page.clock.run_for(5_500)
    await expect(page.locator("#fresh")).to_contain_text("与大厅的连接中断，以上不是最新")
    await sound(page, pictures / "citizen-silent.png")
    await context.close()


@pytest.mark.req("M38")
async def test_without_scripts_it_is_read_again_by_itself(
    browser: Browser, hall: LookedAt, server: tuple[ScreenServer, str], pictures: Path
) -> None:
    context = await browser.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    page, asked, _ = await watched(context)
    await page.goto(f"{server[1]}/t/{hall.code(6)}")
    await expect(page.locator("dd").first).to_have_text("3人")
    assert await page.locator("meta[http-equiv=refresh]").get_attribute("content") == "15"
    assert not [url for url in asked if url.endswith(".js")], "scripts are off"
    await page.goto(f"{server[1]}/t/{hall.code(6, '20261122')}")
    await expect(page.locator(".state")).to_have_text("此二维码已失效")
    await page.screenshot(path=pictures / "citizen-old-code.png")
    await context.close()

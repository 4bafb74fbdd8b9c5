"""A fault that somebody declares covers the hall screen, and leaves nothing of the last call behind."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.screen_hall import keep, look, screen_hall


@pytest.mark.req("M41")
async def test_a_declared_fault_covers_the_screen_until_it_is_ended(browser: Browser, tmp_path: Path) -> None:
    async with screen_hall(tmp_path, more='[pad]\nkeys = { no-show = "fault" }\n') as hall:
        tab = await look(browser, hall.url)
        await hall.ticket("A")
        await hall.press("pad-1", "next")
        await expect(tab.locator("#call")).to_have_text("请A001号到1号窗口")
        await hall.press("duty", "no-show")
        await expect(tab.locator("#fault")).to_have_text("系统故障，请听从引导员安排")
        await expect(tab.locator("#call")).to_be_hidden()
        await keep(tab, "M41-declared")
        await hall.shows("duty", "系统故障 ")
        await hall.press("duty", "no-show")
        await expect(tab.locator("#fault")).to_be_hidden()
        await expect(tab.locator("#call")).to_have_text("请A001号到1号窗口")

"""Every page that is declared, in Chromium: fits its window, can be used without a mouse, axe finds nothing serious."""

from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, expect
from playwright.async_api import Page as Tab

from hub.rules import commands
from hub.staff.pages import DECLARED
from hub.staff.permissions import PERMISSIONS
from hub.staff.routing import Page
from tests.attacks.test_pages import ROLES, everything
from tests.staff.house import CHEN, Pages, open_house, staff_hall
from tests.staff.served import come_in, serve

WINDOWS = {"tablet": (1280, 800), "pc": (1366, 768)}
FILES = (".csv", ".txt", ".xlsx", "/file", "/zip")
"""Ends of addresses that are downloads, not pages."""
TABS_MAX = 400
IN_TURN = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  return {
    what: one.outerHTML.slice(0, 120),
    isSeen: style.outlineStyle !== "none" || one.tagName === "MAIN",
    height: Math.round(box.height),
    isButton: one.tagName === "BUTTON" || one.classList.contains("button"),
    isNamed: !!(one.innerText || one.getAttribute("aria-label") || one.getAttribute("aria-labelledby")
      || one.title || one.alt || (one.labels && one.labels.length)),
    key: [...document.querySelectorAll("*")].indexOf(one),
  };
}"""


async def make_busy(pages: Pages) -> None:
    """Give the pages something to show: people who wait, one who is served, one who rated badly."""
    for _ in range(3):
        pages.house.ask(commands.TakeTicket(dispenser="dispenser-1", key="A", boot=1, service="A"))
        (job,) = pages.house.state.jobs
        pages.house.ask(commands.ConfirmPrint(dispenser="dispenser-1", job=job))
    pages.house.ask(commands.SignIn(counter=1, person=CHEN))
    pages.house.ask(commands.CallNext(counter=1))
    pages.house.ask(commands.Finish(counter=1))
    pages.house.ask(commands.Rate(counter=1, level=1))
    pages.house.ask(commands.CallNext(counter=1))


def seen_by(number: str) -> list[Page]:
    """Return the pages that one of the two may see, downloads and single records left out."""
    return [
        one
        for one in DECLARED
        if isinstance(one, Page)
        and any(f'"{role}"' in ROLES[number] for role in PERMISSIONS[one.permission].roles)
        and "{" not in one.path
        and not one.path.endswith(FILES)
    ]


@pytest.mark.parametrize("number", list(ROLES))
async def test_every_page_fits_and_can_be_used_without_a_mouse(tmp_path: Path, browser: Browser, number: str) -> None:
    text = everything(staff_hall())
    async with open_house(tmp_path, text) as pages, serve(pages, printing=False) as address:
        pages.house.ask(commands.ReportDevice(device="dispenser-1", state="ready", boot=1, alerts={}))
        await make_busy(pages)
        tab = await browser.new_page()
        foreign: list[str] = []
        tab.on("request", lambda request: request.url.startswith((address, "data:")) or foreign.append(request.url))
        errors: list[str] = []
        tab.on("pageerror", lambda error: errors.append(str(error)))
        await come_in(tab, address, number)
        for page in seen_by(number):
            for width, height in WINDOWS.values():
                await tab.set_viewport_size({"width": width, "height": height})
                await tab.goto(f"{address}{page.path}")
                await expect(tab.locator("h1").first).to_be_visible()
                wide = await tab.evaluate("document.documentElement.scrollWidth - window.innerWidth")
                assert wide <= 0, f"{page.path} is {wide} px wider than a window of {width}"
            await with_keys_alone(tab, page.path)
            found = (await Axe().run(tab)).response["violations"]
            assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == [], page.path
        assert (foreign, errors) == ([], [])
        await tab.close()


async def with_keys_alone(tab: Tab, path: str) -> None:
    """Go through everything by Tab: each can be seen to have the focus, has a name, is large enough for a finger."""
    first = None
    for _ in range(TABS_MAX):
        await tab.keyboard.press("Tab")
        at = await tab.evaluate(IN_TURN)
        if at is None or at["key"] == first:
            return
        first = first or at["key"]
        assert at["isSeen"], f"{path}: {at['what']} does not show that it has the focus"
        assert at["isNamed"], f"{path}: {at['what']} has no name"
        assert not at["isButton"] or at["height"] >= 44, f"{path}: {at['what']} is {at['height']} px high"
    raise AssertionError(f"{path}: one never comes back to the beginning")

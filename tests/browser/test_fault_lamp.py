"""The lamp beside a printer's slot, as the node lights it, is on the simulator's page (M4)."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from sim import Hall
from sim.web import Page
from tests.browser.test_page import visit

LAMP = "#device-dispenser-1 .fault-lamp"


@pytest.mark.req("M4")
async def test_the_lamp_of_a_printer_is_lit_while_it_stops(
    browser: Browser, hall: Hall, served: Page, pictures: Path
) -> None:
    tab = await visit(browser, served)
    await expect(tab.locator(LAMP)).to_have_attribute("data-lamp", "off")
    hall.printer("dispenser-1").cover_open = True
    await expect(tab.locator(LAMP)).to_have_attribute("data-lamp", "on")
    await tab.screenshot(path=pictures / "fault-lamp.png")
    hall.printer("dispenser-1").cover_open = False
    await expect(tab.locator(LAMP)).to_have_attribute("data-lamp", "off")

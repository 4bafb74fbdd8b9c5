"""The pages of `open_house` on a port of this computer, for browsers: the hall's rounds go on, its printers print.

async with open_house(tmp_path) as pages, serve(pages) as address:
    await page.goto(f"{address}/staff")
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from playwright.async_api import Page

from hub.outside.pages import Outside
from hub.rules import commands
from hub.web.server import ScreenServer
from sim.ports import free_port
from tests.staff.house import PIN, Pages

ROUND_S = 1.0


@contextlib.asynccontextmanager
async def serve(pages: Pages, *, printing: bool = True, rounds: bool = True) -> AsyncIterator[str]:
    """Serve the staff's pages and those for everybody; yield http://127.0.0.1:PORT.

    printing: every printer is there and puts out what it owes. rounds: what the hub does each second is done.
    """
    works, port = pages.house.works, free_port()
    outside = Outside(lambda: works.present, pages.house.folder, office=lambda: works.complaints)
    staff, devices = (lambda _closing: pages.app), works.maintenance.devices
    server = ScreenServer(works.hall, works.feed, devices, staff, outside.routes)
    if printing:
        come_up(pages)
    tasks = [asyncio.create_task(print_on(pages))] if printing else []
    tasks += [asyncio.create_task(go_round(pages))] if rounds else []
    server.start("127.0.0.1", port)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        pages.closing.set()
        await server.close()
        await outside.close()
    for result in results:
        if isinstance(result, Exception):
            raise result


def come_up(pages: Pages) -> None:
    """Have every device say that it is there."""
    for device in pages.house.hall.devices:
        pages.house.ask(commands.ReportDevice(device=device.name, state="ready", boot=1, alerts={}))


def print_out(pages: Pages) -> None:
    """Have every printer put out all that it owes."""
    under_way = pages.house.state.under_way
    while under_way:
        for printer, job in list(under_way.items()):
            pages.house.ask(commands.ConfirmPrint(dispenser=printer, job=job))


async def print_on(pages: Pages) -> None:
    """Print whatever is owed, as it comes."""
    seen = -1
    while True:
        print_out(pages)
        seen = await pages.house.works.feed.news(seen)


async def go_round(pages: Pages) -> None:
    """Do what the hub does each second."""
    while True:
        await asyncio.sleep(ROUND_S)
        pages.house.service._go_round()


async def come_in(page: Page, address: str, person: str, path: str = "/staff") -> None:
    """Sign in with a browser, and go to a page."""
    await page.goto(f"{address}/staff/in?next={path}")
    await page.fill('input[name="number"]', person)
    await page.fill('input[name="pin"]', PIN)
    await page.click("button.main")
    await page.wait_for_url(f"{address}{path}")

"""A browser and a simulated hall with its page, for the tests of the page; their pictures are kept in pictures/."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from sim import Hall
from sim.web import Page

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium; Playwright's own is not needed."""
    program = shutil.which("chromium")
    if not program:
        pytest.fail("chromium is not installed; run: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    async with Hall(ROOT / "examples" / "five-counters.toml") as hall:
        yield hall


@pytest.fixture
async def served(hall: Hall) -> AsyncIterator[Page]:
    async with Page(hall) as page:
        yield page


@pytest.fixture
def pictures() -> Path:
    folder = ROOT / "pictures"
    folder.mkdir(exist_ok=True)
    return folder

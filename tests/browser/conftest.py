"""A browser and a simulated hall with its page, for the tests of the page; their pictures are kept in pictures/."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from sim import Hall
from sim.web import Page
from tests.conftest import command_line, descendants

ROOT = Path(__file__).parents[2]
LIMIT_MS = 20_000
"""For what is expected on a page: how long that takes is not what these tests are about, unless they say so."""

expect.set_options(timeout=LIMIT_MS)


@pytest.fixture
def _function_scoped_runner(_session_scoped_runner: asyncio.Runner) -> asyncio.Runner:
    """Run every test here, and its fixtures, in one loop: that of the browser, which they share.

    The name is pytest-asyncio's. Without this, whatever is said to the browser would wait in a loop that stands still.
    """
    return _session_scoped_runner


@pytest.fixture(scope="module")
def _module_scoped_runner(_session_scoped_runner: asyncio.Runner) -> asyncio.Runner:
    """The same for what the tests of a module share."""
    return _session_scoped_runner


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def chromium(shared_processes: set[int]) -> AsyncIterator[Browser]:
    """Debian's Chromium, started once for all tests here and gone after the last; Playwright's own is not needed."""
    program = shutil.which("chromium")
    if not program:
        pytest.fail("chromium is not installed; run: apt-get install chromium")
    before = descendants(os.getpid())
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        started = descendants(os.getpid()) - before
        shared_processes |= started
        yield browser
        await browser.close()
    shared_processes -= started
    left = sorted(f"{pid} {command_line(pid)}" for pid in descendants(os.getpid()) - before)
    assert not left, f"the browser left processes behind: {left}"


@pytest.fixture
async def browser(chromium: Browser, _session_scoped_runner: asyncio.Runner) -> AsyncIterator[Browser]:
    """The browser without anything that an earlier test has opened, stored or allowed; what it opens is closed."""
    assert asyncio.get_running_loop() is _session_scoped_runner.get_loop(), "this is not the loop of the browser"
    assert chromium.contexts == []
    yield chromium
    for context in chromium.contexts:
        await context.close()


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

"""A staffed hall whose hub serves its hall screen, and what tests do with the screen in Chromium."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.async_api import Browser, Page, expect

from sim.bench.floor import free_port
from tests.hall.staffed import HALL, StaffedHall, counters, desks, device, people

LANDSCAPE, PORTRAIT = (1920, 1080), (1080, 1920)
SIZES = (LANDSCAPE, PORTRAIT)
KEPT = Path(__file__).parents[2] / "pictures" / "screen"
PHONE = "027-5550121"


class ScreenHall(StaffedHall):
    """A staffed hall with a hall screen."""

    web_port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.web_port}/"


@asynccontextmanager
async def screen_hall(
    folder: Path,
    *,
    count: int = 2,
    screen: str = "",
    more: str = "",
    rules: str = "",
    service_a: str = "",
    counter_more: dict[int, str] | None = None,
    who: tuple[str, ...] = (),
    dispenser: str = "",
    board: str = "dispenser-pico",
    at: str | None = None,
) -> AsyncIterator[ScreenHall]:
    """Run a hall with a screen. screen: keys of its table [screen]. who: its people, all with photo and phone."""
    port = free_port()
    text = HALL.format(rules=rules, service_a=service_a, service_b="")
    text += people(who).replace("\npin =", f'\nphone = "{PHONE}"\nphoto = "photo.png"\npin =')
    text += counters(count, counter_more) + device("dispenser-1", "dispenser", board, dispenser) + desks("dispenser-1")
    text += f"[web]\nport = {port}\n[screen]\n{screen}\n{more}"
    draw_picture(folder / "photo.png")
    hall = ScreenHall(folder, text, at)
    hall.web_port = port
    try:
        await hall.start()
        yield hall
    finally:
        await hall.close()


def draw_picture(path: Path, size: tuple[int, int] = (180, 240)) -> None:
    """Draw what stands in for a photo or for a supplied sign."""
    picture = Image.new("RGB", size, "#c9d6e6")
    ImageDraw.Draw(picture).ellipse([size[0] // 4, size[1] // 4, 3 * size[0] // 4, 3 * size[1] // 4], fill="#22385c")
    picture.save(path)


async def look(
    browser: Browser, url: str, query: str = "", *, size: tuple[int, int] = LANDSCAPE, frozen: bool = False
) -> Page:
    """Open the screen and wait until it is live; a fault in a script fails the test. frozen: its clock can be moved."""
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]})
    tab = await context.new_page()
    tab.set_default_timeout(12_000)
    if frozen:
        await tab.clock.install()
    faults: list[str] = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    await tab.goto(url + query)
    await expect(tab.locator("body")).to_have_attribute("data-stream", "live")
    await expect(tab.locator("#counters .row").first).to_be_attached()
    assert faults == []
    return tab


async def keep(tab: Page, name: str) -> None:
    """Keep a picture of the screen in both positions; in neither does anything lie outside or is anything cut."""
    KEPT.mkdir(parents=True, exist_ok=True)
    for width, height in SIZES:
        await tab.set_viewport_size({"width": width, "height": height})
        await tab.wait_for_function(f"() => innerWidth === {width} && innerHeight === {height}")
        await tab.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        await tab.screenshot(path=KEPT / f"{name}-{width}x{height}.png")
        cut = await cut_texts(tab)
        assert not cut, f"{name} at {width}x{height}: {cut}"


_CUT = """() => {
  const clipped = (one) => {
    for (let up = one.parentElement; up; up = up.parentElement) {
      if (getComputedStyle(up).overflow === "visible" && up !== document.body) continue;
      const box = up.getBoundingClientRect(), own = one.getBoundingClientRect();
      if (own.left < box.left - 1 || own.right > box.right + 1 || own.top < box.top - 1 || own.bottom > box.bottom + 1)
        return true;
    }
    return false;
  };
  const texts = [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility() && !one.closest("#band")
    && [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()));
  const wide = texts.filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth);
  return [...texts.filter(clipped), ...wide].map((one) => one.textContent);
}"""


async def cut_texts(tab: Page) -> list[str]:
    """Return the texts of which a part cannot be seen, the running band left out."""
    found: list[str] = await tab.evaluate(_CUT)
    return found


async def snapshot(tab: Page, query: str = "") -> dict[str, Any]:
    """Return the first snapshot of a new stream, as the screen gets it."""
    text = await tab.evaluate(
        """async (address) => {
          const answer = await fetch(address), reader = answer.body.getReader(), decoder = new TextDecoder();
          let text = "";
          while (!text.includes("\\n\\n")) text += decoder.decode((await reader.read()).value, { stream: true });
          await reader.cancel();
          return text;
        }""",
        "events" + query,
    )
    found: dict[str, Any] = json.loads(text.removeprefix("data: ").split("\n\n")[0])
    return found

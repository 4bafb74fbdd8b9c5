"""The voice on the page of the simulated hall: written out for everybody, heard by who switches it on."""

from pathlib import Path

from playwright.async_api import Browser, expect

from sim import Hall
from sim.web import Page

SAYS = "播报（普通话、粤语）：请A001号到3号窗口办理"
RECORD = """() => {
  window.played = [];
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    window.played.push(new URL(this.src).pathname);
    return play.call(this);
  };
}"""


async def test_a_call_is_written_out_and_heard_once_it_is_switched_on(
    browser: Browser, served: Page, hall: Hall, pictures: Path
) -> None:
    tab = await browser.new_page(viewport={"width": 1920, "height": 1080})
    wrong: list[str] = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    await tab.goto(served.url)
    await expect(tab.locator("body")).to_have_attribute("data-stream", "live")
    await tab.evaluate(RECORD)
    await expect(tab.locator("#caption")).to_be_hidden()
    voice = tab.get_by_role("button", name="语音")
    await expect(voice).to_have_attribute("aria-pressed", "false")
    await hall.press("dispenser-1", "A")
    await hall.paper("dispenser-1")
    await hall.press("pad-3", "next")
    await expect(tab.locator("#caption")).to_have_text(SAYS)
    await tab.screenshot(path=pictures / "voice-1920x1080.png")
    assert await tab.evaluate("window.played") == [], "nothing sounds before the visitor wants it"
    await voice.click()
    await expect(voice).to_have_attribute("aria-pressed", "true")
    await hall.press("dispenser-1", "A")
    await hall.paper("dispenser-1")
    await hall.press("pad-4", "next")
    await hall.until(lambda: len(hall.device("speaker-1").spoken) == 2, limit_s=30)
    await tab.wait_for_function("window.played.length === 1")
    assert await tab.evaluate("window.played") == ["/spoken/speaker-1/2.wav"]
    await voice.click()
    await expect(voice).to_have_attribute("aria-pressed", "false")
    assert wrong == []


async def test_the_browser_can_play_what_the_speaker_said(browser: Browser, served: Page, hall: Hall) -> None:
    tab = await browser.new_page()
    await tab.goto(served.url)
    await expect(tab.locator("body")).to_have_attribute("data-stream", "live")
    await hall.press("dispenser-1", "A")
    await hall.paper("dispenser-1")
    await hall.press("pad-3", "next")
    said = await hall.spoken("speaker-1", "请A001号到3号窗口办理")
    length_s = await tab.evaluate(
        """(url) => new Promise((done, fail) => {
          const audio = new Audio(url);
          audio.addEventListener("loadedmetadata", () => done(audio.duration));
          audio.addEventListener("error", () => fail(new Error(audio.error.message)));
        })""",
        "/spoken/speaker-1/1.wav",
    )
    assert abs(length_s - said.length_s) < 0.1

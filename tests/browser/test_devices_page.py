"""The maintainers' page in a browser: what is wrong is seen at once, on a desk as on a phone."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.async_playwright import Axe
from msgspec.structs import replace
from playwright.async_api import Browser, expect

from hardware.health import Health
from hub.clock import wall_ms
from hub.config import load_hall
from hub.copies.known import Done, Drilled, Told
from hub.maintenance import DeviceNow, DevicesNow
from hub.upkeep import FaultTicket, Party
from hub.watch.hub_now import HubNow
from hub.web.hub_lines import hub_lines
from hub.web.server import ScreenServer
from sim.bench.floor import free_port
from tests.browser.synthetic import FULL, NOW, Fed, plain

HOUR = 3_600_000
TECH, OWN = Party(name="科信支队", work="tech", phone="027-5550199"), Party(name="派出所", work="upkeep")
PAPER = FaultTicket(
    device="dispenser-1", part="printer", what="paper-out", since=NOW - HOUR, until=None, minutes=60.0, party=OWN
)
GONE = FaultTicket(device="lintel-2", part="", what="lost", since=NOW - 90_000, until=None, minutes=1.5, party=TECH)
OVER = FaultTicket(
    device="lintel-1", part="update", what="rolled-back", since=NOW - HOUR, until=NOW - 60_000, minutes=59.0, party=TECH
)


def device(name: str, state: str = "ready", *faults: FaultTicket) -> DeviceNow:
    kind, _, number = name.partition("-")
    is_dispenser = kind == "dispenser"
    return DeviceNow(
        name=name,
        label="东门取号机" if is_dispenser else "",
        kind=kind,
        counter=None if is_dispenser else int(number),
        is_node=True,
        state=state,
        since=NOW - 26 * HOUR,
        fw="0.2.0",
        update="done" if is_dispenser else "",
        alerts={},
        health=Health(free=9_120, up_s=93_600, reset="power", links=3, bad=0, drift_ms=12, rssi=-60),
        percent=95.8 if is_dispenser else None,
        faults=list(faults),
    )


DEVICES = DevicesNow(
    hall="东湖派出所综合服务大厅",
    at=NOW,
    zone="Asia/Shanghai",
    devices=[
        device("dispenser-1", "ready", PAPER),
        device("pad-1"),
        device("lintel-1"),
        device("pad-2", "disconnected"),
        device("lintel-2", "lost", GONE),
    ],
    faults=[PAPER, GONE, OVER],
)


SHANGHAI = ZoneInfo("Asia/Shanghai")


def hub_now() -> HubNow:
    return HubNow(
        up_s=273_600,
        rss_bytes=54 << 20,
        available_bytes=612 << 20,
        disk_bytes=31_268_536_320,
        free_bytes=312 << 20,
        days={"broker": 61, "pages": 61, "authority": 3_512},
        copies=Told(at=wall_ms(), copies=(Done(folder="/media/lintel-copy", row=81_220, at=wall_ms()),)),
        drill=Drilled(folder="/media/a", words="", at=wall_ms() - 6 * HOUR, is_well=True),
    )


@pytest.mark.req("M34")
async def test_a_maintainer_sees_what_is_wrong_and_whom_to_call(browser: Browser, pictures: Path) -> None:
    hall, port, shown = load_hall(FULL), free_port(), replace(DEVICES)
    server = ScreenServer(hall, Fed(plain(hall)), lambda: shown, hub=hub_now)
    server.start("127.0.0.1", port)
    try:
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        await page.goto(f"http://127.0.0.1:{port}/devices")
        await page.screenshot(path=pictures / "devices.png", full_page=True)
        rows = await page.locator("section:has(h2:text('未恢复的故障')) tbody tr").all_inner_texts()
        assert [row.split("\t")[0::4] for row in rows] == [["dispenser-1", "派出所"], ["lintel-2", "科信支队"]]
        assert "027-5550199" in rows[1]
        assert await page.locator("tr.wrong, tr.gone").count() == 4
        lines = await page.locator("section:has(h2:text('主机')) tbody tr").all_inner_texts()
        assert [line.split("\t")[0] for line in lines] == [
            line[0] for line in hub_lines(hub_now(), wall_ms(), SHANGHAI)
        ]
        wrong = await page.locator("section:has(h2:text('主机')) tr.wrong").all_inner_texts()
        assert wrong == ["磁盘可用空间\t312 MB（共29.1 GB）"]
        sums = await page.locator(".sums strong").all_inner_texts()
        assert sums == ["3 / 5", "2", "95.8%"]
        found = await Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]})
        assert [one["id"] for one in found.response["violations"]] == []
        phone = await browser.new_page(viewport={"width": 390, "height": 844})
        await phone.goto(f"http://127.0.0.1:{port}/devices")
        await phone.screenshot(path=pictures / "devices-phone.png")
        assert await phone.evaluate("document.documentElement.scrollWidth") <= 390, "tables scroll, the page does not"
        assert complaints == []
        await page.clock.install()
        await page.reload()
        shown = replace(shown, devices=[device("dispenser-1")])
        await page.clock.run_for(11_000)
        await expect(page.locator(".sums strong").first).to_have_text("1 / 1")
        await server.close()
        await page.clock.run_for(11_000)
        await expect(page.locator("#state")).to_have_text("连接中断，以下不是最新")
    finally:
        await server.close()

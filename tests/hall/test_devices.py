"""What a maintainer sees of a hall: every device's health, every fault and whose it is, what could be used (M34)."""

import argparse
import asyncio
import json
import re
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hardware.health import Health
from hub.cli import devices, faults
from hub.journal import read_rows
from hub.rules.events import DeviceReported, HealthFound
from tests.contract.waiting import until
from tests.hall.fake_node import HALL, OLD, FakeHall, eventually, fake_hall


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[FakeHall]:
    async with fake_hall(tmp_path, HALL) as hall:
        await until(lambda: all(node.link.is_up for node in hall.nodes.values()))
        yield hall


def run(module: object, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    parser = argparse.ArgumentParser()
    module.add(parser.add_subparsers())  # type: ignore[attr-defined]
    args = parser.parse_args(list(words))
    assert args.run(args) == 0
    return capsys.readouterr().out


def told(hall: FakeHall, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    return run(devices, capsys, "devices", str(hall.file), "--state", str(hall.state), *words)


async def page(hall: FakeHall) -> tuple[str, str]:
    """Return the maintainers' page and its policy of content."""

    def get() -> tuple[str, str]:
        with urllib.request.urlopen(f"http://127.0.0.1:{hall.web}/devices") as answer:
            return answer.read().decode(), answer.headers["Content-Security-Policy"]

    return await asyncio.to_thread(get)


@pytest.mark.req("M34", "M4")
async def test_every_device_says_how_it_is_and_every_fault_is_somebodys(
    hall: FakeHall, capsys: pytest.CaptureFixture[str]
) -> None:
    node = hall.nodes["lintel-1"]
    node.health = Health(free=1536, up_s=7200, reset="watchdog", links=4, bad=1, drift_ms=-3, rssi=-60)
    node.say()
    await eventually(lambda: "内存不足" in told(hall, capsys))
    await hall.nodes["pad-2"].vanish()
    text = await eventually(lambda: gone if "失去联系" in (gone := told(hall, capsys)) else "")
    lines = {line.split()[0]: line.split() for line in text.partition("\n\n")[0].splitlines()}
    healthy = ["–", "pad", "1", "正常", OLD]
    assert [lines["pad-1"][at] for at in (6, 1, 2, 3, 5)] == healthy
    assert lines["pad-2"][3] == "失联"
    lintel = lines["lintel-1"]
    assert (lintel[7:9], lintel[9:12], lintel[-1]) == (["1536", "2小时0分"], ["自动重启", "4", "-3"], "内存不足")
    found = json.loads(told(hall, capsys, "--json"))
    now = {one["name"]: one for one in found["devices"]}
    assert now["dispenser-1"]["percent"] == 100.0
    assert now["lintel-1"]["health"]["rssi"] == -60
    owed = {(one["device"], one["what"]): one["party"]["name"] for one in found["faults"]}
    assert owed == {("lintel-1", "low"): "科信支队", ("pad-2", "lost"): "科信支队"}


@pytest.mark.req("M34")
async def test_a_fault_ends_and_both_stand_in_the_journal_though_health_does_not(
    hall: FakeHall, capsys: pytest.CaptureFixture[str]
) -> None:
    node = hall.nodes["lintel-1"]
    for free in (1000, 1100, 1200, 30_000):
        node.health = Health(free=free)
        node.say()
        await eventually(lambda is_low=free < 4096: ("内存不足" in told(hall, capsys)) == is_low)
    facts = [fact for row in read_rows(hall.state / "journal.db") for fact in row.content().facts]
    assert [fact.faults for fact in facts if isinstance(fact, HealthFound)] == [{"memory": "low"}, {}]
    of_it = [fact for fact in facts if isinstance(fact, DeviceReported) and fact.device == "lintel-1"]
    assert len(of_it) == 1, "its health alone is no row"
    words = (str(hall.state / "journal.db"), "--hall", str(hall.file))
    log = run(faults, capsys, "faults", *words)
    assert re.search(r"lintel-1 +内存不足 .*科信支队", log)
    assert log.splitlines()[-1].split()[0] == "24小时可用率"
    content = json.loads(run(faults, capsys, "faults", *words, "--json"))
    assert content["faults"][0]["party"] == {"name": "科信支队", "work": "tech", "phone": ""}
    html, _ = await page(hall)
    assert html.count("内存不足") == 1, "it is over, and was in the last 24 hours"


@pytest.mark.req("M34")
async def test_a_hub_that_starts_anew_still_knows_the_faults(
    hall: FakeHall, capsys: pytest.CaptureFixture[str]
) -> None:
    await hall.nodes["pad-2"].vanish()
    await eventually(lambda: "失去联系" in told(hall, capsys))
    before = json.loads(told(hall, capsys, "--json"))["faults"]
    await hall.hub.kill()
    await hall.hub.start()
    after = json.loads(told(hall, capsys, "--json"))["faults"]
    assert [(one["device"], one["what"], one["since"]) for one in after] == [
        (one["device"], one["what"], one["since"]) for one in before
    ]


async def test_the_page_shows_text_as_text_and_nothing_of_it_can_be_sent(hall: FakeHall) -> None:
    html, policy = await page(hall)
    assert "<h1>小厅&lt;&amp;&gt;</h1>" in html
    assert "没有未恢复的故障" in html
    devices = html[html.index("<h2>设备</h2>") :]
    assert devices[: devices.index("</table>")].count("<tr ") == 5
    assert "default-src 'none'" in policy
    assert [one for one in ("<script>", "style=", "<form", "onclick") if one in html] == []

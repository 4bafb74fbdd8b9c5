"""What is known of a hub beside its work: its metrics, who may read them, that they name nobody; its computer."""

import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import msgspec
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from hardware.contract import KeyPressed, Status, Topics, encode
from hardware.link import Address, Link, Message
from hardware.version import VERSION
from hub.cli.hub import shift_of
from hub.clock import HallClock, wall_ms
from hub.config import load_hall
from hub.copies.known import Done, Drilled, Told
from hub.journal import Journal
from hub.outages import Outages
from hub.outside.keyring import Keyring
from hub.outside.tokens import make_token
from hub.people import hash_pin
from hub.presses import turn_of
from hub.rules.commands import Look
from hub.secrets import load_secrets
from hub.watch.hub_now import HubNow
from hub.watch.metrics import metrics_text
from hub.watch.page import BURST, MetricsPage
from hub.watch.pulse import Pulse
from hub.watch.watched import Watched
from hub.web.hub_lines import hub_lines
from hub.works import put_together

HALL = f"""
[hall]
id = "watched"
name = "东湖派出所"
[[services]]
code = "A"
name = "户籍"
[[counters]]
number = 1
[[people]]
id = "061234"
name = "欧阳娜"
kind = "police"
pin = "{hash_pin("2468")}"
[[devices]]
name = "dispenser-1"
kind = "dispenser"
board = "dispenser-pi"
[[devices]]
name = "pad-1"
kind = "pad"
board = "pad-pico"
counter = 1
"""
TOPICS = Topics("watched")
HOUR_MS = 3_600_000
SHANGHAI = ZoneInfo("Asia/Shanghai")
DOCS = Path(__file__).parents[2] / "docs"


class Hub:
    """A hub without a broker: what it says goes nowhere, what it hears a test tells it."""

    def __init__(self, folder: Path) -> None:
        (folder / "hall.toml").write_text(HALL)
        self.hall = load_hall(folder / "hall.toml")
        self.journal = Journal(folder / "journal.db")
        self.clock = HallClock(shift_ms=shift_of(self.hall, "2026-11-23T10:00:00"))
        outages = Outages(folder / "alive", self.clock, last_at=0)
        secrets = load_secrets(folder / "secrets.json", ["hub", "maintainer", "dispenser-1", "pad-1"])
        works = put_together(self.hall, self.journal, secrets, folder, self.clock, outages, is_private=True)
        service = works.service
        link = Link(
            address=Address("127.0.0.1", 1),
            name="hub",
            password="",
            will_topic=None,
            subscriptions=[],
            on_message=service.hear,
        )
        works.attach(link)
        service.start(link)
        self.watched = Watched(works, self.journal, link, None, self.clock, Pulse(folder, self.clock), folder)

    def press(self, device: str, key: str, seq: int, turn: int | None = None) -> None:
        """Press a key at a device that shows what it is to show, or of another turn."""
        if turn is None:
            turn = turn_of(self.watched.works.desk.state, self.hall.device(device))
        event = KeyPressed(boot=1, seq=seq, turn=turn, key=key, at=1)
        self.hear(device, encode(event))

    def hear(self, device: str, payload: bytes) -> None:
        service = self.watched.works.service
        service.hear(Message(TOPICS.event(device).encode(), payload, False, 0))
        service.work()

    def status(self, device: str, status: Status) -> None:
        service = self.watched.works.service
        service.hear(Message(TOPICS.status(device).encode(), encode(status), False, 0))
        service.work()

    def text(self) -> str:
        return metrics_text(self.watched, HubNow()).decode()

    def value(self, name: str, **labels: str) -> float | None:
        for family in text_string_to_metric_families(self.text()):
            for sample in family.samples:
                if sample.name == name and labels.items() <= sample.labels.items():
                    return float(sample.value)
        return None


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    hub = Hub(tmp_path)
    yield hub
    hub.watched.works.telling.close()
    hub.watched.works.service._showing.close()
    hub.journal.close()


async def test_presses_tickets_waits_and_refusals_are_counted(hub: Hub) -> None:
    hub.press("dispenser-1", "A", 1)
    hub.press("dispenser-1", "A", 1)
    hub.press("pad-1", "next", 1, turn=999)
    hub.hear("pad-1", b"{")
    hub.watched.works.service.ask(Look(), lambda _facts: None)
    names = ("lintel_presses_total", "lintel_tickets_total", "lintel_resent_events_total", "lintel_calls_total")
    assert [hub.value(name) for name in names] == [2.0, 1.0, 1.0, 0.0]
    assert hub.value("lintel_refusals_total", reason="old-turn") == 1.0
    assert hub.value("lintel_bad_input_total", device="pad-1") == 1.0
    assert hub.value("lintel_owed_jobs") == 1.0
    assert hub.value("lintel_waiting", service="A") == 0.0, "it is not printed yet"
    assert hub.value("lintel_journal_rows") == hub.journal.last_row
    assert hub.value("lintel_answer_seconds_count") == 4.0
    assert (hub.value("lintel_sync_seconds_count") or 0) >= 3.0
    assert hub.value("lintel_devices", state="") is None
    assert hub.value("lintel_device_ready", device="pad-1") == 0.0
    assert (hub.value("lintel_journal_writable"), hub.value("lintel_link_up")) == (1.0, 0.0)


async def test_every_line_can_be_read_and_names_nobody(hub: Hub) -> None:
    hub.press("dispenser-1", "A", 1)
    text = hub.text()
    families = list(text_string_to_metric_families(text))
    assert len(families) > 30
    assert [one.name for one in families if not one.documentation] == []
    state = hub.watched.works.desk.state
    (ticket,) = state.tickets.values()
    for private in ("061234", "欧阳娜", ticket.number, ticket.job):
        assert private not in text


async def test_a_fault_is_a_line_of_the_log_when_it_begins_and_when_it_is_over(
    hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="hub.watch.fault_lines")
    hub.status("dispenser-1", Status(state="ready", boot=1, alerts={"printer": "paper-out"}))
    hub.status("dispenser-1", Status(state="ready", boot=1, alerts={"printer": "paper-out"}))
    hub.press("dispenser-1", "A", 1)
    hub.status("dispenser-1", Status(state="ready", boot=1))
    hub.status("pad-1", Status(state="ready", boot=1))
    hub.status("pad-1", Status(state="lost"))
    lines = [(record.levelname, record.message) for record in caplog.records]
    assert lines == [
        ("WARNING", "dispenser-1: printer paper-out: paper-out"),
        ("INFO", "dispenser-1: over: printer paper-out: it took 0.0 minutes"),
        ("WARNING", "pad-1: lost: lost"),
    ]
    assert hub.value("lintel_faults", kind="lost") == 1.0


async def test_the_system_of_another_computer_shows_a_token(hub: Hub, tmp_path: Path) -> None:
    keyring = Keyring(tmp_path)
    page = Starlette(routes=[MetricsPage(hub.watched, keyring).route()])
    right, wrong = (make_token(tmp_path, name, (name,), 1) for name in ("metrics", "queues"))

    async def ask(host: str, token: str = "") -> httpx.Response:
        transport = httpx.ASGITransport(app=page, client=(host, 1))
        headers = {"authorization": f"Bearer {token}"} if token else {}
        async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
            return await client.get("/metrics", headers=headers)

    assert [(await ask(host)).status_code for host in ("127.0.0.1", "::1", "192.168.10.9", "")] == [200, 200, 401, 401]
    answers = [await ask("192.168.10.9", token) for token in (right, wrong, "lintel_none")]
    assert [one.status_code for one in answers] == [200, 403, 401]
    assert answers[0].headers["content-type"].startswith("text/plain; version=")
    assert "the token queues is not for metrics" in answers[1].text
    assert "lintel token makes one" in answers[2].text
    answers = [await ask("192.168.10.7") for _ in range(int(BURST) + 1)]
    assert answers[-1].status_code == 429
    await keyring.close()


async def test_what_the_computer_has_left_is_told(hub: Hub, tmp_path: Path) -> None:
    told = Told(at=5000, copies=(Done(folder="/media/a", kind="full", words="it is full", row=7, at=1),))
    (tmp_path / "copies.json").write_bytes(msgspec.json.encode(told))
    (tmp_path / "drill.json").write_bytes(
        msgspec.json.encode(Drilled(at=6000, folder="/media/a", is_well=True, words=""))
    )
    page = Starlette(routes=[MetricsPage(hub.watched, Keyring(tmp_path)).route()])
    transport = httpx.ASGITransport(app=page, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
        text = (await client.get("/metrics")).text
    found = {sample.name: sample for one in text_string_to_metric_families(text) for sample in one.samples}
    assert found["lintel_disk_free_bytes"].value > 0
    assert found["lintel_journal_bytes"].value == (tmp_path / "journal.db").stat().st_size
    assert (found["lintel_copy_well"].labels, found["lintel_copy_well"].value) == ({"folder": "/media/a"}, 0.0)
    assert (found["lintel_drill_well"].value, found["lintel_drill_timestamp_seconds"].value) == (1.0, 6.0)
    assert found["process_resident_memory_bytes"].value > 0


async def test_the_rules_for_prometheus_ask_for_metrics_and_labels_that_there_are(hub: Hub) -> None:
    hub.hear("pad-1", b"{")
    hub.status("dispenser-1", Status(state="ready", boot=1, alerts={"printer": "paper-out"}))
    copies = Told(at=1, copies=(Done(folder="/media/a"),))
    now = HubNow(days={"broker": 9}, copies=copies, drill=Drilled(folder="/media/a", words="", at=1, is_well=True))
    families = text_string_to_metric_families(metrics_text(hub.watched, now).decode())
    told = {sample.name: sample.labels.keys() for one in families for sample in one.samples} | {"up": {"job"}}
    (group,) = yaml.safe_load((DOCS / "alerts.yml").read_text("utf-8"))["groups"]
    for rule in group["rules"]:
        asked = re.findall(r"\b(?:lintel|process)_\w+|\bup\b", rule["expr"])
        assert asked, rule["alert"]
        assert set(asked) - told.keys() == set(), rule["alert"]
        labels = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
        assert [one for one in asked if not labels - {"instance"} <= told[one]] == [], rule["alert"]


def test_what_is_said_of_the_hubs_computer() -> None:
    now = wall_ms()
    bad = HubNow(
        available_bytes=90 << 20,
        days={"broker": -1, "authority": 29},
        copies=Told(at=now - 61_000, copies=(Done(folder="/media/a"),)),
        drill=Drilled(folder="/media/a", words="", at=now - 49 * HOUR_MS, is_well=True),
    )
    assert [what for what, _, is_well in hub_lines(bad, now, SHANGHAI) if not is_well] == [
        "主机可用内存",
        "消息服务证书",
        "大厅根证书",
        "数据备份",
        "恢复演练",
    ]
    said = {what: words for what, words, _ in hub_lines(bad, now, SHANGHAI)}
    assert said["数据备份"] == "/media/a：备份程序未运行"
    assert {line[0]: line[1] for line in hub_lines(HubNow(), now, SHANGHAI)} == {
        "软件版本": VERSION,
        "已运行": "0秒",
        "程序占用内存": "未知",
        "主机可用内存": "未知",
        "磁盘可用空间": "未知",
        "数据备份": "未设置",
    }
    never = hub_lines(HubNow(copies=Told(at=now, copies=())), now, SHANGHAI)[-1]
    assert never == ("恢复演练", "尚未进行", False)


def test_a_hub_that_nobody_watches_does_not_load_the_library(tmp_path: Path) -> None:
    loaded = "import sys, hub.run, hub.watch.page; print('prometheus_client' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "False"

"""Faults of printers reach lamp, panel and duty officer, and stand in the fault log with the time to repair (M4)."""

import argparse
import json
from pathlib import Path

import pytest
from msgspec import structs

from hub.cli import faults
from hub.config import Hall, HallError, load_hall
from hub.faces.content import Looked
from hub.journal import Body, Entry, Journal
from hub.rules import commands
from hub.rules.alerts import PRINTER_WRONG, present_alerts
from hub.rules.decide import Refusal, decide
from hub.rules.events import DeviceReported
from hub.rules.fault_log import Fault, fault_log
from hub.views import face
from hub.words import PRINTERS, alerts_of
from tests.rules.situations import DAY, NOW, SPANS, Scene

EXAMPLE = Path(__file__).parents[2] / "examples" / "full-hall.toml"
MINUTE = 60_000


WORDS = dict(zip(PRINTER_WRONG, PRINTERS, strict=True))
SHOWN = {
    "near-end": "请按键取号 票纸将尽",
    "paper-out": "缺纸 请找引导员",
    "cover-open": "请合上打印机盖",
    **dict.fromkeys(("cutter", "error", "offline", "no-answer"), "打印机故障"),
}


@pytest.fixture(scope="module")
def hall() -> Hall:
    return load_hall(EXAMPLE)


@pytest.mark.req("M4")
@pytest.mark.parametrize("wrong", PRINTER_WRONG)
def test_every_fault_of_a_printer_is_on_its_lamp_its_panel_and_the_duty_officers_panel(hall: Hall, wrong: str) -> None:
    plan = structs.replace(hall.plan, paperless=False)
    hall = structs.replace(hall, plan=plan)
    scene = Scene(plan).do(commands.OpenDay(day=DAY, spans=SPANS))
    scene.do(commands.ReportDevice(device="dispenser-1", state="ready", boot=1, alerts={"printer": wrong}))
    scene.do(commands.Look())
    dispenser = face(Looked(hall=hall, state=scene.state, device=hall.device("dispenser-1"), now=NOW))
    is_near = wrong == "near-end"
    assert dispenser.lamps["fault"] == ("blink" if is_near else "on")
    assert dispenser.lamps["A"] == ("on" if is_near else "off")
    assert dispenser.panel
    assert dispenser.panel.text.replace("\n", " ") == SHOWN[wrong]
    assert alerts_of(present_alerts(scene.state, plan, NOW)).count(f"dispenser-1 {WORDS[wrong]}") == 1
    scene.do(commands.ReportDevice(device="dispenser-1", state="ready", boot=1, alerts={}), commands.Look())
    dispenser = face(Looked(hall=hall, state=scene.state, device=hall.device("dispenser-1"), now=NOW))
    assert dispenser.lamps["fault"] == "off"
    assert not {"printer", "near-end"} & {kind for kind, _subject in scene.state.alerts}


@pytest.mark.req("M4")
def test_near_the_end_of_the_paper_a_ticket_is_given_and_a_stopped_printer_gives_none(hall: Hall) -> None:
    plan = structs.replace(hall.plan, paperless=False)
    take = commands.TakeTicket(dispenser="dispenser-1", key="A", boot=1, service="A")
    scene = Scene(plan).do(commands.OpenDay(day=DAY, spans=SPANS))
    scene.do(commands.ReportDevice(device="dispenser-1", state="ready", boot=1, alerts={"printer": "near-end"}))
    scene.do(take)
    scene.do(commands.ReportDevice(device="dispenser-1", state="ready", boot=1, alerts={"printer": "no-answer"}))
    assert decide(scene.state, plan, take, NOW) == Refusal("printer")


def reported(at: int, device: str, state: str = "ready", **alerts: str) -> tuple[int, int, list[DeviceReported]]:
    return at, at, [DeviceReported(device=device, state=state, boot=1, alerts=alerts)]


@pytest.mark.req("M4")
def test_every_fault_has_its_beginning_and_the_time_of_its_repair() -> None:
    rows = [
        reported(0, "dispenser-1"),
        reported(1 * MINUTE, "dispenser-1", printer="near-end"),
        reported(5 * MINUTE, "dispenser-1", printer="paper-out"),
        reported(6 * MINUTE, "pad-1", "lost"),
        reported(7 * MINUTE, "dispenser-1"),
        reported(8 * MINUTE, "pad-1"),
        reported(9 * MINUTE, "pad-1", "disconnected"),
        reported(10 * MINUTE, "dispenser-1", reader="no-answer"),
    ]
    assert fault_log(rows) == [
        Fault(device="dispenser-1", part="printer", what="near-end", since=1 * MINUTE, until=5 * MINUTE),
        Fault(device="dispenser-1", part="printer", what="paper-out", since=5 * MINUTE, until=7 * MINUTE),
        Fault(device="pad-1", part="", what="lost", since=6 * MINUTE, until=8 * MINUTE),
        Fault(device="dispenser-1", part="reader", what="no-answer", since=10 * MINUTE),
    ]


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    parser = argparse.ArgumentParser()
    faults.add(parser.add_subparsers())
    args = parser.parse_args(["faults", *words])
    assert args.run(args) == 0
    return capsys.readouterr().out


@pytest.mark.req("M4")
def test_the_fault_log_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal = Journal(tmp_path / "journal.db")
    rows = [(MINUTE, {"printer": "paper-out"}), (4 * MINUTE, {}), (5 * MINUTE, {"printer": "cover-open"})]
    for at, alerts in rows:
        fact = DeviceReported(device="dispenser-1", state="ready", boot=1, alerts=alerts)
        journal.append([Entry(at=at, body=Body(facts=(fact,)))])
    journal.close()
    assert printed(capsys, str(tmp_path / "journal.db")).splitlines() == [
        "设备         故障      开始                 恢复                 分钟",
        "dispenser-1  缺纸      1970-01-01 08:01:00  1970-01-01 08:04:00  3.0",
        "dispenser-1  机盖打开  1970-01-01 08:05:00  未恢复",
    ]
    found = json.loads(printed(capsys, str(tmp_path / "journal.db"), "--json"))["faults"]
    assert [(one["what"], one["minutes"]) for one in found] == [("paper-out", 3.0), ("cover-open", None)]
    assert printed(capsys, str(tmp_path / "journal.db"), "--device", "pad-1") == "pad-1：没有故障记录\n"
    with pytest.raises(HallError, match="no device 'pad-9'; the file has "):
        printed(capsys, str(tmp_path / "journal.db"), "--device", "pad-9", "--hall", "examples/one-counter.toml")

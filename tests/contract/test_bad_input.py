"""What is not of the contract is ignored, whole, and what was on show stays (docs/protocol.md, "Bad input")."""

import base64
import json
from typing import Any

import pytest

from hardware.contract import JOB_BYTES, JOB_PART_BYTES, STATUS_BYTES, VIEW_BYTES, JobDone, KeyPressed
from tests.contract.devices import DEVICE, Device, see
from tests.contract.pictures import dots_of, picture
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import stays, until

pytestmark = pytest.mark.bad_input

pytestmark = pytest.mark.bad_input

GOOD_VIEW: dict[str, Any] = {"v": 9, "turn": 66, "ack": [0, 0], "lamps": {"D": "on"}}
GOOD_PANEL: dict[str, Any] = {"w": 8, "h": 1, "bits": "/w=="}
GOOD_JOB: dict[str, Any] = {"do": "print", "id": "20261121-000900", "data": "G0A="}


def changed(good: dict[str, Any], **fields: Any) -> bytes:
    """Return a good message with some of its keys changed; a key that becomes None is left out."""
    return json.dumps({key: value for key, value in (good | fields).items() if value is not None}).encode()


def with_panel(**fields: Any) -> bytes:
    """Return a good view whose panel has some of its keys changed."""
    panel = {key: value for key, value in (GOOD_PANEL | fields).items() if value is not None}
    return changed(GOOD_VIEW, panel=panel)


NO_JSON = {
    "nothing": b"",
    "half": b'{"v": 9, "turn"',
    "not UTF-8": b'{"v": 9, "turn": 66, "ack": [0, 0], "lamps": {"D\xff": "on"}}',
    "noise": bytes(range(256)),
    "deep": b"[" * 600,
    "a number": b"7",
    "null": b"null",
    "a list": b"[1, 2]",
    "a string": b'"ready"',
    "two": b"{} {}",
}
BAD_VIEWS = {
    "too large": changed(GOOD_VIEW, other="x" * VIEW_BYTES),
    "without v": changed(GOOD_VIEW, v=None),
    "without turn": changed(GOOD_VIEW, turn=None),
    "without ack": changed(GOOD_VIEW, ack=None),
    "v a string": changed(GOOD_VIEW, v="9"),
    "v a fraction": changed(GOOD_VIEW, v=9.5),
    "v true": changed(GOOD_VIEW, v=True),
    "v zero": changed(GOOD_VIEW, v=0),
    "turn negative": changed(GOOD_VIEW, turn=-1),
    "ack a number": changed(GOOD_VIEW, ack=7),
    "ack of three": changed(GOOD_VIEW, ack=[1, 2, 3]),
    "ack of one": changed(GOOD_VIEW, ack=[1]),
    "ack of strings": changed(GOOD_VIEW, ack=["1", "2"]),
    "ack negative": changed(GOOD_VIEW, ack=[0, -1]),
    "lamps a list": changed(GOOD_VIEW, lamps=["D"]),
    "lamp of no state": changed(GOOD_VIEW, lamps={"D": "red"}),
    "lamp a number": changed(GOOD_VIEW, lamps={"D": "on", "A": 1}),
    "panel a string": changed(GOOD_VIEW, panel="A012"),
    "panel without w": with_panel(w=None),
    "panel without h": with_panel(h=None),
    "panel without bits": with_panel(bits=None),
    "panel of no width": with_panel(w=0, bits=""),
    "panel too wide": with_panel(w=1032, bits=base64.b64encode(bytes(129)).decode()),
    "panel too high": with_panel(h=65, bits=base64.b64encode(bytes(65)).decode()),
    "bits too short": with_panel(h=2),
    "bits too long": with_panel(bits="////"),
    "bits no base64": with_panel(bits="/!=="),
    "bits a number": with_panel(bits=255),
    "motion unknown": with_panel(motion="spin"),
    "pace a string": with_panel(pace_ms="9"),
    "pace negative": with_panel(pace_ms=-1),
    "pace too long": with_panel(pace_ms=60_001),
    "text a number": with_panel(text=12),
    "stale of wrong size": changed(GOOD_VIEW, stale=GOOD_PANEL | {"h": 2}),
    "tone a number": changed(GOOD_VIEW, tone=880),
    "tone of single numbers": changed(GOOD_VIEW, tone=[880, 60]),
    "tone too high": changed(GOOD_VIEW, tone=[[20_001, 60]]),
    "tone of no length": changed(GOOD_VIEW, tone=[[880, 0]]),
    "tone too long": changed(GOOD_VIEW, tone=[[880, 5_001]]),
    "too many tones": changed(GOOD_VIEW, tone=[[880, 1]] * 17),
}
BAD_JOBS = {
    "a job that does nothing": changed(GOOD_JOB, do=None),
    "too large": changed(GOOD_JOB, data=base64.b64encode(bytes(JOB_BYTES)).decode()),
    "without id": changed(GOOD_JOB, id=None),
    "without data": changed(GOOD_JOB, data=None),
    "another do": changed(GOOD_JOB, do="sing"),
    "id a number": changed(GOOD_JOB, id=20261121),
    "id of another form": changed(GOOD_JOB, id="20261121-1"),
    "id with a tail": changed(GOOD_JOB, id="20261121-000900-"),
    "data no base64": changed(GOOD_JOB, data="G0A"),
    "data a list": changed(GOOD_JOB, data=[27, 64]),
    "part zero": changed(GOOD_JOB, part=0, parts=2),
    "part beyond parts": changed(GOOD_JOB, part=3, parts=2),
    "part a string": changed(GOOD_JOB, part="1"),
    "too many parts": changed(GOOD_JOB, part=1, parts=65),
    "a part too large": changed(GOOD_JOB, data=base64.b64encode(bytes(JOB_PART_BYTES + 1)).decode()),
}
BAD_BEATS = {
    "too large": json.dumps({"state": "ready", "boot": 9, "at": 1, "other": "x" * STATUS_BYTES}).encode(),
    "without state": b'{"boot": 9, "at": 1}',
    "state unknown": b'{"state": "happy", "boot": 9, "at": 1}',
    "state a number": b'{"state": 1, "boot": 9, "at": 1}',
    "boot a string": b'{"state": "ready", "boot": "9", "at": 1}',
    "at a string": b'{"state": "ready", "boot": 9, "at": "now"}',
    "at negative": b'{"state": "ready", "boot": 9, "at": -1}',
}


async def test_bad_views_leave_what_is_on_show(device: Device, hub: PlayedHub) -> None:
    panel = picture(128)
    hub.show(DEVICE, panel=panel, lamps={"B": "on"}, turn=57)
    await see(device, dots_of(panel))
    for name, payload in (NO_JSON | BAD_VIEWS).items():
        hub.send(hub.topics.view(DEVICE), payload)
        lamp = "C" if device.lamps["B"] else "B"
        hub.show(DEVICE, lamps={lamp: "on"})
        await until(lambda lamp=lamp: device.lamps[lamp], why=lambda name=name: f"dead after {name}")
        assert device.lamp_changes["D"] == 0, name
        assert device.dots == dots_of(panel), name
    await still_works(device, hub)


async def test_a_bad_view_that_is_kept_does_not_stop_a_device_that_starts(device: Device, hub: PlayedHub) -> None:
    await device.cut_power()
    hub.send(hub.topics.view(DEVICE), BAD_VIEWS["bits too short"], retain=True)
    await device.start()
    await hub.ready(DEVICE, boot=2)
    hub.show(DEVICE, lamps={"B": "on"}, turn=57)
    await until(lambda: device.lamps["B"])
    await still_works(device, hub, boot=2)


async def test_bad_jobs_are_neither_done_nor_answered(device: Device, hub: PlayedHub) -> None:
    for payload in (NO_JSON | BAD_JOBS).values():
        hub.send(hub.topics.job(DEVICE), payload)
    hub.print(DEVICE, "20261121-000901", b"good\n\x1dV\x00")
    event = await hub.event(DEVICE)
    assert event == JobDone(boot=1, seq=1, job="20261121-000901", at=event.at)
    assert [slip.text for slip in device.slips] == [["good"]]


async def test_bad_beats_are_not_heard(device: Device, hub: PlayedHub) -> None:
    hub.beat()
    hub.show(DEVICE, lamps={"B": "on"}, turn=57)
    await until(lambda: device.lamps["B"])
    await device.press("A")
    event = await hub.press(DEVICE)
    for payload in (NO_JSON | BAD_BEATS).values():
        hub.send(hub.topics.hub_status, payload)
    hub.show(DEVICE, lamps={"C": "on"})
    await until(lambda: device.lamps["C"])
    assert hub.sendings(DEVICE, event) <= 2, "a bad beat passed for a new start of the hub"
    await device.press("B")
    hub.acknowledge(DEVICE, event)
    second = await hub.press(DEVICE, number=2)
    assert event.at is not None
    assert second.at is not None
    assert 0 <= second.at - event.at < 10_000


async def test_an_unknown_key_is_no_fault_in_a_job(device: Device, hub: PlayedHub) -> None:
    hub.send(hub.topics.job(DEVICE), changed(GOOD_JOB, data=base64.b64encode(b"x\n\x1dV\x00").decode(), urgent=True))
    event = await hub.event(DEVICE)
    assert event == JobDone(boot=1, seq=1, job=GOOD_JOB["id"], at=event.at)


async def test_an_unknown_key_is_no_fault_in_a_beat(device: Device, hub: PlayedHub) -> None:
    hub.is_beating = False
    hub.show(DEVICE, lamps={"B": "on"}, turn=57)
    hub.send(hub.topics.hub_status, b'{"state": "ready", "boot": 3, "at": 1795237200123, "mood": {"is": "good"}}')
    hub.show(DEVICE, lamps={"C": "on"})
    await until(lambda: device.lamps["C"])
    await device.press("A")
    event = await hub.press(DEVICE)
    assert event.at is not None
    assert 0 <= event.at - 1_795_237_200_123 < 5_000


@pytest.mark.parametrize("leaf", ["view", "job"])
async def test_a_message_larger_than_any_packet_that_is_allowed_drops_nothing_else(
    device: Device, hub: PlayedHub, leaf: str
) -> None:
    hub.send(f"hall/donghu/{DEVICE}/{leaf}", b"x" * 15_000)
    hub.show(DEVICE, lamps={"B": "on"}, turn=57)
    await until(lambda: device.lamps["B"])
    assert len(hub.statuses[DEVICE]) == 1
    await still_works(device, hub)


async def still_works(device: Device, hub: PlayedHub, boot: int = 1) -> None:
    """See that a press of the device is an event and nothing else came before it."""
    await device.press("A")
    event = await hub.press(DEVICE)
    assert event == KeyPressed(boot=boot, seq=1, turn=57, key="A", at=event.at)
    await stays(lambda: len(hub.distinct(DEVICE)) == 1, for_s=0.1)

"""The firmware takes for a message what the contract takes for one: no more, no less."""

import asyncio
import base64
import json
import random
import sys
from pathlib import Path
from typing import Any

import pytest

from hardware.contract import JOB_PART_BYTES, BadMessageError, Panel, View, decode_beat, decode_job, decode_view, encode
from sim.firmware_build import FIRMWARE
from tests.contract.test_bad_input import BAD_BEATS, BAD_JOBS, BAD_VIEWS, GOOD_JOB, GOOD_VIEW, NO_JSON, changed

CHANCE = random.Random(7)
LONG_TEXT = "abcdefgh" * 16
WIDE = Panel(w=1024, h=16, bits=CHANCE.randbytes(2048), text="请A012号到3号窗", motion="flip", pace_ms=2000)
GOOD_VIEWS = {
    "least": changed(GOOD_VIEW),
    "with spaces": json.dumps(GOOD_VIEW, indent=4).encode(),
    "from a newer hub": changed(GOOD_VIEW, colour="red", panels=[{"bits": LONG_TEXT}]),
    "wide": encode(View(v=2**53 - 1, turn=0, ack=(0, 2**53 - 1), panel=WIDE, tone=((880, 60), (0, 5000)))),
    "a text like base64": changed(GOOD_VIEW, panel={"w": 8, "h": 1, "bits": "/w==", "text": LONG_TEXT}),
    "a text with quotes": changed(GOOD_VIEW, panel={"w": 8, "h": 1, "bits": "/w==", "text": '"' + LONG_TEXT[:100]}),
    "a long text that is no base64": changed(GOOD_VIEW, other="a" * 80 + "?" + "b" * 79, more={"c" * 70: "d" * 71}),
    "two pictures": changed(
        GOOD_VIEW,
        panel={"w": 128, "h": 16, "bits": base64.b64encode(CHANCE.randbytes(256)).decode(), "motion": "blink"},
        stale={"w": 33, "h": 16, "bits": base64.b64encode(CHANCE.randbytes(80)).decode(), "pace_ms": 60000},
    ),
}
GOOD_JOBS = {
    "small": changed(GOOD_JOB),
    "empty": changed(GOOD_JOB, data=""),
    "a copy": changed(GOOD_JOB, id="20261121-000123-12"),
    "largest": changed(
        GOOD_JOB, data=base64.b64encode(CHANCE.randbytes(JOB_PART_BYTES)).decode(), part=64, parts=64, more="x" * 400
    ),
}
BROKEN_LONG = {
    "long bits with a hole": changed(GOOD_VIEW, panel={"w": 128, "h": 16, "bits": "A" * 300 + "!" * 4 + "A" * 40}),
    "long bits without an end": changed(GOOD_VIEW, panel={"w": 128, "h": 16, "bits": "A" * 343}),
    "bits of another size": changed(GOOD_VIEW, panel={"w": 128, "h": 16, "bits": "A" * 348}),
    "a mark": changed(GOOD_VIEW, panel={"w": 128, "h": 16, "bits": "@0"}),
}
SCRIPT = """
import sys
sys.path.insert(0, {firmware!r})
import json, binascii
from lift import lift
import hub_watch, messages
for line in sys.stdin:
    kind, text = line.split()
    payload = memoryview(bytearray(binascii.a2b_base64(text)))
    try:
        found = getattr(hub_watch if kind == "beat" else messages, kind)(payload, memoryview(bytearray(1024)))
    except ValueError:
        print("bad")
        continue
    if kind == "view":
        found = [found.turn, found.ack, found.lamps, found.tone] + [
            picture and [picture.w, picture.h, binascii.b2a_base64(picture.bits)[:-1], picture.pace_ms]
            for picture in (found.panel, found.stale)
        ]
    elif kind == "job":
        found = [found[0], binascii.b2a_base64(found[1])[:-1], found[2], found[3]]
    elif kind == "beat":
        found = dict(zip(("state", "boot", "at"), found))
    print(json.dumps(found))
"""


async def told(kind: str, payloads: list[bytes]) -> list[Any]:
    """Return what the firmware's reader makes of each payload, on the interpreter that it is written for."""
    micropython = str(Path(sys.executable).with_name("micropython"))
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        micropython, "-c", SCRIPT.format(firmware=str(FIRMWARE)), stdin=pipe, stdout=pipe
    )
    asked = "".join(f"{kind} {base64.b64encode(payload).decode() or '='}\n" for payload in payloads)
    said, _ = await process.communicate(asked.encode())
    assert process.returncode == 0
    return [None if line == "bad" else json.loads(line) for line in said.decode().splitlines()]


def view(payload: bytes) -> list[Any] | None:
    try:
        found = decode_view(payload)
    except BadMessageError:
        return None
    pictures = [
        picture and [picture.w, picture.h, base64.b64encode(picture.bits).decode(), picture.pace_ms]
        for picture in (found.panel, found.stale)
    ]
    return [found.turn, list(found.ack), found.lamps, [list(note) for note in found.tone], *pictures]


def job(payload: bytes) -> list[Any] | None:
    try:
        found = decode_job(payload)
    except BadMessageError:
        return None
    is_part = found.part <= found.parts and len(found.data) <= JOB_PART_BYTES
    return [found.id, base64.b64encode(found.data).decode(), found.part, found.parts] if is_part else None


def beat(payload: bytes) -> dict[str, Any] | None:
    try:
        found = decode_beat(payload)
    except BadMessageError:
        return None
    return {"state": found.state, "boot": found.boot, "at": found.at}


def small(cases: dict[str, bytes]) -> dict[str, bytes]:
    """Return the cases without those that are too large, which never come as far as the reader."""
    return {name: payload for name, payload in cases.items() if "too large" not in name}


@pytest.mark.parametrize(
    ("kind", "judge", "cases"),
    [
        ("view", view, NO_JSON | small(BAD_VIEWS) | BROKEN_LONG),
        ("job", job, NO_JSON | small(BAD_JOBS)),
        ("beat", beat, NO_JSON | small(BAD_BEATS)),
    ],
)
async def test_what_the_contract_refuses_the_firmware_refuses(kind: str, judge: Any, cases: dict[str, bytes]) -> None:
    assert dict.fromkeys(cases) == {name: judge(payload) for name, payload in cases.items()}
    assert dict(zip(cases, await told(kind, list(cases.values())), strict=True)) == dict.fromkeys(cases)


@pytest.mark.parametrize(("kind", "judge", "cases"), [("view", view, GOOD_VIEWS), ("job", job, GOOD_JOBS)])
async def test_what_the_contract_reads_the_firmware_reads(kind: str, judge: Any, cases: dict[str, bytes]) -> None:
    expected = {name: judge(payload) for name, payload in cases.items()}
    assert None not in expected.values()
    assert dict(zip(cases, await told(kind, list(cases.values())), strict=True)) == expected

"""What the firmware says of its health: why it started, how long it runs, and how far its clock goes astray."""

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from hardware.contract import Status
from hardware.health import Health
from hub.firmware_files import firmware_version
from sim.firmware_build import FIRMWARE

MINUTE = 60_000
SCRIPT = """
import sys
sys.path.insert(0, {firmware!r})
import asyncio, json
class Time:
    ms = 0
    def ticks_ms(self): return self.ms % 2**30
    def ticks_diff(self, a, b): return (a - b + 2**29) % 2**30 - 2**29
clock = Time()
sys.modules["time"] = clock
class Machine:
    cause = 1
    def reset_cause(self): return self.cause
class Link:
    links = 2
    strength = None
    def rssi(self): return self.strength
    nic = property(lambda self: self)
class Hub: pass
machine, link, hub = Machine(), Link(), Hub()
sys.modules["machine"] = machine
import hub_watch, health
watch = hub_watch.HubWatch(on_change=lambda: None, on_new_boot=lambda: None)
for line in sys.stdin:
    what, *numbers = json.loads(line)
    if what == "beat":
        clock.ms, at_ms, boot, retained = numbers
        print(json.dumps([watch.hear("ready", boot, at_ms, retained), watch.drift_ms]))
    else:
        hub.up_s, machine.cause, hub.drift_ms, link.strength = numbers
        print(health.status(3, {{"keys": None}}, {{"printer": None, "update": "rolled-back"}}, hub, link, 1))
"""


def told(*lines: list[object]) -> list[str]:
    """Return what the firmware answers, on the interpreter that it is written for, with a clock that is told."""
    micropython = str(Path(sys.executable).with_name("micropython"))
    asked = "".join(json.dumps(line) + "\n" for line in lines)
    done = subprocess.run(
        [micropython, "-c", SCRIPT.format(firmware=str(FIRMWARE))],
        input=asked,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.mark.req("M34")
@pytest.mark.parametrize("late_ms", [0, 12, -7])
@pytest.mark.parametrize("start_ms", [5000, 2**30 - 10 * MINUTE])
def test_every_five_minutes_both_clocks_are_compared(late_ms: int, start_ms: int) -> None:
    """A chip's milliseconds begin anew after twelve days; the comparison does not notice."""
    beats = [start_ms + at for at in range(0, 11 * MINUTE, 5000)]
    hub = [1_795_237_200_000 + (ms - start_ms) + (late_ms if at >= 60 else 0) for at, ms in enumerate(beats)]
    said = [json.loads(line) for line in told(*(["beat", ms, at, 7, 0] for ms, at in zip(beats, hub, strict=True)))]
    assert [at for at, (is_due, _) in enumerate(said) if is_due] == [60, 120]
    assert (said[59][1], said[60][1], said[120][1]) == (None, late_ms, 0)


@pytest.mark.req("M34")
def test_another_start_of_the_hub_is_no_drift_and_a_retained_beat_is_no_measure() -> None:
    said = told(
        ["beat", 0, 1_000_000, 7, 0],
        ["beat", 4 * MINUTE, 1_000_000 + 4 * MINUTE, 7, 0],
        ["beat", 5 * MINUTE, 9_000_000, 8, 0],
        ["beat", 6 * MINUTE, 9_000_000 + MINUTE, 8, 0],
        ["beat", 12 * MINUTE, 5, 8, 1],
        ["beat", 13 * MINUTE, 9_000_000 + 8 * MINUTE + 40, 8, 0],
    )
    assert [json.loads(line) for line in said] == [[False, None]] * 5 + [[True, 40]]


@pytest.mark.req("M34")
@pytest.mark.parametrize(
    ("cause", "word"),
    [(1, "power"), (2, "hard"), (3, "watchdog"), (4, "unknown"), (5, "soft"), (0, "unknown"), (9, "unknown")],
)
def test_a_status_says_how_the_node_is(cause: int, word: str) -> None:
    known, unknown = (
        msgspec.json.decode(line, type=Status) for line in told(["", 63, cause, -4, -60], ["", 0, cause, None, None])
    )
    assert known.health
    assert known.health.free
    assert known == Status(
        state="ready",
        boot=3,
        contract=1,
        fw=firmware_version(),
        parts=("keys",),
        alerts={"update": "rolled-back"},
        health=Health(free=known.health.free, up_s=63, reset=word, drift_ms=-4, rssi=-60, links=2, bad=1),  # type: ignore[arg-type]
    )
    assert unknown.health
    assert (unknown.health.up_s, unknown.health.drift_ms, unknown.health.rssi) == (0, None, None)

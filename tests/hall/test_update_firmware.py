"""Updates of the real firmware in a simulated hall: what is wrong is refused and reported, and the old one goes on."""

import itertools
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.firmware_serial import FILE
from sim import Hall
from tests.hall.updates import begin, firmware, hall_file, is_over, now, phases, pieces, when

EXAMPLES = Path(__file__).parents[2] / "examples"
OLD, NEW = "0.1.0", "0.2.0"


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with Hall(hall_file(tmp_path, EXAMPLES / "one-counter.toml")) as hall:
        yield hall


def slot(hall: Hall, device: str) -> str:
    return (hall.state / "nodes" / device / "slot").read_text(encoding="utf-8")


async def ended(hall: Hall, version: str, files: dict[str, bytes], devices: tuple[str, ...]) -> str:
    """Update devices, and return why that was stopped, empty where it was not."""
    await begin(hall, version, files, devices)
    found = await when(hall, is_over)
    assert found.rollout
    return found.rollout.stopped


async def serves(hall: Hall) -> None:
    """See that the hall gives a number, calls it and shows it."""
    await hall.press("dispenser-1", "A")
    number = (await hall.paper("dispenser-1")).text[1]
    await hall.press("pad-1", "next")
    await hall.panel("lintel-1", number)
    await hall.press("pad-1", "finish")
    await hall.panel("lintel-1", "综合业务")


async def test_what_is_wrong_is_refused_reported_and_the_old_firmware_goes_on(hall: Hall, tmp_path: Path) -> None:
    files, cable = firmware(tmp_path, NEW), hall.device("lintel-1").cable

    def flipped(data: bytes) -> bytes:
        """One bit of a piece is another one: of its base64 text, which stays base64."""
        found = pieces().search(data)
        if not found or found[1] == b"manifest" or found.end() >= len(data):
            return data
        at = found.end()
        return data[:at] + (b"B" if data[at : at + 1] == b"A" else b"A") + data[at + 1 :]

    cable.garbled = flipped
    assert await ended(hall, NEW, files, ("lintel-1",)) == "lintel-1 damaged"
    cable.garbled = lambda data: data.replace(b'"do":"piece"', b'"do":"peace"')
    assert await ended(hall, NEW, files, ("lintel-1",)) == "lintel-1 no-progress"
    count = itertools.count()
    cable.garbled = lambda data: (
        data.replace(b'"do":"piece"', b'"do":"peace"') if b'"do":"piece"' in data and next(count) == 1 else data
    )
    secrets = hall.state / "secrets.json"
    kept = secrets.read_text(encoding="utf-8")
    found = json.loads(kept)
    found["keys"]["lintel-1"] = found["keys"]["pad-1"]
    secrets.write_text(json.dumps(found), encoding="utf-8")
    assert await ended(hall, NEW, files, ("lintel-1",)) == "lintel-1 not-mine"
    secrets.write_text(kept, encoding="utf-8")
    assert (slot(hall, "lintel-1"), {one.fw for one in (await now(hall)).devices}) == ("a", {OLD})
    await serves(hall)
    assert await ended(hall, NEW, files, ("lintel-1",)) == ""
    assert next(count) > 2, "a piece was lost once"
    assert slot(hall, "lintel-1") == "b"
    (hall.state / FILE).write_text("1\n", encoding="utf-8")
    older = firmware(tmp_path, "0.1.9")
    assert await ended(hall, "0.1.9", older, ("lintel-1",)) == "lintel-1 old"
    assert {one.fw for one in (await now(hall)).devices} == {NEW}
    await serves(hall)


@pytest.mark.parametrize(
    ("what", "source", "before", "after"),
    [
        ("crashes at its start", "start.py", r"\ndef works\(", "\nraise RuntimeError\n\n\ndef works("),
        (
            "never reaches the hub",
            "link.py",
            r"\n    async def run\(self\):",
            "\n    async def run(self):\n        return",
        ),
    ],
)
async def test_firmware_that_does_not_prove_itself_is_rolled_back_and_stops_the_rest(
    hall: Hall, tmp_path: Path, what: str, source: str, before: str, after: str
) -> None:
    changes = {source: (before, after)}
    changes |= {"run.py": (r"_PAUSE_S = const\(5\)", "_PAUSE_S = const(0)")}
    changes |= {"trial.py": (r"_LIMIT_S = const\(120\)", "_LIMIT_S = const(2)")}
    assert await ended(hall, NEW, firmware(tmp_path, NEW, changes), ()) == "lintel-1 rolled-back"
    found = await now(hall)
    assert phases(found) == {"lintel-1": "failed", "pad-1": "stopped", "dispenser-1": "stopped"}
    assert ({one.fw for one in found.devices}, slot(hall, "lintel-1")) == ({OLD}, "a failed")
    await serves(hall)

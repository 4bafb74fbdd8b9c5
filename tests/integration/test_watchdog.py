"""The watchdog is fed by a node that is well, and bites one whose firmware hangs, in whatever way."""

import os
import subprocess
import time
from pathlib import Path

import pytest
from msgspec import structs

from hardware.board import load_board
from hub.firmware_files import FIRMWARE, OPTIONS, compiler
from sim.node import NO_KEY
from sim.provision import provision
from tests.contract.broker import HALL, HallBroker
from tests.contract.devices import DEVICE
from tests.contract.firmware_node import a_node, settings_for
from tests.contract.waiting import until

PAD = structs.replace(load_board("pad-pico"), tone=None)
STILL = "a task stands still, so the watchdog is not fed"
BITES = "-- the watchdog bites --"
QUIET_S = 8.0
WAITS_FOR_EVER = "await asyncio.Event().wait()"
HANGS: dict[str, tuple[str, str, str, bool]] = {
    "the watch over the link waits for ever": ("link", "await asyncio.sleep_ms(_WATCH_EVERY_MS)", "", True),
    "a task gives no other its turn": ("outbox", "await asyncio.sleep_ms(_LOOK_EVERY_MS)", "while True: pass", False),
    "the watch over the hub waits for ever": ("hub_watch", "await asyncio.sleep_ms(_LOOK_EVERY_MS)", "", True),
}
PLAYED = list(HANGS) if os.environ.get("LINTEL_EVERY_FAULT") else list(HANGS)[:2]


def spoil(flash: Path, module: str, old: str, new: str) -> None:
    """Put a firmware on the flash of which one module hangs."""
    provision(flash, f"{HALL}/{DEVICE}", NO_KEY)
    source = (FIRMWARE / f"{module}.py").read_text()
    assert source.count(old) == 1
    spoilt = flash.with_name(f"{module}.py")
    spoilt.write_text(source.replace(old, new or WAITS_FOR_EVER))
    words = [str(compiler()), *OPTIONS, "-s", module, "-o", str(flash / "a" / f"{module}.mpy"), str(spoilt)]
    subprocess.run(words, check=True)


@pytest.mark.parametrize("case", PLAYED)
async def test_a_node_of_which_a_task_hangs_is_started_anew(tmp_path: Path, broker: HallBroker, case: str) -> None:
    module, old, new, is_said = HANGS[case]
    spoil(tmp_path / "flash", module, old, new)
    async with a_node(tmp_path, board=PAD, settings=settings_for(broker)) as pad:
        await until(lambda: BITES in pad.console, limit_s=60, why=lambda: pad.console)
        assert (STILL in pad.console) == is_said
        await until(lambda: any("boot 2" in line for line in pad.console), limit_s=20, why=lambda: pad.console)


async def test_a_node_whose_keys_nobody_presses_is_well(tmp_path: Path, broker: HallBroker) -> None:
    spoil(tmp_path / "flash", "run", "_STILL_MS = const(10_000)", "_STILL_MS = const(3000)")
    async with a_node(tmp_path, board=PAD, settings=settings_for(broker)) as pad:
        begun = time.monotonic()
        await until(lambda: STILL in pad.console or time.monotonic() > begun + QUIET_S, limit_s=60)
        assert STILL not in pad.console, pad.console

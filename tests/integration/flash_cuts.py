"""Cuts a node's power at its n-th flash operation, for every n: the real littlefs of MicroPython on a chip that dies.

A write that the cut meets is torn: its first half is on the flash, the rest is what was there, or nonsense. What is
tried is firmware, so it is written as it is: a text in MicroPython's Python that runs with the firmware's modules.
"""

import os
import subprocess
import sys
from pathlib import Path

from sim.firmware_build import compiled_firmware

EVERY = int(os.environ.get("LINTEL_FLASH_CUTS_EVERY", "3"))
"""Of all flash operations every so many-th is cut; 1 cuts each of them, each in both ways."""
CHIP = Path(__file__).with_name("flash_chip.py")
HEAP = "64m"


def cut_everywhere(trial: str, *, every: int = EVERY, limit_s: float = 120.0) -> int:
    """Cut the power during a trial's work, and return at how many flash operations; raise AssertionError.

    trial: source that defines functions without arguments, which find the flash as their current folder: ``prepare``,
    run once with power that stays; ``work``, the work that is cut, run again from the start after each cut; ``check``,
    which raises AssertionError where something is wrong, run after each cut and after the work that follows it.
    Each time they find the firmware's modules fresh, as after a start. ``machine.reset()`` ends the work. What is
    printed is told where something fails.
    """
    micropython = Path(sys.executable).with_name("micropython")
    done = subprocess.run(
        [micropython, "-X", f"heapsize={HEAP}", str(CHIP), str(every)],
        input=trial,
        env={"MICROPYPATH": f"{compiled_firmware()}:.frozen"},
        capture_output=True,
        text=True,
        timeout=limit_s,
        check=False,
    )
    said = done.stdout.splitlines()
    if done.returncode or not said or not said[-1].startswith("operations "):
        raise AssertionError(f"{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return int(said[-1].split()[1])

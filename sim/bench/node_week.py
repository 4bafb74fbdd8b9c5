"""A week of presses in fast motion, within the interpreter: what grows, and into how small pieces memory breaks."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from hardware.board import load_board
from hub.firmware_files import compiled
from sim.bench.node_life import BOARD, NodeBenchError
from sim.firmware_build import compiled_firmware
from sim.node_process import HEAP

SCRIPTS = Path(__file__).parent / "fast"
DRIVER_KB = 10
"""What drives the node and stands for its chip takes so much; on a board neither is there."""
HEAP_KB = int(HEAP.removesuffix("k")) + DRIVER_KB
BLOCK_BYTES = 32
"""What MicroPython's memory is counted in on a 64-bit machine."""
LIMIT_S = 3600.0
_SAID = re.compile(r"(\d+) bytes\n.*?max free sz: (\d+)\n", re.DOTALL)


def week(presses: int) -> dict[str, float]:
    """Return growth over so many presses, the largest free piece before and after (bytes), and what a frame takes.

    Raises NodeBenchError where the firmware fails.
    """
    with tempfile.TemporaryDirectory(prefix="lintel-week-") as folder:
        (Path(folder) / "board.json").write_bytes(msgspec.json.encode(load_board(BOARD)))
        done = subprocess.run(
            [Path(sys.executable).with_name("micropython"), "-X", f"heapsize={HEAP_KB}k", "-c", "import week"],
            cwd=folder,
            env={"MICROPYPATH": f"{compiled(SCRIPTS)}:{compiled_firmware()}:.frozen", "LINTEL_PRESSES": str(presses)},
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
    found = _SAID.findall(done.stdout)
    frame = re.search(r"^frame_us ([0-9.]+)$", done.stdout, re.MULTILINE)
    if done.returncode or len(found) != 2 or not frame:
        raise NodeBenchError(f"the week was not lived through:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    (before, piece_before), (after, piece_after) = [(int(used), int(blocks)) for used, blocks in found]
    return {
        "week_growth_bytes": after - before,
        "piece_before_bytes": piece_before * BLOCK_BYTES,
        "piece_after_bytes": piece_after * BLOCK_BYTES,
        "frame_us": float(frame[1]),
    }

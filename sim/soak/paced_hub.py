"""The hub as it ships, in a process whose time is told how fast to run: each line of its input is a rate.

``python -m sim.soak.paced_hub hub FILE …`` is ``lintel hub FILE …``; nothing of the hub is replaced but its clock.
"""

import asyncio
import os
import sys
from contextlib import suppress

import hub.clock
from hub.cli.main import main
from sim.hub_process import HubProcess
from sim.soak.pace import Pace, PacedComputer, PacedLoop

INPUT = 0


class PacedHub(HubProcess):
    """A hub that is started as any, at the rate of life, and then told how fast to live."""

    MODULE = "sim.soak.paced_hub"
    INPUT = asyncio.subprocess.PIPE

    def go(self, rate: float) -> None:
        """Let its time run at a rate, hall seconds in a second."""
        if self._process and self._process.stdin:
            with suppress(OSError):
                self._process.stdin.write(b"%r\n" % rate)


class _Policy(asyncio.DefaultEventLoopPolicy):
    def __init__(self, pace: Pace) -> None:
        super().__init__()
        self._pace = pace

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        loop = PacedLoop(self._pace)
        os.set_blocking(INPUT, False)
        loop.add_reader(INPUT, self._read, loop)
        return loop

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        if told := os.read(INPUT, 4096).split():
            self._pace.change(float(told[-1]))
        else:
            loop.remove_reader(INPUT)


def run() -> int:
    """Be the process."""
    pace = Pace()
    vars(hub.clock)["time"] = PacedComputer(pace)
    asyncio.set_event_loop_policy(_Policy(pace))
    return main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(run())

"""Watches a program's calls of the kernel, and lets some of them fail, with strace (Debian's package of that name).

The program is the real one and is not changed; it is a real call that fails, and only while strace is there. A library
that is loaded before others (LD_PRELOAD) would do as well, but has to be compiled and to be there from the start.
"""

import asyncio
import os
import shutil
import signal
from collections.abc import Sequence
from pathlib import Path

from sim.errors import SimError
from sim.processes import send

ATTACH_LIMIT_S = 10.0
YAMA = Path("/proc/sys/kernel/yama/ptrace_scope")


class CannotBreakError(SimError, OSError):
    """This computer does not let the simulator break that; the sentence says what to do."""


def program() -> str:
    """Return strace; raise CannotBreakError where it is not installed."""
    found = shutil.which("strace")
    if not found:
        raise CannotBreakError("the disk cannot be made to fail without strace; run: apt-get install strace")
    return found


class Tracer:
    """strace at one program, between `attach` and `detach`."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None

    async def attach(self, pid: int, words: Sequence[str]) -> None:
        """Follow a program, its threads and what it starts, with these words to strace, and return when it is so.

        Raises CannotBreakError where it is not installed or not allowed.
        """
        command = [program(), "-f", "-p", str(pid), *words]
        self._process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(ATTACH_LIMIT_S):
                said = await self._first_line(self._process)
        except TimeoutError:
            said = "it does not answer"
        if "attached" not in said:
            await self.detach()
            raise CannotBreakError(_why_not(said))

    async def detach(self) -> None:
        """Let the program go on by itself; may be called twice."""
        process, self._process = self._process, None
        if process:
            send(process, signal.SIGTERM)
            if process.stderr:
                await process.stderr.read()  # until it has ended; a full pipe would hold it up
            await process.wait()

    async def wait(self) -> None:
        """Return when the program, and all that it had started meanwhile, has ended."""
        if self._process:
            await self._process.wait()

    async def _first_line(self, process: asyncio.subprocess.Process) -> str:
        return (await process.stderr.readline()).decode(errors="replace").strip() if process.stderr else ""


def _why_not(said: str) -> str:
    """Say why strace was not let in, and what to do."""
    if "Operation not permitted" not in said:
        return f"strace could not attach to the hub: {said or 'it said nothing'}"
    scope = YAMA.read_text().strip() if YAMA.is_file() else "0"
    remedy = "as root: sysctl kernel.yama.ptrace_scope=0" if scope != "0" and os.geteuid() else "with leave to trace it"
    return f"this computer lets nobody watch a running program (ptrace); start the simulator again {remedy}"

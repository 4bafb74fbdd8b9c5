"""The power of the hub's computer goes while it works: what it had not synced by then is lost as luck has it."""

import asyncio
import contextlib
import random
from collections.abc import Iterator
from pathlib import Path

from sim.disk.image import Content, Disk, write_files
from sim.disk.record import read_record, recording
from sim.disk.tracer import Tracer

WRITES_MAX = 30
"""The power goes at one of so many of the next writes or syncs,"""
LONGEST_S = 2.0
"""or, where the hub has little to write, after so long at most."""
NODES = "nodes"
"""The folder in a simulated hall's state that is the flash of its nodes, which have a power of their own."""


class DyingDisk:
    """The disk of a hub from one moment on until its power goes. state: the hub's folder. file: the hall's file."""

    def __init__(self, *, state: Path, file: Path, record: Path, chance: random.Random) -> None:
        self._state, self._file, self._record = state.resolve(), file.resolve(), record
        self._chance = chance
        self._base: dict[str, bytes] = {}
        self._tracer = Tracer()

    async def watch(self, pid: int) -> None:
        """Record all that a process, which must not run meanwhile, will do to the disk, and kill it at some write.

        Raises CannotBreakError.
        """
        self._base = {str(path): path.read_bytes() for path in self._files()}
        at = self._chance.randint(1, WRITES_MAX)
        kill = f"inject=pwrite64,fdatasync,fsync:signal=SIGKILL:when={at}"
        await self._tracer.attach(pid, [*recording(self._record), "-e", kill])

    async def gone(self, process: asyncio.subprocess.Process) -> None:
        """Return when the process has died, or has lived long enough."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), self._chance.uniform(0, LONGEST_S))

    async def close(self) -> None:
        """Watch no longer; may be called twice."""
        await self._tracer.detach()

    def leave(self) -> None:
        """Leave on the real disk what a power cut may have left of it; to be called when nobody uses it any more."""
        folders = [str(self._state), str(self._file.parent)]
        disk = Disk({path: Content(content) for path, content in self._base.items()}, folders)
        with self._record.open("rb") as lines:
            for op in read_record(lines):
                disk.apply(op)
        left = disk.after_cut(self._chance)
        for path in self._files():
            if str(path) not in left:
                path.unlink()
        write_files(left, of=Path("/"), to=Path("/"))

    def _files(self) -> Iterator[Path]:
        """Yield the files that are the hub's; the sockets of its doors are none, nor what stops two of it."""
        yield self._file
        for path in self._state.rglob("*"):
            is_of_node = path.is_relative_to(self._state / NODES)
            if path.is_file() and not path.is_symlink() and not is_of_node:
                yield path

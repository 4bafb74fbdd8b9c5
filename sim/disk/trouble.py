"""A disk in trouble: full, read-only, failing or slow, for the hub alone and for as long as it is asked."""

from typing import Literal

from sim.disk.tracer import Tracer

DiskTrouble = Literal["well", "full", "read-only", "failing", "slow"]
SLOW_MS = 100
SLOW_MS_MAX = 60_000
_SYNCS = "fdatasync,fsync"
_WRITES = "pwrite64,?ftruncate,?fallocate"
_NAMES = "?rename,?renameat,?renameat2,?unlink,?unlinkat,?mkdir,?mkdirat"
_FAILS: dict[DiskTrouble, list[tuple[str, str]]] = {
    "full": [(f"{_WRITES},fsync", "error=ENOSPC")],
    "read-only": [(f"{_WRITES},{_SYNCS},{_NAMES}", "error=EROFS")],
    "failing": [(_SYNCS, "error=EIO")],
}
"""Calls of the kernel, and what becomes of them. What goes to sockets and to the hub's own output is none of these: a
file that is written by ``write`` is refused at its ``fsync``."""


class HubDisk:
    """The disk as the hub's process meets it. trouble: what is wrong. slow_ms: how long a sync takes, if it is slow."""

    def __init__(self) -> None:
        self.trouble: DiskTrouble = "well"
        self.slow_ms = 0
        self._tracer = Tracer()

    async def set(self, trouble: DiskTrouble, pid: int | None, *, slow_ms: int = 0) -> None:
        """Let the disk be so from now on, for the process that runs and for those after it.

        slow_ms: for "slow"; 0 is `SLOW_MS`. Raises ValueError, and CannotBreakError: then the disk is well.
        """
        if trouble not in ("well", "slow", *_FAILS):
            raise ValueError(f"no trouble {trouble!r}; a disk is well, full, read-only, failing or slow")
        if not 0 <= slow_ms <= SLOW_MS_MAX:
            raise ValueError(f"slow_ms is from 0 to {SLOW_MS_MAX}")
        await self._tracer.detach()
        self.trouble, self.slow_ms = trouble, (slow_ms or SLOW_MS) if trouble == "slow" else 0
        await self.follow(pid)

    async def follow(self, pid: int | None) -> None:
        """Be in trouble for this process as well."""
        if self.trouble == "well" or pid is None:
            return
        try:
            await self._tracer.attach(pid, ["-o", "/dev/null", *words_of(self.trouble, self.slow_ms)])
        except OSError:
            self.trouble, self.slow_ms = "well", 0
            raise

    async def leave(self) -> None:
        """Let go of a process that has ended, or will be watched by somebody else; may be called twice."""
        await self._tracer.detach()


def words_of(trouble: DiskTrouble, slow_ms: int) -> list[str]:
    """Return what strace is told for a trouble."""
    fails = [(_SYNCS, f"delay_enter={slow_ms * 1000}")] if trouble == "slow" else _FAILS.get(trouble, [])
    return [word for calls, what in fails for word in ("-e", f"trace={calls}", "-e", f"inject={calls}:{what}")]

"""Ends processes by their number, and knows when they are gone, whoever started them."""

import asyncio
import contextlib
import os
import signal
from pathlib import Path

END_LIMIT_S = 5.0


async def end(pid: int, *, at_once: bool = False, limit_s: float = END_LIMIT_S) -> None:
    """Ask a process to end, make it after the limit, and return when it is gone. at_once: do not ask (SIGKILL)."""
    with contextlib.suppress(ProcessLookupError):
        pidfd = os.pidfd_open(pid)
        try:
            os.kill(pid, signal.SIGKILL if at_once else signal.SIGTERM)
            os.kill(pid, signal.SIGCONT)  # one that is frozen would not hear that it has been asked
            if not await _gone(pidfd, limit_s):
                os.kill(pid, signal.SIGKILL)
                await _gone(pidfd, limit_s)
        finally:
            os.close(pidfd)


def send(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    """Send a signal to a process of asyncio's, if it is still there.

    Its own ways look first whether it has ended, and take its end away from the one who waits for it (gh-87744, until
    Python 3.13).
    """
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, number)


def freeze(pid: int) -> None:
    """Let a process do nothing any more, as one that hangs (SIGSTOP); one that is gone stays gone."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGSTOP)


def thaw(pid: int) -> None:
    """Let a frozen process go on."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)


async def _gone(pidfd: int, limit_s: float) -> bool:
    loop, gone = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(pidfd, gone.set)
    try:
        async with asyncio.timeout(limit_s):
            await gone.wait()
    except TimeoutError:
        return False
    finally:
        loop.remove_reader(pidfd)
    return True


def pid_of(pidfile: Path, *, word: Path) -> int | None:
    """Return the process that a pid file names, if it runs and has ``word`` in its command line; None otherwise."""
    try:
        pid = int(pidfile.read_text())
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return None
    return pid if os.fsencode(word) in words else None


def cpu_s(pid: int | None) -> float:
    """Return the seconds of a processor's time that a process has had, its own and the system's for it (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

"""Waits for a program that makes sound, and sees to it that it is gone afterwards, whatever happens meanwhile."""

import asyncio
import contextlib


async def outcome(
    process: asyncio.subprocess.Process, limit_s: float, data: bytes | None = None
) -> tuple[bytes, bytes]:
    """Return what a program has written when it has ended; data: what it reads. Raises TimeoutError after the limit.

    One that does not end is ended, and so is one that nobody waits for any more. What it has written by then is read: a
    pipe that is full does not tell that its other end is closed.
    """
    try:
        async with asyncio.timeout(limit_s):
            return await process.communicate(data)
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        await process.communicate()

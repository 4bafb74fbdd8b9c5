"""Starts a hub on a copy of a hall, until it is ready and no longer: on the loopback, seen by nobody."""

import asyncio
import socket
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from hub.as_owner import Owner
from hub.copies.trouble import CopyError
from hub.edits.kinds import Put
from hub.edits.text import edited

READY_LIMIT_S = 60.0


def start_once(program: Sequence[str], file: Path, state: Path, *, owner: Owner | None = None) -> None:
    """Run a hub until it is ready; raise CopyError with its last words where it is not.

    program: what is `lintel`. owner: None, whoever we are. The hall's file is changed so that the hub makes no copies
    and has a broker of its own, at a port that no device knows.
    """
    text = edited(file.read_text("utf-8"), Put(at=("copies", "to"), value=[]))
    file.write_text(edited(text, Put(at=("broker", "own"), value=True)), "utf-8")
    asyncio.run(_start(program, file, state, owner))


async def _start(program: Sequence[str], file: Path, state: Path, owner: Owner | None) -> None:
    process = await asyncio.create_subprocess_exec(
        *(*program, "hub", str(file), "--state", str(state)),
        *("--broker", f"127.0.0.1:{_free_port()}", "--web", "0"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        user=owner[0] if owner else None,
        group=owner[1] if owner else None,
    )
    said = asyncio.create_task(process.stderr.read()) if process.stderr else None
    try:
        async with asyncio.timeout(READY_LIMIT_S):
            line = await process.stdout.readline() if process.stdout else b""
    except TimeoutError:
        line = b""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.terminate()
    await process.wait()
    words = (await said).decode(errors="replace").strip() if said else ""
    if line.strip() != b"ready":
        last = words.splitlines()[-1] if words else "it said nothing"
        raise CopyError("damaged", f"the hub did not become ready: {last}")


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])

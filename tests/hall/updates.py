"""Updates of a simulated hall for tests: firmware that was changed, ordered at the hub's door, and how far it is."""

import asyncio
import re
import shutil
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

import msgspec

from hub.door import send_order
from hub.firmware_files import FIRMWARE, release
from hub.maintenance import UpdateNow
from hub.office import ShowUpdate, StartUpdate
from hub.update_store import put_firmware
from sim import Hall

LIMIT_S = 60.0
QUICK = "\n[update]\nfetch_s = 8\nswitch_s = 60\nprove_s = 0.5\nquiet_s = 2\n"
Change = tuple[str, str]
"""A regular expression in a source, and what stands there instead."""


def hall_file(folder: Path, example: Path) -> Path:
    """Return a copy of an example's file that has no patience with updates."""
    file = folder / "hall.toml"
    file.write_text(example.read_text(encoding="utf-8") + QUICK, encoding="utf-8")
    return file


def firmware(folder: Path, version: str, changes: Mapping[str, Change] | None = None) -> dict[str, bytes]:
    """Return the shipped firmware as another version, compiled; changes: source to what is changed in it."""
    source = folder / f"firmware-{version}"
    shutil.copytree(FIRMWARE, source, ignore=shutil.ignore_patterns("__pycache__"))
    for name, (before, after) in (changes or {}).items():
        text, count = re.subn(before, after, (source / name).read_text(encoding="utf-8"), count=1)
        assert count == 1, f"{name} has nothing like {before}"
        (source / name).write_text(text, encoding="utf-8")
    return release(version, 0, "", "00" * 32, source=source).files


async def begin(hall: Hall, version: str, files: dict[str, bytes], devices: tuple[str, ...] = ()) -> str:
    order = StartUpdate(version=version, firmware=put_firmware(hall.state, files), devices=devices)
    return (await asyncio.to_thread(send_order, hall.state, "", "", order)).words


async def now(hall: Hall) -> UpdateNow:
    reply = await asyncio.to_thread(send_order, hall.state, "", "", ShowUpdate())
    return msgspec.json.decode(reply.found, type=UpdateNow)


async def when(hall: Hall, condition: Callable[[UpdateNow], bool], *, limit_s: float = LIMIT_S) -> UpdateNow:
    """Return how far the update is as soon as that is so; fail with how far it got."""
    found = await now(hall)
    try:
        async with asyncio.timeout(limit_s):
            while True:
                found = await now(hall)
                if condition(found):
                    return found
                await asyncio.sleep(0.1)
    except TimeoutError:
        said = {name: hall.device(name).said for name in hall.devices}
        raise AssertionError(f"not within {limit_s} s: {found}; {said}") from None


def is_over(found: UpdateNow) -> bool:
    return found.rollout is not None and (found.rollout.ended_at is not None or bool(found.rollout.stopped))


def phases(found: UpdateNow) -> dict[str, str]:
    return {one.device: one.phase for one in found.devices}


@lru_cache(maxsize=1)
def pieces() -> re.Pattern[bytes]:
    return re.compile(rb'"do":"piece","file":"([a-z/_.0-9]+)","from":(\d+),"data":"')

"""Puts the firmware on the flash of a simulated node that nobody has flashed, as `lintel flash` puts it on a board."""

import shutil
from functools import lru_cache
from pathlib import Path

from hardware.version import VERSION
from hub.firmware_files import Release, release, root_files

SLOT = "slot"
MANIFEST = "manifest"
OF_THE_SIMULATOR = 0
"""Serial of a firmware that no hall has made: any that one makes is newer."""
NO_KEY = "0" * 64


def provision(flash: Path, target: str, key: str) -> None:
    """Give the flash its loader and the shipped firmware in slot a; leave alone what somebody else has put there.

    target: HALL/DEVICE. key: the node's update key. An older firmware of the simulator's own is replaced. Raises
    FirmwareBuildError where the firmware cannot be compiled.
    """
    found = _release(target, key)
    if _is_there(flash, found):
        return
    shutil.rmtree(flash / "a", ignore_errors=True)
    for path, data in found.files.items():
        file = flash / "a" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    for path, data in root_files().items():
        (flash / path).write_bytes(data)
    (flash / "a" / MANIFEST).write_bytes(found.manifest)
    (flash / SLOT).write_text("a")


@lru_cache(maxsize=256)
def _release(target: str, key: str) -> Release:
    return release(VERSION, OF_THE_SIMULATOR, target, key)


def _is_there(flash: Path, wanted: Release) -> bool:
    """Return whether there is this firmware already, or one that is not the simulator's to touch."""
    manifest = flash / "a" / MANIFEST
    if not manifest.exists():
        return (flash / "main.py").exists() or (flash / SLOT).exists() or (flash / "b").exists()
    there = manifest.read_bytes()
    is_ours = f"\nserial {OF_THE_SIMULATOR}\n".encode() in there and (flash / SLOT).read_text() == "a"
    return not is_ours or there == wanted.manifest

"""Does what root was asked to do as the hub's own user, so that the hub can read afterwards what was written."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

Owner = tuple[int, int]
"""User and group, in numbers."""


def owner_of(folder: Path) -> Owner | None:
    """Return whose a folder is, where that is not us; None also where it is not there."""
    try:
        known = folder.stat()
    except FileNotFoundError:
        return None
    return None if known.st_uid == os.geteuid() else (known.st_uid, known.st_gid)


@contextmanager
def as_owner(folder: Path) -> Iterator[None]:
    """Be the owner of a folder meanwhile, where we are root and he is somebody else."""
    owner = owner_of(folder)
    if owner is None or os.geteuid():
        yield
        return
    os.setegid(owner[1])
    os.seteuid(owner[0])
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def give(folder: Path, *paths: Path) -> None:
    """Have these belong to whose a folder is, where we are root; a stick's file system may know no owners."""
    owner = owner_of(folder)
    if owner is None or os.geteuid():
        return
    for path in paths:
        try:
            os.chown(path, *owner)
        except PermissionError:
            return

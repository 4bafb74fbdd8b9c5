"""One hub to a state folder: two would give every number twice. And one writer at a time to a file in it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hub.as_owner import give


class InUseError(OSError):
    """Another program has this state folder."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Make the folder and hold it for this process; raise InUseError if another one does. It ends with the process."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("w") as file:
        give(folder, folder / "lock")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InUseError(
                f"another program runs with {folder}; end it, or name another folder with --state"
            ) from error
        yield


@contextmanager
def one_writer(path: Path) -> Iterator[None]:
    """Hold a file for whoever reads it, adds something and writes it anew; wait for another that does (hub, flash)."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = path.with_name(path.name + ".lock")
    lock.touch(mode=0o600)
    give(path.parent, lock)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

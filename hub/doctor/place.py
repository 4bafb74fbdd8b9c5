"""What is examined, and with whose eyes: the only door through which checks see the computer."""

import getpass
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import NamedTuple

from hub.clock import wall_ms
from hub.config import Hall

PATHS = "/usr/local/sbin:/usr/sbin:/sbin"
"""Where programs of the system are that are not in everybody's PATH."""
LIMIT_S = 10.0


class Ran(NamedTuple):
    """What a program said. code: its exit code."""

    code: int
    said: str


class Place:
    """A hall, its hub's folder and the computer around them. hall: None where its file is not sound.

    root: of the computer's files, "/" but in tests. now: ms of the computer's clock.
    """

    def __init__(self, *, file: Path, hall: Hall | None, state: Path, root: Path = Path("/")) -> None:
        self.file, self.hall, self.state, self.root = file, hall, state, root
        self.now = wall_ms()

    @property
    def user(self) -> str:
        """Who looks."""
        return getpass.getuser()

    @property
    def eyes(self) -> str:
        """What to do where this user may not look."""
        return f"run it as root, or as the hub's user; {self.user} may not look there"

    def program(self, name: str) -> str | None:
        """Return the path of a program, None where it is not installed."""
        return which(name, path=f"{os.environ.get('PATH', '')}:{PATHS}")

    def run(self, *words: str) -> Ran | None:
        """Return what a program says, None where it is not there or does not end."""
        path = self.program(words[0])
        if path is None:
            return None
        try:
            ended = subprocess.run([path, *words[1:]], capture_output=True, timeout=LIMIT_S, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return None
        return Ran(ended.returncode, (ended.stdout + ended.stderr).decode(errors="replace").strip())

    def read(self, *parts: str) -> str | None:
        """Return the text of one of the computer's files, None where it cannot be read."""
        try:
            return self.root.joinpath(*parts).read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            return None


@contextmanager
def as_owner(path: Path) -> Iterator[None]:
    """Look as the owner of a file: what root's database makes beside a journal, the hub could not write."""
    if os.geteuid() != 0:
        yield
        return
    found, group = path.stat(), os.getegid()
    try:
        os.setegid(found.st_gid)
        os.seteuid(found.st_uid)
        yield
    finally:
        os.seteuid(0)
        os.setegid(group)


def listed(names: Sequence[str], most: int = 6) -> str:
    """Return names for a sentence; of many the first, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more

"""Files that are made to be fetched once: they lie in the hub's folder for that long, one a person, and no longer.

What was never fetched goes when the same person makes another, when it is an hour old and anybody makes one, and at
the hub's next start.
"""

import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from starlette.responses import FileResponse
from starlette.types import Receive, Scope, Send

FOLDER = "passing"
PART = ".part"
"""What ends so is still being made."""
KEPT_S = 3600.0


def sweep(folder: Path) -> None:
    """Remove all that a hub before this one left behind. folder: the hub's."""
    shutil.rmtree(folder / FOLDER, ignore_errors=True)


def fresh(folder: Path, person: str) -> Path:
    """Return an empty folder for what somebody is to fetch; raise OSError where there can be none."""
    for one in (folder / FOLDER).glob("*"):
        if one.name == person or one.stat().st_mtime < time.time() - KEPT_S:
            shutil.rmtree(one, ignore_errors=True)
    made = folder / FOLDER / person
    made.mkdir(parents=True, exist_ok=True, mode=0o700)
    return made


def waiting(folder: Path, person: str, name: str) -> Path | None:
    """Return what lies there for somebody under a name, None where nothing does; no path leads out of his folder."""
    if name.endswith(PART):
        return None
    return next((one for one in (folder / FOLDER / person).glob("*") if one.name == name and one.is_file()), None)


class FetchedOnce(FileResponse):
    """Sends a file piece by piece, and removes it, however that ends."""

    def __init__(self, path: Path, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(path, filename=path.name, headers=headers)
        self._file = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; whoever only asks for its head leaves it there."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            if scope["method"] == "GET":
                self._file.unlink(missing_ok=True)

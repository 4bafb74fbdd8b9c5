"""How the hub's own computer is: room, memory, certificates, copies; for metrics, health page and `lintel doctor`."""

import contextlib
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from hardware.version import VERSION
from hub.config import Hall
from hub.copies.known import Drilled, Told, drilled_in, told_in
from hub.endings import ANOTHER, AUTHORITY, BEFORE, BROKER, PAGES, endings, files_of

CERTIFICATES = {
    AUTHORITY: "authority",
    BEFORE: "authority-before",
    BROKER: "broker",
    PAGES: "pages",
    ANOTHER: "broker-authority",
}


class HubNow(Struct, frozen=True, kw_only=True):
    """The hub's computer now. *_bytes: -1 where the system does not tell. days: until a certificate ends, by its name.

    up_s: since the hub's start. rss_bytes: memory of the hub; available_bytes: what the computer has left. copies,
    drill: None where none are made.
    """

    version: str = VERSION
    up_s: int = 0
    rss_bytes: int = -1
    available_bytes: int = -1
    disk_bytes: int = -1
    free_bytes: int = -1
    journal_bytes: int = -1
    days: dict[str, int] = {}
    copies: Told | None = None
    drill: Drilled | None = None


def hub_now(hall: Hall, folder: Path, *, up_s: float) -> HubNow:
    """Return how the computer of a hall's hub is; folder: its state. It reads files, so call it beside the loop."""
    disk = None
    with contextlib.suppress(OSError):
        disk = shutil.disk_usage(folder)
    return HubNow(
        up_s=int(up_s),
        rss_bytes=_rss_bytes(),
        available_bytes=available_bytes(),
        disk_bytes=disk.total if disk else -1,
        free_bytes=disk.free if disk else -1,
        journal_bytes=_size(folder / "journal.db"),
        days=certificate_days(hall, folder),
        copies=told_in(folder),
        drill=drilled_in(folder),
    )


def certificate_days(hall: Hall, folder: Path) -> dict[str, int]:
    """Return the whole days until each certificate of the hall ends, by its name; an unreadable one is left out."""
    found = {}
    for what, path in files_of(hall, folder).items():
        with contextlib.suppress(OSError, ValueError):
            for one in endings({what: path}):
                found[CERTIFICATES[what]] = (one.ends - datetime.now(UTC)).days
    return found


def available_bytes() -> int:
    """Return the memory that programs may still have, -1 where the system does not tell (proc(5), MemAvailable)."""
    with contextlib.suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return int(next(line for line in lines if line.startswith("MemAvailable:")).split()[1]) * 1024
    return -1


def _size(path: Path) -> int:
    with contextlib.suppress(OSError):
        return path.stat().st_size
    return -1


def _rss_bytes() -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return -1

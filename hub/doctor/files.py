"""Looks at the hall's file, the hub's folder, and the journal in it."""

import os
from collections.abc import Iterator
from pathlib import Path

from hub.config import HallError, load_hall
from hub.doctor.finding import Finding, ok, unknown, wrong
from hub.doctor.place import Place, as_owner, listed
from hub.journal_file import VERSION, JournalError, quick_look
from hub.owner import check_owner

JOURNAL = "journal.db"
PRIVATE = ("*.key", "*.json", "*.db", "*.lock", "*.sock", "day.key", "copies.code", "broker.passwords")
AHEAD_MS = 300_000
"""A last row so far in the future was written under another clock."""
_DAY_MS, _HOUR_MS, _MINUTE_MS = 86_400_000, 3_600_000, 60_000


def hall_file(place: Place) -> Iterator[Finding]:
    """Is the hall's file sound?"""
    try:
        hall = load_hall(place.file)
    except HallError as error:
        if isinstance(error.__cause__, PermissionError):
            yield unknown("hall file", f"{place.file} cannot be read", place.eyes)
            return
        yield wrong("hall file", str(error), f"correct it; lintel check {place.file} says when it is sound")
        return
    yield ok("hall file", f"{place.file}: counters {len(hall.counters)}, devices {len(hall.devices)}")


def state_folder(place: Place) -> Iterator[Finding]:
    """Is the hub's folder there, the hub's own, and nobody else's?"""
    folder = place.state
    if not folder.is_dir():
        yield wrong("state folder", f"{folder} is not there", "start the hub once, or name its folder with --state")
        return
    if not os.access(folder, os.R_OK | os.X_OK):
        yield unknown("state folder", f"{folder} cannot be read", place.eyes)
        return
    owner = folder.stat().st_uid
    files = [one for one in folder.rglob("*") if not one.is_symlink()]
    strange = sorted(str(one.relative_to(folder)) for one in files if one.stat().st_uid != owner)
    if strange:
        remedy = f"chown -R --reference={folder} {folder}: a command was run there as somebody else"
        yield wrong("owners", f"{listed(strange)}: of another user than {folder}", remedy)
    open_ones = sorted(str(one.relative_to(folder)) for one in files if _is_open(one))
    if folder.stat().st_mode & 0o077:
        open_ones.insert(0, ".")
    if open_ones:
        words = f"{listed(open_ones)}: open to other users"
        yield wrong("permissions", words, f"chmod -R go-rwx {folder}: there are passwords and keys")
    elif not strange:
        yield ok("permissions", f"{folder} is its owner's alone")


def _is_open(path: Path) -> bool:
    return any(path.match(pattern) for pattern in PRIVATE) and bool(path.stat().st_mode & 0o077)


def journal(place: Place) -> Iterator[Finding]:
    """Is the journal this hall's, whole, and of this version?"""
    path = place.state / JOURNAL
    if not path.is_file():
        yield unknown("journal", f"{path} is not there", "start the hub: it makes one")
        return
    if not os.access(path, os.R_OK):
        yield unknown("journal", f"{path} cannot be read", place.eyes)
        return
    try:
        with as_owner(path):
            if place.hall:
                check_owner(path, place.hall.id)
            found = quick_look(path)
    except (JournalError, OSError) as error:
        yield wrong("journal", str(error), "lintel restore brings the last copy back")
        return
    if found.complaint:
        words = f"{path} is damaged: {found.complaint}"
        yield wrong("journal", words, "keep the file; lintel restore brings the last copy back")
    elif found.last_at > place.now + AHEAD_MS:
        ahead = _ago(found.last_at - place.now)
        remedy = "set the computer's clock right; hall time goes on from there and never back"
        yield wrong("journal", f"its last row is {ahead} in the future", remedy)
    else:
        age = _ago(max(0, place.now - found.last_at))
        yield ok("journal", f"rows {found.rows}, the last {age} ago; schema {found.version} of {VERSION}")


def _ago(ms: int) -> str:
    for unit_ms, unit in ((_DAY_MS, "days"), (_HOUR_MS, "hours"), (_MINUTE_MS, "minutes")):
        if ms >= 2 * unit_ms:
            return f"{ms // unit_ms} {unit}"
    return f"{ms // 1000} seconds"

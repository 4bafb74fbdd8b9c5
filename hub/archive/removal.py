"""Removes rows of old business days that are in archives, so that the journal's chain can still be verified.

The hub may not run meanwhile: it has the last row's hash in its memory, and no press may wait for a long deletion.
"""

import shutil
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from msgspec import Struct

from hub.archive.checking import read_archived, verify_archive
from hub.archive.manifest import ArchiveError, Manifest, manifest_sum, read_manifest
from hub.archive_file import KEEP_DAYS_MIN
from hub.clock import local
from hub.config import Hall
from hub.journal import Journal, days_of, seals_of, verify

KEPT_ROW = 1
"""The first row says whose journal it is, and stays for ever."""


class Piece(Struct, frozen=True, kw_only=True):
    """Rows that one archive has. manifest: the hash of that archive's manifest."""

    first: int
    last: int
    manifest: str
    folder: Path


class Removed(Struct, frozen=True, kw_only=True):
    """What was removed. is_compact: the space went back to the disk; otherwise new rows take it."""

    pieces: tuple[Piece, ...]
    is_compact: bool


def plan_removal(journal: Path, before: str, archives: Sequence[Path]) -> list[Piece]:
    """Return what may go of the business days before one, YYYYMMDD, in order; empty where nothing is that old.

    The last business day always stays. Raises ArchiveError where an archive is not sound, or a row is in none of them.
    """
    first = max((seal.last for seal in seals_of(journal)), default=KEPT_ROW) + 1
    last = _last_to_go(journal, before)
    if last < first:
        return []
    sound = [_sound(folder, journal) for folder in archives]
    pieces = list(_pieces(first, last, sound))
    for piece in pieces:
        _check_ends(journal, piece)
    return pieces


def _last_to_go(journal: Path, before: str) -> int:
    days = days_of(journal)
    kept = [row for day, row in days if day >= before] or [row for _day, row in days[-1:]]
    return min(kept, default=0) - 1


def _sound(folder: Path, journal: Path) -> tuple[Manifest, Path]:
    wrong = next(verify_archive(folder, journal), None)
    if wrong:
        raise ArchiveError(f"{folder}: {wrong}; nothing was removed")
    manifest = read_manifest(folder)
    if not manifest.has_rows:
        raise ArchiveError(f"{folder} has records only, not the rows; archive those days without --records-only")
    return manifest, folder


def _pieces(first: int, last: int, archives: list[tuple[Manifest, Path]]) -> Iterator[Piece]:
    while first <= last:
        having = [(one.last_row, folder) for one, folder in archives if one.first_row <= first <= one.last_row]
        if not having:
            raise ArchiveError(f"rows {first} to {last} are not all archived; archive those days first")
        reaches, folder = max(having)
        yield Piece(first=first, last=min(reaches, last), manifest=manifest_sum(folder), folder=folder)
        first = min(reaches, last) + 1


def _check_ends(journal: Path, piece: Piece) -> None:
    """Read the archive once more to its end: what is removed has to come back from it."""
    count = sum(piece.first <= row.row <= piece.last for row in read_archived(piece.folder))
    if count != piece.last - piece.first + 1:
        raise ArchiveError(f"{piece.folder} does not have all rows from {piece.first} to {piece.last} of {journal}")


def cutoff(hall: Hall, keep_days: int, at: int) -> str:
    """Return the first day that stays, YYYYMMDD; raise ArchiveError where that would be too little."""
    if keep_days < KEEP_DAYS_MIN:
        raise ArchiveError(f"{keep_days} days are too few to keep; keep {KEEP_DAYS_MIN} at least")
    return f"{local(at, hall.zone).date() - timedelta(days=keep_days):%Y%m%d}"


def remove(path: Path, before: str, archives: Sequence[Path], *, by: str, at: int) -> Removed:
    """Remove the business days before one; whoever calls holds the folder's lock. by: who wants it. at: now, ms.

    Each archive's rows go in one transaction: killed at any moment, the journal is as before it or as after it. Raises
    ArchiveError or JournalError, and then nothing is half removed.
    """
    wrong = next(verify(path), None)
    if wrong:
        raise ArchiveError(f"{path}: {wrong}; nothing was removed")
    pieces = plan_removal(path, before, archives)
    if not pieces:
        return Removed(pieces=(), is_compact=False)
    journal = Journal(path)
    try:
        for piece in pieces:
            moment = max(at, journal.last_at)
            journal.seal(piece.first, piece.last, manifest=piece.manifest, by=by, at=moment)
        is_compact = _has_room(path)
        if is_compact:
            journal.compact()
    finally:
        journal.close()
    return Removed(pieces=tuple(pieces), is_compact=is_compact)


def _has_room(path: Path) -> bool:
    """SQLite writes what is left twice before it lets go of the old file."""
    return shutil.disk_usage(path.parent).free > 2 * path.stat().st_size

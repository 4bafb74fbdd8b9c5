"""An archive as one file to be carried away: the same folder gives the same bytes; for the worker process."""

import shutil
import zipfile
from pathlib import Path

from msgspec import Struct

from hub.archive.export import Job, export
from hub.archive.manifest import ArchiveError, manifest_sum
from hub.archive.span import span_of
from hub.journal import count_rows

ROOM = 3
"""How often the days' share of the journal has to fit on the disk: as a folder, as a file, and for the hub to go on."""


class NoRoomError(ArchiveError):
    """The disk has too little room."""


class Zipped(Struct, frozen=True, kw_only=True):
    """What was made. manifest: SHA-256 of the manifest, for whoever keeps it elsewhere as a proof."""

    path: Path
    records: int
    days: int
    manifest: str


def export_zip(job: Job) -> Zipped:
    """Make an archive as job.to with .zip behind it; raise ArchiveError or OSError where it cannot be made.

    No more than a day's records is in memory, and nothing is at its place before all of it is.
    """
    _check_room(job)
    try:
        made = export(job)
        to, part = (job.to.with_name(f"{job.to.name}{end}") for end in (".zip", ".zip.part"))
        pack(job.to, part)
        part.rename(to)
        return Zipped(path=to, records=made.records, days=len(made.days), manifest=manifest_sum(job.to))
    finally:
        shutil.rmtree(job.to, ignore_errors=True)


def _check_room(job: Job) -> None:
    span = span_of(job.journal, job.first, job.last)
    share = (span.last_row - span.first_row + 1) / max(1, count_rows(job.journal))
    needed = int(job.journal.stat().st_size * share * ROOM)
    if shutil.disk_usage(job.to.parent).free < needed:
        raise NoRoomError(
            f"{job.to.parent}: the disk needs {needed >> 20} MB more for this; make room, or name fewer days"
        )


def pack(folder: Path, to: Path) -> None:
    """Write the files of a folder into one, under the folder's name."""
    with zipfile.ZipFile(to, "w") as packed:
        for path in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(f"{folder.name}/{path.name}")  # without a moment: that stands in the manifest
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if path.suffix == ".gz" else zipfile.ZIP_DEFLATED
            entry.file_size = path.stat().st_size
            with path.open("rb") as source, packed.open(entry, "w") as target:
                shutil.copyfileobj(source, target, 1 << 20)

"""Writes an archive: a folder that explains itself and proves itself, the same bytes from the same rows."""

import gzip
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from hardware.version import VERSION
from hub.archive.manifest import (
    MANIFEST,
    README,
    RECORDS,
    ROWS,
    SUM,
    TABLE,
    ArchiveError,
    Manifest,
    file_of,
    sum_line,
    written,
)
from hub.archive.records import Record, Records
from hub.archive.span import Span, span_of
from hub.archive.words import Table, read_me
from hub.config import Hall
from hub.journal import Row, read_rows, seals_of
from hub.journal_rows import GENESIS

encode = msgspec.json.encode


class Job(Struct, frozen=True, kw_only=True):
    """What is to be archived. first, last: business days, YYYYMMDD. by: number of who wants it. at: now, ms.

    has_rows: with the journal's rows themselves, which the unit's own archive needs and nobody else.
    """

    journal: Path
    hall: Hall
    first: str
    last: str
    to: Path
    by: str
    at: int
    has_rows: bool = True


def export(job: Job) -> Manifest:
    """Write an archive and return its manifest; raise ArchiveError where it cannot be made.

    Nothing is at its place before all of it is on the disk.
    """
    span = span_of(job.journal, job.first, job.last)
    if job.to.exists():
        raise ArchiveError(f"{job.to} is there already; name a folder that is not")
    folder = job.to.with_name(f".{job.to.name}.part")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        manifest = _write_all(job, span, folder)
        folder.rename(job.to)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    _sync(job.to.parent)
    return manifest


def _write_all(job: Job, span: Span, folder: Path) -> Manifest:
    maker = Maker(job, span, folder)
    maker.make()
    names = [RECORDS, TABLE, *([ROWS] if job.has_rows else [])]
    files = tuple(file_of(folder / name) for name in names)
    manifest = replace(maker.manifest(), files=files)
    (folder / README).write_text(read_me(job.hall, manifest), encoding="utf-8", newline="")
    manifest = replace(manifest, files=(*files, file_of(folder / README)))
    content = written(manifest)
    (folder / MANIFEST).write_bytes(content)
    (folder / SUM).write_bytes(sum_line(content))
    for path in (*folder.iterdir(), folder):
        _sync(path)
    return manifest


class Maker:
    """Goes through the rows once; no more than one day's records are in memory."""

    def __init__(self, job: Job, span: Span, folder: Path) -> None:
        self._job, self._span, self._folder = job, span, folder
        self._table = Table(job.hall)
        self._count = self._unnamed = 0
        self._first = self._last = b""

    def make(self) -> None:
        """Write records, table and rows."""
        with ExitStack() as stack:
            records = stack.enter_context((self._folder / RECORDS).open("wb"))
            table = stack.enter_context((self._folder / TABLE).open("wb"))
            rows = stack.enter_context(_zipped(self._folder / ROWS)) if self._job.has_rows else None
            table.write(f"\ufeff{self._table.head()}".encode())
            for record in self._records(rows):
                records.write(encode(record) + b"\n")
                table.write(self._table.line(record).encode())
                self._count += 1
                self._unnamed += record.unnamed

    def _records(self, rows: gzip.GzipFile | None) -> Iterator[Record]:
        made = Records()
        for row in read_rows(self._job.journal, self._span.first_row, self._span.last_row):
            self._first, self._last = self._first or row.hash, row.hash
            if rows:
                rows.write(row_line(row))
            yield from made.add(row.row, row.content().facts)

    def manifest(self) -> Manifest:
        """Return what was made, without its files."""
        job, span = self._job, self._span
        return Manifest(
            made_with=f"Lintel {VERSION}",
            hall=job.hall.id,
            hall_name=job.hall.name,
            first_day=span.days[0],
            last_day=span.days[-1],
            days=span.days,
            records=self._count,
            unnamed=self._unnamed,
            first_row=span.first_row,
            last_row=span.last_row,
            before=_hash_before(job.journal, span.first_row).hex(),
            first_hash=self._first.hex(),
            last_hash=self._last.hex(),
            made_by=job.by,
            made_at=job.at,
        )


def row_line(row: Row) -> bytes:
    """Return a row of the journal as a line: its columns in order, the hash in hex."""
    return encode((*row.cells, row.hash.hex())) + b"\n"


def _hash_before(journal: Path, first: int) -> bytes:
    before = next((seal.after for seal in seals_of(journal) if seal.last == first - 1), GENESIS)
    return next((row.hash for row in read_rows(journal, first - 1, first - 1)), before)


def _zipped(path: Path) -> gzip.GzipFile:
    """No name and no moment in it: the same rows give the same bytes."""
    return gzip.GzipFile(path, "wb", compresslevel=6, mtime=0)


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)

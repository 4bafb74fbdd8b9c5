"""Verifies an archive: every byte by its hash, the records by the rows that they were made from, those by the chain."""

import gzip
import zlib
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import msgspec

from hub.archive.export import encode, row_line
from hub.archive.manifest import MANIFEST, RECORDS, ROWS, SUM, ArchiveError, Manifest, file_of, read_manifest
from hub.archive.records import Records
from hub.journal import JournalError, Row, read_rows, seals_of
from hub.journal_rows import chain

_Line = tuple[int, int, str | None, int | None, int | None, str | None, str, str]
_decode = msgspec.json.Decoder(_Line).decode


def verify_archive(folder: Path, journal: Path | None = None) -> Iterator[str]:
    """Yield a sentence for everything that is wrong with an archive; nothing where all is as it was made.

    journal: where it is at hand, its rows and seals have to be those that the archive was made from.
    """
    try:
        manifest = read_manifest(folder)
    except ArchiveError as error:
        yield str(error)
        return
    wrong = list(_files(folder, manifest))
    yield from wrong
    if wrong:
        return
    if manifest.has_rows:
        yield from _rows(folder, manifest)
    if journal:
        yield from _against(journal, folder, manifest)


def _files(folder: Path, manifest: Manifest) -> Iterator[str]:
    expected = {file.name: file for file in manifest.files}
    there = {path.name for path in folder.iterdir()} - {MANIFEST, SUM}
    for name in sorted(there - expected.keys()):
        yield f"{name} does not belong to the archive"
    for name, file in expected.items():
        if name not in there or not (folder / name).is_file():
            yield f"{name} is missing"
        elif file_of(folder / name) != file:
            yield f"{name} was changed"


def read_archived(folder: Path) -> Iterator[Row]:
    """Yield the rows in an archive; raise ArchiveError where they cannot be read."""
    try:
        with gzip.open(folder / ROWS, "rb") as lines:
            for line in lines:
                row, at, device, boot, seq, opens, body, digest = _decode(line)
                yield Row(
                    row=row,
                    at=at,
                    device=device,
                    boot=boot,
                    seq=seq,
                    opens=opens,
                    body=body,
                    hash=bytes.fromhex(digest),
                )
    except (OSError, EOFError, zlib.error, msgspec.MsgspecError, ValueError) as error:
        raise ArchiveError(f"{folder / ROWS} cannot be read ({error})") from error


def _rows(folder: Path, manifest: Manifest) -> Iterator[str]:
    """The rows have to be a whole piece of a chain, and the records what follows from them."""
    last, expected = bytes.fromhex(manifest.before), manifest.first_row
    made, count = Records(), 0
    try:
        with (folder / RECORDS).open("rb") as records:
            for row in read_archived(folder):
                if row.row != expected or chain(last, row.cells) != row.hash:
                    yield f"{ROWS}: row {row.row} does not follow from the row before it"
                    return
                last, expected = row.hash, row.row + 1
                for record in made.add(row.row, row.content().facts):
                    count += 1
                    if records.readline() != encode(record) + b"\n":
                        yield f"{RECORDS}: line {count} is not what the rows of {record.day} {record.number} tell"
                        return
            if expected != manifest.last_row + 1 or last.hex() != manifest.last_hash:
                yield f"{ROWS} does not end with the row that the manifest names"
            if count != manifest.records or records.read(1):
                yield f"{RECORDS} has not as many records as the manifest says"
    except (ArchiveError, JournalError) as error:
        yield str(error)


def _against(journal: Path, folder: Path, manifest: Manifest) -> Iterator[str]:
    yield from _seals(journal, manifest)
    ends = {manifest.first_row: manifest.first_hash, manifest.last_row: manifest.last_hash}
    for row in read_rows(journal, manifest.first_row, manifest.last_row):
        if ends.get(row.row, row.hash.hex()) != row.hash.hex():
            yield f"row {row.row} of {journal} is not the one that was archived"
            return
    if manifest.has_rows:
        yield from _same(journal, folder, manifest)


def _same(journal: Path, folder: Path, manifest: Manifest) -> Iterator[str]:
    """Every archived row is in the journal as it was, or under a seal."""
    sealed = [(seal.first, seal.last) for seal in seals_of(journal)]
    archived = (row for row in read_archived(folder) if not any(first <= row.row <= last for first, last in sealed))
    for mine, theirs in zip_longest(archived, read_rows(journal, manifest.first_row, manifest.last_row)):
        if mine is None or theirs is None or row_line(mine) != row_line(theirs):
            row = mine or theirs
            yield f"row {row.row if row else '?'} of {journal} is not the one that was archived"
            return


def _seals(journal: Path, manifest: Manifest) -> Iterator[str]:
    known = {manifest.first_row - 1: manifest.before, manifest.first_row: manifest.first_hash}
    known[manifest.last_row] = manifest.last_hash
    for seal in seals_of(journal):
        if known.get(seal.last, seal.after.hex()) != seal.after.hex():
            yield f"the seal of rows {seal.first} to {seal.last} of {journal} is not of the rows that were archived"
        if known.get(seal.first - 1, seal.before.hex()) != seal.before.hex():
            yield f"the seal of rows {seal.first} to {seal.last} of {journal} is not of the rows that were archived"

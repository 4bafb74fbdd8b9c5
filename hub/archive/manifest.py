"""What an archive says of itself: its files with their hashes, and which rows of the journal it was made from."""

import hashlib
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

RECORDS, TABLE, ROWS, README = "records.jsonl", "records.csv", "rows.jsonl.gz", "README.txt"
MANIFEST, SUM = "manifest.json", "manifest.json.sha256"
_BLOCK = 1 << 20

Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]


class ArchiveError(ValueError):
    """An archive cannot be made or used; the sentence says what to do."""


class NoDayError(ArchiveError):
    """There is none of the business days that are asked for, or not any more."""


class NotOverError(ArchiveError):
    """One of the business days is still under way."""


class File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of the archive."""

    name: str
    bytes: int
    sha256: Sha256


class Manifest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """first_row, last_row: the rows that it was made from; the last opens the day after, and may end this one.

    before: hash of the row before the first. made_at: ms since 1970. unnamed: steps by hand without a name (M13).
    """

    format: int = 1
    made_with: str
    hall: str
    hall_name: str
    first_day: str
    last_day: str
    days: tuple[str, ...]
    records: int
    unnamed: int
    first_row: int
    last_row: int
    before: Sha256
    first_hash: Sha256
    last_hash: Sha256
    made_by: str
    made_at: int
    files: tuple[File, ...] = ()

    @property
    def has_rows(self) -> bool:
        """Whether it has the rows themselves, without which they cannot be removed."""
        return any(file.name == ROWS for file in self.files)


def file_of(path: Path) -> File:
    """Return a file's name, length and hash."""
    digest, length = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            length += len(block)
    return File(name=path.name, bytes=length, sha256=digest.hexdigest())


def written(manifest: Manifest) -> bytes:
    """Return the manifest as it stands in its file."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def sum_line(manifest: bytes) -> bytes:
    """Return what stands beside the manifest, as sha256sum writes it."""
    return f"{hashlib.sha256(manifest).hexdigest()}  {MANIFEST}\n".encode()


def read_manifest(folder: Path) -> Manifest:
    """Return an archive's manifest; raise ArchiveError where there is none, or it was changed."""
    try:
        content, beside = (folder / MANIFEST).read_bytes(), (folder / SUM).read_bytes()
    except OSError as error:
        raise ArchiveError(f"{folder}: no archive is there ({error.strerror}: {error.filename})") from error
    if beside != sum_line(content):
        raise ArchiveError(f"{folder}: {MANIFEST} or {SUM} was changed; take another copy of the archive")
    try:
        return msgspec.json.decode(content, type=Manifest)
    except msgspec.MsgspecError as error:
        raise ArchiveError(f"{folder}: {MANIFEST} is none that this Lintel knows ({error})") from error


def manifest_sum(folder: Path) -> str:
    """Return the hash of an archive's manifest, which names the archive in seals."""
    return file_of(folder / MANIFEST).sha256

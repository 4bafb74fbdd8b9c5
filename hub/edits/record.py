"""The changes that were made, one file each in the hub's folder: who, when, what in words, and both texts.

The texts have the hashes of PINs in them, so the files are the hub's own user's alone.
"""

import contextlib
import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from hub.as_owner import give
from hub.durable import settle
from hub.secrets import write_private

KEPT_MAX = 200
"""Older ones are forgotten; the journal still has who, when and what in words."""


class Made(Struct, frozen=True, kw_only=True):
    """One change without its texts. by: empty, it was written into the file by hand. at: ms since 1970.

    undoes: number of the change that it takes back, 0: none. is_kept: it stands in the journal.
    """

    number: int
    by: str
    at: int
    words: str
    undoes: int = 0
    is_kept: bool = False


class Record(Made, frozen=True, kw_only=True):
    """One change with its texts."""

    before: str
    after: str


class RecordError(OSError):
    """A record cannot be read or written; the sentence says what to do."""


class Records:
    """The changes in a hub's folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "edits"

    def numbers(self) -> list[int]:
        """Return the numbers of all changes that are remembered, the earliest first."""
        if not self._folder.is_dir():
            return []
        return sorted(int(path.stem) for path in self._folder.glob("*.json") if path.stem.isdecimal())

    def list(self, most: int = KEPT_MAX) -> list[Made]:
        """Return the latest changes, the latest first, without their texts."""
        return [msgspec.json.decode(self._read(number), type=Made) for number in self.numbers()[: -most - 1 : -1]]

    def get(self, number: int) -> Record:
        """Return a change; raise RecordError where it is not remembered."""
        try:
            return msgspec.json.decode(self._read(number), type=Record)
        except msgspec.MsgspecError as error:
            raise RecordError(f"{self._path(number)} cannot be read ({error}); remove it") from error

    def put(self, record: Record) -> None:
        """Keep a change, durably; the oldest that is too many is forgotten."""
        if not self._folder.is_dir():
            self._folder.mkdir(mode=0o700, exist_ok=True)
            give(self._folder.parent, self._folder)
            settle(self._folder.parent)
        write_private(self._path(record.number), msgspec.json.encode(record))
        for number in self.numbers()[:-KEPT_MAX]:
            self.drop(number)

    def mark_kept(self, number: int) -> None:
        """Note that a change stands in the journal."""
        self.put(replace(self.get(number), is_kept=True))

    def drop(self, number: int) -> None:
        """Forget a change."""
        self._path(number).unlink(missing_ok=True)

    def next_number(self) -> int:
        """Return the number of the next change."""
        numbers = self.numbers()
        return numbers[-1] + 1 if numbers else 1

    def _read(self, number: int) -> bytes:
        try:
            return self._path(number).read_bytes()
        except OSError as error:
            raise RecordError(f"no change {number} is remembered; look at the list") from error

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:04}.json"


def sha256_of(text: str) -> str:
    """Return the digest of a file that has this text."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_text(path: Path) -> str:
    """Return the text of a hall's file, its ends of lines as they are; its byte order mark is a character of it."""
    return path.read_bytes().decode("utf-8")


def replace_text(path: Path, text: str) -> None:
    """Replace a file whole, durably; mode, owner and a link to it stay as they are."""
    path = path.resolve()
    known = path.stat()
    new = path.with_name(f".{path.name}.new")
    with _opened(new, stat.S_IMODE(known.st_mode)) as file:
        with contextlib.suppress(PermissionError):  # only root may give files away
            os.fchown(file, known.st_uid, known.st_gid)
        os.fchmod(file, stat.S_IMODE(known.st_mode))
        _write(file, text.encode())
        os.fsync(file)
    new.replace(path)
    settle(path.parent)


@contextlib.contextmanager
def _opened(path: Path, mode: int) -> Iterator[int]:
    """What a hub that was killed has left half written is begun anew."""
    path.unlink(missing_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode & 0o600)
    try:
        yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    finally:
        os.close(file)


def _write(file: int, data: bytes) -> None:
    while data:
        data = data[os.write(file, data) :]

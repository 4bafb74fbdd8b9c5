"""A folder with a hall's copy: whose it is, its files under seal, and what of it is whole."""

import os
import secrets
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from hub.copies.gather import PRIVATE
from hub.copies.trouble import CopyError, of_system
from hub.durable import settle

if TYPE_CHECKING:
    from hub.copies.sealing import Sealer  # the cryptography library, which a hub that only looks need not load

MARK, WHOLE, INDEX, FILES, JOURNAL = "lintel-copy.json", "whole.json", "files.sealed", "files", "journal.db"
EARLIER_MAX = 3
"""So many earlier days' states of the files stay: a file that was spoilt is had back from the day before."""


class Mark(Struct, frozen=True, kw_only=True):
    """What says that a folder is a copy of a hall. copy: 32 hexadecimal digits by chance, the salt of its seal."""

    hall: str
    copy: str
    version: int = 1


class Whole(Struct, frozen=True, kw_only=True):
    """How far a copy is whole. row, hash: the journal's last one. at: moment of that, ms."""

    row: int
    hash: str
    at: int


class KeptFile(Struct, frozen=True, kw_only=True):
    """A file of the hall. name: under which its content stands in the copy."""

    path: str
    sha256: str
    mode: int
    name: str


class Index(Struct, frozen=True, kw_only=True):
    """All files of a hall. day: of the computer's clock, YYYYMMDD. hall_file: which of them is the hall's file."""

    day: str
    lintel: str
    hall_file: str
    files: tuple[KeptFile, ...]


def today() -> str:
    """Return the computer's date, YYYYMMDD, in UTC: a hall's zone matters to nobody here."""
    return f"{datetime.now(UTC):%Y%m%d}"


def mark_of(folder: Path) -> Mark | None:
    """Return the mark of a folder, None where it has none. Raises CopyError where it cannot be read."""
    try:
        return msgspec.json.decode((folder / MARK).read_bytes(), type=Mark)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise of_system(folder, error) from error
    except msgspec.MsgspecError as error:
        raise CopyError("damaged", f"{folder / MARK}: {error}; begin it anew: lintel copies accept --anew") from error


def accept(folder: Path, hall: str, *, anew: bool = False) -> Mark:
    """Make a folder a hall's copy, or find that it is. anew: what stands there is put aside, whosever it is.

    Raises CopyError where it is another hall's, or nothing can be written.
    """
    if not folder.is_dir():
        raise CopyError("missing", f"{folder}: no such folder; put the stick in and mount it there")
    try:
        if anew:
            _put_aside(folder)
        known = mark_of(folder)
        if known:
            return own(folder, known, hall)
        made = Mark(hall=hall, copy=secrets.token_hex(16))
        write(folder / MARK, msgspec.json.format(msgspec.json.encode(made), indent=1))
    except OSError as error:
        raise error if isinstance(error, CopyError) else of_system(folder, error) from error
    return made


def own(folder: Path, mark: Mark, hall: str) -> Mark:
    """Return a mark; raise CopyError where it is another hall's."""
    if mark.hall != hall:
        raise CopyError(
            "other-hall",
            f"{folder} is the copy of the hall {mark.hall!r}, not of {hall!r}; take another stick, or put aside "
            f"what is there: lintel copies accept {folder} --anew",
        )
    return mark


def _put_aside(folder: Path) -> None:
    aside = folder / f"before-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    aside.mkdir()
    for one in list(folder.iterdir()):
        if one.name in (MARK, WHOLE, FILES) or one.name.startswith((INDEX.partition(".")[0], JOURNAL)):
            one.rename(aside / one.name)
    settle(folder)


def write(path: Path, data: bytes) -> None:
    """Replace a file whole and durably, and read it back from the disk; raise CopyError or OSError."""
    new = path.with_name(path.name + ".new")
    with new.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    if new.read_bytes() != data:
        raise CopyError("failing", f"{path}: what was written is not what is read; take another stick")
    new.replace(path)
    settle(path.parent)


def whole_of(folder: Path) -> Whole | None:
    """Return how far a copy is whole, None where that is not known."""
    try:
        return msgspec.json.decode((folder / WHOLE).read_bytes(), type=Whole)
    except (OSError, msgspec.MsgspecError):
        return None


def write_whole(folder: Path, whole: Whole) -> None:
    """Say how far a copy is whole."""
    write(folder / WHOLE, msgspec.json.encode(whole))


class SealedFiles:
    """The files of a hall in its copy."""

    def __init__(self, folder: Path, sealer: "Sealer") -> None:
        """Raises CodeError where the copy was sealed with another code."""
        self._folder, self._sealer = folder, sealer
        self.index = self._read(INDEX)

    @property
    def days(self) -> list[str]:
        """The earlier days, YYYYMMDD, of which the files stand there, the latest first."""
        return sorted((path.name[6:14] for path in self._folder.glob("files-*.sealed")), reverse=True)

    def earlier(self, day: str) -> Index:
        """Return the files as they were at the end of a day; raise CopyError where they are not kept."""
        found = self._read(f"files-{day}.sealed")
        if found is None:
            raise CopyError(
                "damaged", f"{self._folder} has no files of {day}; there are: {', '.join(self.days) or '-'}"
            )
        return found

    def open(self, file: KeptFile) -> bytes:
        """Return a file's content; raise CodeError or OSError where it is not as it was."""
        return self._sealer.open(file.name, (self._folder / FILES / file.name).read_bytes())

    def put(self, path: str, data: bytes, sha256: str, mode: int) -> KeptFile:
        """Seal a file's content into the copy; one that is there already is left as it is."""
        name = self._sealer.name_of(path, sha256)
        place = self._folder / FILES / name
        if not place.is_file():
            place.parent.mkdir(exist_ok=True)
            write(place, self._sealer.seal(name, data))
        return KeptFile(path=path, sha256=sha256, mode=mode, name=name)

    def take(self, index: Index) -> None:
        """Have these be the hall's files, and forget what stands in no index any more."""
        if self.index and self.index.day < index.day:
            kept = tuple(one for one in self.index.files if one.path not in PRIVATE)
            self._write(f"files-{self.index.day}.sealed", msgspec.structs.replace(self.index, files=kept))
        self._write(INDEX, index)
        self.index = index
        for day in self.days[EARLIER_MAX:]:
            (self._folder / f"files-{day}.sealed").unlink(missing_ok=True)
        named = {one.name for every in (index, *map(self.earlier, self.days)) for one in every.files}
        for place in (self._folder / FILES).glob("*"):
            if place.name not in named:
                place.unlink(missing_ok=True)

    def _write(self, name: str, index: Index) -> None:
        write(self._folder / name, self._sealer.seal(name, msgspec.json.encode(index)))

    def _read(self, name: str) -> Index | None:
        with suppress(FileNotFoundError):
            sealed = (self._folder / name).read_bytes()
            return msgspec.json.decode(self._sealer.open(name, sealed), type=Index)
        return None

"""Which files belong to a hall, beside its journal: those of the hub's folder and those of the hall's own."""

import hashlib
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from hub.copies.trouble import CopyError

STATE, HALL = "state", "hall"
"""First part of a file's path in a copy: which of the two folders it is from."""
FILES_MAX, BYTES_MAX = 5_000, 1 << 30
"""A hall's folder that is somebody's whole home is a mistake."""
LEFT_OUT = frozenset(
    {
        "alive",
        "broker.acl",
        "broker.passwords",
        "broker.passwords.of",
        "broker.pid",
        "copies.code",
        "copies.json",
        "day.key",
        "drill.json",
        "journal.end",
        "lock",
        "mosquitto.conf",
        "orders.sock",
        "passing",
        "reports.db",
        "reports.db-shm",
        "reports.db-wal",
        "sessions.json",
    }
)
"""What the hub makes anew, what ends with the day (S9), and the key of the copies itself."""
PRIVATE = ("state/contacts.json", "state/names.json")
"""What is forgotten in time: it stands in no earlier state of a copy."""
NEEDED = ("state/secrets.json",)
"""What a hall cannot do without: a source that has lost it does not take it from the copy."""

ASIDE = "before-"
"""How a folder begins that has what a restore or an upgrade put aside."""

DRILL = "drill-"
"""How the folder begins in which a drill is under way."""

Stamp = tuple[int, int, int]
"""Moment of the last change in ns, bytes, inode."""


class Source(Struct, frozen=True, kw_only=True):
    """A hall that is copied. file: its hall.toml. state: the hub's folder."""

    hall: str
    file: Path
    state: Path

    @property
    def journal(self) -> Path:
        """The hub's journal."""
        return self.state / "journal.db"

    @property
    def hall_file(self) -> str:
        """The path of the hall's file in a copy."""
        return f"{HALL}/{self.file.name}"


class Read(Struct, frozen=True, kw_only=True):
    """A file as it was read. path: in the copy. mode: who may read it."""

    path: str
    data: bytes
    mode: int

    @property
    def sha256(self) -> str:
        """What tells one content from another."""
        return hashlib.sha256(self.data).hexdigest()


def stamps(source: Source) -> dict[str, Stamp]:
    """Return path to stamp of all files that belong to a hall now. Raises CopyError where there are far too many."""
    found, total = {}, 0
    for path, place in _walk(source):
        try:
            known = place.stat()
        except FileNotFoundError:
            continue  # replaced just now: the next look finds it
        found[path] = (known.st_mtime_ns, known.st_size, known.st_ino)
        total += known.st_size
        if len(found) > FILES_MAX or total > BYTES_MAX:
            folder = source.file.parent
            raise CopyError("source", f"{folder} has far more in it than a hall; give the hall a folder of its own")
    return found


def read(source: Source, path: str) -> Read | None:
    """Return a file, None where it is gone. Raises CopyError where it is damaged, so that the good copy stays."""
    place = place_of(source, path)
    try:
        data, mode = place.read_bytes(), place.stat().st_mode & 0o777
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CopyError("source", f"{place}: {error.strerror}; the copy keeps what it had") from error
    try:
        if path == source.hall_file:
            tomllib.loads(data.decode("utf-8"))
        elif path.startswith(f"{STATE}/") and place.suffix == ".json":
            msgspec.json.decode(data)
    except (ValueError, msgspec.MsgspecError) as error:
        raise CopyError("source", f"{place} is damaged ({error}); the copy keeps what it had") from error
    return Read(path=path, data=data, mode=mode)


def place_of(source: Source, path: str) -> Path:
    """Return where a file of a copy belongs."""
    folder, _, rest = path.partition("/")
    return (source.state if folder == STATE else source.file.parent) / rest


def _walk(source: Source) -> Iterator[tuple[str, Path]]:
    state, hall = source.state.resolve(), source.file.parent.resolve()
    for place in _files(state, (hall,) if hall != state else ()):
        name = place.relative_to(state).parts[0]
        if name not in LEFT_OUT and not name.startswith("mosquitto.log") and not _is_passing(place):
            yield f"{STATE}/{place.relative_to(state)}", place
    for place in _files(hall, (state,)):
        if not _is_passing(place):
            yield f"{HALL}/{place.relative_to(hall)}", place


def _files(folder: Path, others: tuple[Path, ...]) -> Iterator[Path]:
    """Yield the files below a folder, without what begins with a dot and without other folders and their contents."""
    for root, names, files in os.walk(folder):
        here = Path(root)
        names[:] = [one for one in names if not one.startswith((".", ASIDE, DRILL)) and here / one not in others]
        names[:] = [one for one in names if not (here / one / "lintel-copy.json").exists()]
        yield from (here / one for one in files if not one.startswith("."))


def _is_passing(place: Path) -> bool:
    """The journal is copied row by row; locks and what is half written are nobody's."""
    is_journal = place.name.startswith("journal.db")
    return is_journal or place.suffix in (".lock", ".new") or not place.is_file()

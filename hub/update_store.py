"""What is kept of a rollout over a hub's restart: how far it is, and the firmware itself, in the state folder."""

import hashlib
import shutil
from pathlib import Path

import msgspec
from msgspec import Struct

from hardware.logs import Log
from hub.lock import one_writer
from hub.rules.rollout import Rollout
from hub.secrets import write_private

log = Log(__name__)

FOLDER = "update"
STATE = "rollout.json"
FIRMWARES_MAX = 4
"""So many are kept, for whoever goes back to the one before."""
FILE_BYTES = 1 << 20
"""No file of a firmware is nearly as large."""


class StoreError(ValueError):
    """The kept firmware cannot be used; the sentence says what to do."""


class Kept(Struct, frozen=True, kw_only=True):
    """What stands in the file. firmware: folder that the files are in, named after their sums."""

    firmware: str
    rollout: Rollout


def name_of(files: dict[str, bytes]) -> str:
    """Return the name of a firmware: the same for the same files."""
    sums = "".join(f"{hashlib.sha256(files[path]).hexdigest()} {path}\n" for path in sorted(files))
    return hashlib.sha256(sums.encode()).hexdigest()[:16]


def put_firmware(state: Path, files: dict[str, bytes]) -> str:
    """Keep a firmware in the state folder and return its name; one that is there already is left as it is."""
    name = name_of(files)
    folder = state / FOLDER / name
    with one_writer(folder):
        for path, data in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not target.is_file() or target.read_bytes() != data:
                write_private(target, data)
    _forget_old(state, name)
    return name


def _forget_old(state: Path, name: str) -> None:
    """Remove all but the latest firmwares; this one and that of the present rollout stay, however old they are."""
    kept = load(state)
    needed = {name, kept.firmware if kept else ""}
    found = [one for one in (state / FOLDER).iterdir() if one.is_dir()]
    found.sort(key=lambda one: one.stat().st_mtime_ns, reverse=True)
    for old in found[FIRMWARES_MAX:]:
        if old.name not in needed:
            shutil.rmtree(old, ignore_errors=True)
            old.with_name(old.name + ".lock").unlink(missing_ok=True)


def get_firmware(state: Path, name: str) -> dict[str, bytes]:
    """Return path to content of a firmware that was kept; raise StoreError where it is not whole."""
    folder = state / FOLDER / name
    try:
        found = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*.mpy")}
        if any(file.stat().st_size > FILE_BYTES for file in found.values()):
            raise StoreError(f"{folder}: a file is larger than {FILE_BYTES} bytes; run lintel update again")
        files = {path: file.read_bytes() for path, file in found.items()}
    except OSError as error:
        raise StoreError(f"{folder}: cannot be read ({error}); run lintel update again") from error
    if name_of(files) != name:
        raise StoreError(f"{folder}: the firmware is not whole; run lintel update again")
    return files


def load(state: Path) -> Kept | None:
    """Return how far the last rollout is, None where there was none or nobody can read it."""
    path = state / FOLDER / STATE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Kept)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        log.warning("rollout-forgotten", f"{path}: the rollout is forgotten; run lintel update again", why=error)
        return None


def save(state: Path, kept: Kept) -> None:
    """Make durable how far the rollout is; raise OSError where that fails."""
    folder = state / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(folder / STATE, msgspec.json.encode(kept))

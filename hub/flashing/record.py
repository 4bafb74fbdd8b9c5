"""Which board became which device: kept beside the hub's secrets, so that a new bag of boards gets the names left."""

from pathlib import Path

import msgspec
from msgspec import Struct

from hub.lock import one_writer
from hub.secrets import write_private

FILE = "boards.json"


class RecordError(ValueError):
    """The record cannot be read; the sentence says what to do."""


class Made(Struct, frozen=True, kw_only=True):
    """One board. uid: the chip's own number, empty where it has none. at: hall time, in ms since 1970."""

    uid: str
    chip: str
    version: str
    serial: int
    at: int


def made_boards(state: Path) -> dict[str, Made]:
    """Return device to its board, of all that were flashed; raise RecordError."""
    path = state / FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Made])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError) as error:
        raise RecordError(f"{path}: {error}; remove it, and name devices when you flash") from error


def keep_made(state: Path, device: str, made: Made) -> None:
    """Add one board to the record."""
    with one_writer(state / FILE):
        found = made_boards(state) | {device: made}
        write_private(state / FILE, msgspec.json.format(msgspec.json.encode(found), indent=1))

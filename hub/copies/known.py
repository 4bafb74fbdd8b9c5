"""What the programs of the copies last told the hub, in files of its folder; without what it takes to make copies."""

from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from hub.copies.trouble import Trouble

COPIES, DRILL = "copies.json", "drill.json"

T = TypeVar("T")


class Done(Struct, frozen=True, kw_only=True):
    """How one look went. kind: empty, all is well. row, at: how far the copy is whole, and since when, ms."""

    folder: str
    kind: Trouble | None = None
    words: str = ""
    row: int = 0
    at: int = 0


class Told(Struct, frozen=True, kw_only=True):
    """What the program last said. at: when, ms of the computer's clock. copies: of each folder."""

    at: int
    copies: tuple[Done, ...]


class Drilled(Struct, frozen=True, kw_only=True):
    """What came of a drill. at: its end, ms of the computer's clock. words: the result as a sentence."""

    at: int
    folder: str
    is_well: bool
    words: str
    rows: int = 0
    files: int = 0
    took_ms: int = 0


def told_in(state: Path) -> Told | None:
    """Return what was last said of the copies, None where nothing was or nobody can read it."""
    return _read(state / COPIES, Told)


def drilled_in(state: Path) -> Drilled | None:
    """Return what came of the last drill, None where there was none or nobody can read it."""
    return _read(state / DRILL, Drilled)


def tell_drill(state: Path, drilled: Drilled) -> None:
    """Have the hub know of a drill."""
    new = state / f"{DRILL}.new"
    new.write_bytes(msgspec.json.encode(drilled))
    new.replace(state / DRILL)


def _read(path: Path, kind: type[T]) -> T | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError):
        return None

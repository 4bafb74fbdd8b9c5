"""The key of a business day, with which identities are hashed; it is destroyed when the next day needs one (S9)."""

import secrets
from pathlib import Path

import msgspec
from msgspec import Struct

from hub.secrets import write_private

KEY_BYTES = 32


class _Kept(Struct, frozen=True):
    day: str
    key: bytes


class DayKey:
    """The key of the present day, in a file that only the hub's account can read. path: of that file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: _Kept | None = None

    def key(self, day: str) -> bytes:
        """Return the 32 bytes of a business day, made at its first need; those of any other day are overwritten."""
        kept = self._kept or self._read()
        if kept is None or kept.day != day:
            kept = _Kept(day, secrets.token_bytes(KEY_BYTES))
            write_private(self._path, msgspec.json.encode(kept))
        self._kept = kept
        return kept.key

    def _read(self) -> _Kept | None:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=_Kept)
        except (OSError, msgspec.MsgspecError):
            return None

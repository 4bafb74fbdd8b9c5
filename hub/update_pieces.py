"""The firmware of a rollout as it travels: each node's own manifest, pieces of files, and who asked for what."""

from collections.abc import Mapping

from msgspec import Struct

from hardware.update import PIECE_BYTES, Piece, Update, Want
from hub.firmware_files import manifest
from hub.rules.rollout import Rollout, Target

MANIFEST = "manifest"


class _Made(Struct, frozen=True, kw_only=True):
    """A node's manifest. starts: bytes before each file, the manifest first. size: of all together."""

    manifest: bytes
    starts: dict[str, int]
    size: int


class Pieces:
    """One firmware for some nodes. files: path to content. keys: device to its update key."""

    def __init__(self, hall: str, files: Mapping[str, bytes], keys: Mapping[str, str]) -> None:
        self._hall = hall
        self._files = dict(files)
        self._keys = dict(keys)
        self._made: dict[str, _Made] = {}
        self._asked: dict[str, set[tuple[str, int]]] = {}

    def offer(self, rollout: Rollout, target: Target) -> Update:
        """Return what a node is told of its firmware."""
        text = self._of(rollout, target).manifest
        mac = text.rstrip().rpartition(b" ")[2].decode()
        return Update(do="update", id=rollout.job(target), size=len(text), mac=mac)

    def piece(self, rollout: Rollout, target: Target, want: Want) -> Piece | None:
        """Return the piece that a node asks for, None where there is no such place."""
        made = self._of(rollout, target)
        data = made.manifest if want.file == MANIFEST else self._files.get(want.file)
        if data is None or want.start > len(data):
            return None
        return Piece(do="piece", file=want.file, start=want.start, data=data[want.start : want.start + PIECE_BYTES])

    def is_new(self, device: str, want: Want) -> bool:
        """Note what a node asks for; return whether it has not asked for it before."""
        places = self._asked.setdefault(device, set())
        before = len(places)
        places.add((want.file, want.start))
        return len(places) > before

    def percent(self, target: Target) -> int:
        """Return how far a node has asked, of a hundred; what it has already it does not ask for."""
        if target.phase != "fetching":
            return 0 if target.phase in ("waiting", "failed") else 100
        made, places = self._made.get(target.device), self._asked.get(target.device)
        if not made or not places:
            return 0
        return max(made.starts.get(file, 0) + start for file, start in places) * 100 // made.size

    def _of(self, rollout: Rollout, target: Target) -> _Made:
        made = self._made.get(target.device)
        if made is None:
            whose, key = f"{self._hall}/{target.device}", self._keys[target.device]
            text = manifest(rollout.version, target.serial, whose, key, self._files)
            made = self._made[target.device] = _made(text, self._files)
        return made


def _made(text: bytes, files: Mapping[str, bytes]) -> _Made:
    starts, at = {MANIFEST: 0}, len(text)
    for path in sorted(files):
        starts[path] = at
        at += len(files[path])
    return _Made(manifest=text, starts=starts, size=at)

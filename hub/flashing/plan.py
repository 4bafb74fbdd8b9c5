"""What is to be done to a board, and what is wrong with it: what is there is compared with what should be."""

import hashlib
from collections.abc import Callable, Mapping

from msgspec import Struct

from hub.firmware_files import Release
from hub.flashing.contents import MANIFEST, SLOT, SLOTS, Identity, Manifest, at_root, read_manifest
from hub.flashing.errors import WrongBoardError
from hub.flashing.link import Found

OF_THE_DEVICE = ("lease", "tickets", "numbers", "boot.json")
"""What a node writes in its life, beside files that begin with SPOOL."""
SPOOL = "spool-"
_UNFINISHED = ".new"
_CODE = (".py", ".mpy")

FilesThere = Mapping[str, Found]


class Work(Struct, frozen=True, kw_only=True):
    """What is to be done, in this order. remove: paths. write: path to bytes."""

    remove: tuple[str, ...]
    write: dict[str, bytes]


class Slot(Struct, frozen=True, kw_only=True):
    """What one slot holds. missing, changed, foreign: paths within it, of what its own manifest names or does not."""

    name: str
    manifest: Manifest | None
    missing: tuple[str, ...]
    changed: tuple[str, ...]
    foreign: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether it holds what its manifest names, and the manifest is signed for this device."""
        return bool(self.manifest and self.manifest.is_ours and not (self.missing or self.changed or self.foreign))


def slot_of(name: str, there: FilesThere, read: Callable[[str], bytes], key: str) -> Slot:
    """Return what a slot holds; read returns what is in a file on the board."""
    prefix = f"{name}/"
    files = {path.removeprefix(prefix): found for path, found in there.items() if path.startswith(prefix)}
    manifest = read_manifest(read(prefix + MANIFEST), key) if MANIFEST in files else None
    named = manifest.files if manifest else {}
    return Slot(
        name=name,
        manifest=manifest,
        missing=tuple(sorted(named.keys() - files.keys())),
        changed=tuple(
            path
            for path, (digest, size) in sorted(named.items())
            if path in files and files[path] != Found(size, digest)
        ),
        foreign=tuple(sorted(files.keys() - named.keys() - {MANIFEST})),
    )


def running_slot(there: FilesThere, read: Callable[[str], bytes]) -> str:
    """Return what the file ``slot`` says: ``a``, ``a b 3``; empty where there is none."""
    return read(SLOT).decode("ascii", "replace").strip() if SLOT in there else ""


def is_right(slot: Slot, wanted: Release, target: str) -> bool:
    """Whether a slot holds this firmware, whatever its serial."""
    if not slot.is_whole or not slot.manifest:
        return False
    files = {path: (_sum(data), len(data)) for path, data in wanted.files.items()}
    return slot.manifest.files == files and slot.manifest.target == target


def work_for(
    who: Identity, there: FilesThere, read: Callable[[str], bytes], make: Callable[[bool], Release], *, is_anew: bool
) -> Work:
    """Return what makes a board this node.

    make: returns the firmware, with a serial of its own only where it is told to: that is used up by it. is_anew: it
    was another device's, or nobody's, so that what that one kept goes. A slot that runs the same firmware is left
    alone, also where it came over the air; while a slot is written, nothing names it, so that a board that was pulled
    out in the middle says that it has no whole firmware instead of running a part of it.
    """
    root = {path: data for path, data in at_root(who).items() if not _is_there(there, path, data)}
    strays = [*(path for path in there if path.endswith(_UNFINISHED)), *foreign(who, there)]
    if is_anew:
        strays += [path for path in there if path in OF_THE_DEVICE or path.startswith((SPOOL, "b/"))]
    said = running_slot(there, read)
    found = make(False)
    current = slot_of(said[:1] or SLOTS[0], there, read, who.key)
    if said in SLOTS and is_right(current, found, who.target) and not (is_anew and said != SLOTS[0]):
        return Work(remove=tuple(strays), write=root)
    slot = slot_of(SLOTS[0], there, read, who.key)
    changes = Work(remove=(), write={}) if is_right(slot, found, who.target) else _slot_work(make(True), there)
    marker = {SLOT: SLOTS[0].encode()}
    return Work(
        remove=tuple(dict.fromkeys([*((SLOT,) if SLOT in there and changes.write else ()), *changes.remove, *strays])),
        write={**root, **changes.write, **marker},
    )


def foreign(who: Identity, there: FilesThere) -> list[str]:
    """Return the paths that another firmware has left: its boot.py would run before ours, its modules instead of ours.

    Of a board that never was a node all else goes as well, for it takes room.
    """
    ours, is_node = at_root(who), any(path == SLOT or path in OF_THE_DEVICE for path in there)
    others = [path for path in there if path not in ours and path.partition("/")[0] not in SLOTS]
    return [path for path in others if path.endswith(_CODE) or not is_node]


def _slot_work(found: Release, there: FilesThere) -> Work:
    """Return what makes slot a hold a firmware; its manifest goes first and comes last."""
    prefix = f"{SLOTS[0]}/"
    wanted = {prefix + path: data for path, data in found.files.items()}
    stale = [path for path in there if path.startswith(prefix) and path not in wanted]
    write = {path: data for path, data in wanted.items() if not _is_there(there, path, data)}
    return Work(remove=tuple(sorted(stale)), write={**write, prefix + MANIFEST: found.manifest})


def tickets_kept(there: FilesThere) -> int:
    """Return how many bytes of tickets the node has given without its hub and not handed over."""
    return there["tickets"].size if "tickets" in there else 0


def check_owner(there: FilesThere, port: str, owner: str) -> None:
    """Refuse to make another device of a board that has tickets to hand over; raise WrongBoardError."""
    if tickets_kept(there):
        raise WrongBoardError(
            f"{port}: this is {owner}, with tickets that its hub has not got yet; let it reach its hub first, "
            "or give them up with --forget-tickets"
        )


def _is_there(there: FilesThere, path: str, data: bytes) -> bool:
    return there.get(path) == Found(len(data), _sum(data))


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

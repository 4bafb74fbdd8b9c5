"""What is on a board against what should be: every file, both slots, and whose it is."""

import hashlib

from msgspec import Struct

from hub.firmware_files import Release
from hub.flashing.contents import SLOTS, Identity, at_root
from hub.flashing.link import About, BoardLink
from hub.flashing.plan import FilesThere, Slot, foreign, running_slot, slot_of, tickets_kept

BOOT = "boot.json"


class Report(Struct, frozen=True, kw_only=True):
    """What a board is. wrong: sentences, none where all is as it should be. notes: what else is worth knowing."""

    about: About
    slot: str
    version: str
    wrong: tuple[str, ...]
    notes: tuple[str, ...]


def check(link: BoardLink, who: Identity, wanted: Release) -> Report:
    """Compare the board on an open link with what this Lintel would put on it; raises FlashError."""
    about, there = link.about(), link.files()
    said = running_slot(there, link.read)
    slots = {name: slot_of(name, there, link.read, who.key) for name in SLOTS}
    running = slots.get(said[:1])
    wrong = [*_root_wrong(who, there), *_slot_wrong(running, said, who, wanted)]
    version = running.manifest.version if running and running.manifest else "none"
    notes = _notes(slots, said, there, link)
    return Report(about=about, slot=said, version=version, wrong=tuple(wrong), notes=tuple(notes))


def _root_wrong(who: Identity, there: FilesThere) -> list[str]:
    wrong = []
    for path, data in at_root(who).items():
        if path not in there:
            wrong.append(f"{path} is missing")
        elif there[path].sha256 != hashlib.sha256(data).hexdigest():
            wrong.append(f"{path} differs: {there[path].size} bytes there, {len(data)} should be")
    return wrong + [f"{path} is of another firmware" for path in foreign(who, there)]


def _slot_wrong(slot: Slot | None, said: str, who: Identity, wanted: Release) -> list[str]:
    """Say what is wrong with the slot that runs, and how its firmware differs from ours."""
    if slot is None:
        return [f"slot says {said!r}, so no firmware is named" if said else "slot is missing, so no firmware is named"]
    manifest = slot.manifest
    if manifest is None:
        return [f"{slot.name}/manifest is missing or damaged"]
    wrong = [f"{slot.name}/{path} is missing" for path in slot.missing]
    wrong += [f"{slot.name}/{path} differs from its manifest" for path in slot.changed]
    wrong += [f"{slot.name}/{path} belongs to no manifest" for path in slot.foreign]
    if manifest.target != who.target:
        wrong.append(f"{slot.name}/manifest is for {manifest.target}, not {who.target}")
    elif not manifest.is_ours:
        wrong.append(f"{slot.name}/manifest is not signed with this device's key")
    if wrong:
        return wrong
    ours = {path: hashlib.sha256(data).hexdigest() for path, data in wanted.files.items()}
    theirs = {path: digest for path, (digest, _size) in manifest.files.items()}
    if manifest.version != wanted.version:
        return [f"firmware {manifest.version} runs, and this Lintel brings {wanted.version}"]
    differ = sorted(path for path in ours.keys() | theirs.keys() if ours.get(path) != theirs.get(path))
    return [f"{slot.name}/{path} is not what this Lintel brings" for path in differ]


def _notes(slots: dict[str, Slot], said: str, there: FilesThere, link: BoardLink) -> list[str]:
    notes = []
    for name, slot in slots.items():
        if slot.manifest and name != said[:1]:
            state = "whole" if slot.is_whole else "not whole"
            notes.append(f"slot {name} holds firmware {slot.manifest.version}, serial {slot.manifest.serial}, {state}")
    if len(said) > 1:
        notes.append(f"slot says {said!r}: the last update is on trial, or has failed")
    if BOOT in there:
        notes.append(f"boot {link.read(BOOT).decode(errors='replace').strip()}")
    if tickets_kept(there):
        notes.append(f"{tickets_kept(there)} bytes of tickets wait for the hub")
    return notes

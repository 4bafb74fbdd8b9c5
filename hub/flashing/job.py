"""Makes a node of one board: writes what lacks, verifies every file by its SHA-256, and names the slot last."""

import hashlib
from collections.abc import Callable, Mapping

from msgspec import Struct

from hub.firmware_files import Release
from hub.flashing.contents import MANIFEST, SLOT, SLOTS, Identity, at_root, check_board
from hub.flashing.errors import FlashError
from hub.flashing.link import About, BoardLink, Found
from hub.flashing.plan import Work, check_owner, running_slot, slot_of, work_for

ATTEMPTS = 2
"""How often a file is written whose sum is wrong, before the flash is called damaged."""


class Step(Struct, frozen=True, kw_only=True):
    """How far the work on a board is. word: what is being done. done, total: files of it."""

    word: str
    done: int = 0
    total: int = 0


class Outcome(Struct, frozen=True, kw_only=True):
    """What was done. wrote: how many files. slot: the one that runs. version, serial: of its firmware."""

    about: About
    wrote: int
    slot: str
    version: str
    serial: int


Say = Callable[[Step], None]


def flash(
    link: BoardLink,
    who: Identity,
    make: Callable[[bool], Release],
    *,
    say: Say,
    forget_tickets: bool = False,
) -> Outcome:
    """Make the board on an open link this node; raises FlashError.

    make: returns the firmware, with a serial of its own where it is told to. say: hears every step. forget_tickets:
    give up what another device has given without its hub and kept on this board.
    """
    say(Step(word="look"))
    about = link.about()
    check_board(who, about)
    there = link.files()
    is_anew = about.owner is not None and "/".join(about.owner) != who.target
    if is_anew and about.owner and not forget_tickets:
        check_owner(there, link.port, "/".join(about.owner))
    work = work_for(who, there, link.read, make, is_anew=is_anew)
    _do(link, work, say)
    return _outcome(link, who, about, len(work.write))


def _do(link: BoardLink, work: Work, say: Say) -> None:
    for path in work.remove:
        link.remove(path)
    before = {path: data for path, data in work.write.items() if path != SLOT}
    total = len(work.write)
    for done, (path, data) in enumerate(before.items()):
        say(Step(word="write", done=done, total=total))
        link.write(path, data)
    say(Step(word="verify", done=len(before), total=total))
    _verify(link, before)
    if SLOT in work.write:
        link.write(SLOT, work.write[SLOT])


def _verify(link: BoardLink, wanted: Mapping[str, bytes]) -> None:
    """Compare what was written with what is there, and write again what differs."""
    for _ in range(ATTEMPTS):
        there = link.files() if wanted else {}
        wanted = {path: data for path, data in wanted.items() if there.get(path) != _found(data)}
        if not wanted:
            return
        for path, data in wanted.items():
            link.write(path, data)
    there = link.files()
    wrong = [path for path, data in wanted.items() if there.get(path) != _found(data)]
    if wrong:
        raise FlashError(f"{link.port}: {wrong[0]} is not on the board as it was written; take another board")


def _outcome(link: BoardLink, who: Identity, about: About, wrote: int) -> Outcome:
    there = link.files()
    name = running_slot(there, link.read)
    slot = slot_of(name, there, link.read, who.key)
    lacking = [path for path, data in at_root(who).items() if there.get(path) != _found(data)]
    if name not in SLOTS or not slot.is_whole or not slot.manifest or lacking:
        what = lacking[0] if lacking else f"{name or 'a'}/{MANIFEST}"
        raise FlashError(f"{link.port}: {what} is not right on the board; run the same command again")
    return Outcome(about=about, wrote=wrote, slot=name, version=slot.manifest.version, serial=slot.manifest.serial)


def _found(data: bytes) -> Found:
    return Found(len(data), hashlib.sha256(data).hexdigest())

"""Damages a journal that no hub has open, as a bad disk does: what was synced is no longer what it was."""

import contextlib
import random
import shutil
from pathlib import Path
from typing import Literal

from hub.journal import JournalError, breaks, count_rows
from hub.journal_copy import JournalCopy, Piece, read_piece
from hub.journal_end import noted_end
from hub.journal_file import PAGE_BYTES
from sim.errors import NoSuchThingError

Damage = Literal["torn", "tail-lost"]
LOST_FRAMES = (3, 30)
_WAL_HEAD, _FRAME_HEAD = 32, 24
_HALF = PAGE_BYTES // 2
_OF_A_ROW = b'"facts"'


def damage(journal: Path, how: Damage, chance: random.Random) -> None:
    """Tear a page that holds rows, or lose the last rows; raise NoSuchThingError where there are none to damage.

    torn: half of a page is something else, with rows of any day. tail-lost: the log beside the journal ends earlier
    (SQLite, "WAL-mode File Format"), so the rows since then never were.
    """
    if not journal.is_file():
        raise NoSuchThingError(f"{journal}: there is no journal to damage yet")
    if how == "torn":
        _tear(journal, chance)
    elif how == "tail-lost":
        _lose_tail(journal.with_name(f"{journal.name}-wal"), chance)
    else:
        raise ValueError(f"no damage {how!r}; a journal is torn or tail-lost")


def keep(journal: Path, folder: Path) -> None:
    """Put a journal aside whole, so that it can be put back; what lies there of an earlier time goes."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file in journal.parent.glob(f"{journal.name}*"):
        shutil.copyfile(file, folder / file.name)


def is_known_lost(journal: Path) -> bool:
    """Tell whether rows are missing of which a hub has noted that they were there."""
    return count_rows(journal) < noted_end(journal.parent)


def is_whole(journal: Path) -> bool:
    """Tell whether every row of a journal is as it was written."""
    try:
        return next(breaks(journal), None) is None
    except JournalError:
        return False


def put_back(journal: Path, folder: Path) -> None:
    """Put back the journal that was put aside, with what a hub that went on has written since: a copy would have it."""
    _bring_up(folder / journal.name, journal)
    for file in journal.parent.glob(f"{journal.name}*"):
        file.unlink()
    for file in folder.iterdir():
        shutil.copyfile(file, journal.with_name(file.name))
    shutil.rmtree(folder)


def _bring_up(kept: Path, journal: Path) -> None:
    """Append what has come since; into a journal of which no more can be read no hub has written."""
    with contextlib.closing(JournalCopy(kept)) as copy:
        while piece := _next_piece(journal, copy):
            copy.take(piece)


def _next_piece(journal: Path, copy: JournalCopy) -> Piece | None:
    try:
        piece = read_piece(journal, copy.place, copy.boot)
    except JournalError:
        return None
    goes_on = piece.at_place == copy.place[1] and (piece.rows or piece.boots)
    return piece if goes_on else None


def _tear(journal: Path, chance: random.Random) -> None:
    count_rows(journal)  # whoever closes it last copies the log into it
    content = journal.read_bytes()
    halves = [at for at in range(_HALF, len(content), PAGE_BYTES) if _OF_A_ROW in content[at : at + _HALF]]
    if not halves:
        raise NoSuchThingError(f"{journal} has no rows yet that could be torn")
    chance.shuffle(halves)
    for at in halves:
        with journal.open("r+b") as file:
            file.seek(at)
            file.write(chance.randbytes(_HALF))
        if not is_whole(journal):
            return
    raise NoSuchThingError(f"{journal} has no rows any more where they once stood")


def _lose_tail(log: Path, chance: random.Random) -> None:
    content = log.read_bytes() if log.is_file() else b""
    frames = _frames(content)
    if not frames:
        raise NoSuchThingError(f"{log} holds no rows that could be lost")
    left = max(0, frames - chance.randint(*LOST_FRAMES))
    with log.open("r+b") as file:
        file.truncate(_WAL_HEAD + left * (_FRAME_HEAD + PAGE_BYTES))


def _frames(log: bytes) -> int:
    """Return how many of a log's frames are of its present round."""
    salt, count = log[16:24], 0
    at = _WAL_HEAD
    while salt.strip(b"\0") and log[at + 8 : at + 16] == salt:
        count, at = count + 1, at + _FRAME_HEAD + PAGE_BYTES
    return count

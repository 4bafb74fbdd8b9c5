"""Keeps a hub from going on with a journal that has lost what its copy still has."""

import threading
from contextlib import closing
from pathlib import Path

from hardware.logs import Log
from hub.config import Hall
from hub.copies.folder import mark_of, whole_of
from hub.journal import JournalError, read_rows, seals_of

log = Log(__name__)

WAIT_S = 0.5
"""A stick that does not answer holds up no start for longer."""


class LostRowsError(JournalError):
    """The journal lacks rows that are in its copy."""


def check_copies(hall: Hall, journal: Path) -> None:
    """Raise LostRowsError where a copy that can be reached has rows that the journal has not, or has others."""
    found: dict[str, tuple[int, str]] = {}
    looking = threading.Thread(target=_look, args=(hall, found), daemon=True)
    looking.start()
    looking.join(WAIT_S if hall.file.copies.to else 0)
    for folder, (row, digest) in dict(found).items():
        _compare(journal, Path(folder), row, digest)


def _look(hall: Hall, found: dict[str, tuple[int, str]]) -> None:
    for one in hall.file.copies.to:
        try:
            mark, whole = mark_of(Path(one)), whole_of(Path(one))
        except JournalError as error:
            log.warning("copy-unreadable", "a copy cannot be compared with the journal", why=error)
            continue
        if mark and mark.hall == hall.id and whole and whole.row:
            found[one] = whole.row, whole.hash


def _compare(journal: Path, folder: Path, row: int, digest: str) -> None:
    if not (journal.is_file() and journal.stat().st_size):
        raise LostRowsError(
            f"{journal} is not there, but {folder} has a copy of this hall: lintel restore {folder}; for a new hall "
            f"put it aside: lintel copies accept {folder} --anew"
        )
    with closing(read_rows(journal, row, row)) as rows:
        here = next(rows, None)
    if here and here.hash.hex() == digest:
        return
    if here is None and any(seal.first <= row <= seal.last for seal in seals_of(journal)):
        return
    raise LostRowsError(
        f"{journal} has lost rows that its copy in {folder} has, up to row {row}: lintel restore {folder}"
    )

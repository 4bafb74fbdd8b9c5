"""Whose journal it is: its first row names the hall, so that a folder of another hall is not taken for one's own."""

from contextlib import closing
from pathlib import Path

from hub.journal import Body, Entry, Journal, JournalError, read_rows
from hub.journal_file import damaged
from hub.journal_rows import GENESIS, chain

_NOTE = "journal of the hall "


class OtherHallError(JournalError):
    """The journal belongs to another hall."""


def check_owner(path: Path, hall: str) -> None:
    """Raise OtherHallError where a journal is that of another hall; one that names none is accepted.

    Raises JournalError where it cannot be read, or the row that names the hall is not what was written.
    """
    if not path.is_file() or not path.stat().st_size:
        return
    with closing(read_rows(path)) as rows:
        first = next(rows, None)
    if first and (first.row != 1 or chain(GENESIS, first.cells) != first.hash):
        raise damaged(path, ValueError("row 1 is not what was written"))
    note = first.content().note if first else ""
    owner = note.removeprefix(_NOTE)
    if owner not in (note, hall):
        raise OtherHallError(
            f"{path} is the journal of the hall {owner!r}, not of {hall!r}; name another folder with --state"
        )


def name_owner(journal: Journal, hall: str, at: int) -> None:
    """Begin a new journal with its hall's id."""
    if not journal.last_row:
        journal.append([Entry(at=at, body=Body(note=f"{_NOTE}{hall}"))])

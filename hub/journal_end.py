"""Remembers where the journal ended, because a journal that has lost its last rows looks like a younger one, and whole.

A hub that went on with it would give numbers twice; so it would with an older copy that somebody put in its place, or
with none. What may well be older, as a copy that is restored by `lintel restore`, comes without the mark.
"""

from pathlib import Path

from hardware.logs import Log
from hub.journal import Journal, JournalError

FILE = "journal.db-end"
log = Log(__name__)


class JournalEnd:
    """The mark of an open journal. folder: of both. journal: open, with what is durable at its end."""

    def __init__(self, folder: Path, journal: Journal) -> None:
        """Raise JournalError where the journal ends before its mark."""
        self._mark, self._journal = folder / FILE, journal
        self._noted = noted_end(folder)
        if self._noted > journal.last_row:
            raise JournalError(
                f"{journal.path} ends with row {journal.last_row}, but row {self._noted} was written: its last rows are"
                f" lost; restore the last copy, or remove {self._mark} to go on with what is left"
            )

    def note(self) -> None:
        """Note the end that is durable now; to be called once a second."""
        if self._journal.last_row == self._noted:
            return
        self._noted = self._journal.last_row
        try:
            self._mark.write_text(str(self._noted), encoding="ascii")
        except OSError as error:
            log.warning("journal-end-not-noted", "the journal's end is not noted; free disk space", why=error)


def noted_end(folder: Path) -> int:
    """Return the last row that was noted, 0 where none was, or where the mark is torn."""
    try:
        return int((folder / FILE).read_text(encoding="ascii").split()[-1])
    except (OSError, ValueError, IndexError):
        return 0


def forget_end(folder: Path) -> None:
    """Let the journal in a folder be older than the one that was there, as who puts it there means it to be."""
    (folder / FILE).unlink(missing_ok=True)

"""Remembers where the journal ended, because a journal that has lost its last rows looks like a younger one, and whole.

A hub that went on with it would give numbers twice. The mark is for the very file beside it: a restored copy, which may
well be older, is another one.
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
        self._noted = self._read()
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
            self._mark.write_text(f"{self._file()} {self._noted}", encoding="ascii")
        except OSError as error:
            log.warning("journal-end-not-noted", "the journal's end is not noted; free disk space", why=error)

    def _read(self) -> int:
        """Return the row that was noted, 0 where none was, or of another file, or where the mark is torn."""
        try:
            file, _, row = self._mark.read_text(encoding="ascii").rpartition(" ")
            return int(row) if file == self._file() else 0
        except (OSError, ValueError):
            return 0

    def _file(self) -> str:
        found = self._journal.path.stat()
        return f"{found.st_dev} {found.st_ino}"

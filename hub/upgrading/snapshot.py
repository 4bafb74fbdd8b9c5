"""The journal as it was before an upgrade, and as the old version can read it; kept up to the last row."""

import os
import shutil
from contextlib import closing
from pathlib import Path

from hardware.logs import Log
from hub.copies.gather import ASIDE
from hub.durable import settle
from hub.journal import JournalError, read_rows
from hub.journal_copy import JournalCopy, read_piece
from hub.journal_end import forget_end

log = Log(__name__)

JOURNAL = "journal.db"


class Snapshot:
    """A copy of the journal in the state folder itself, row by row, so that the hub goes on meanwhile."""

    def __init__(self, state: Path, version: str) -> None:
        """version: the one that writes the journal until the switch."""
        self._state, self.folder = state, state / f"{ASIDE}{version}"
        self.path = self.folder / JOURNAL

    def begin(self) -> int:
        """Take all that the journal has and return its last row."""
        self.remove()
        self.folder.mkdir(mode=0o700)
        return self.follow()

    @property
    def last_row(self) -> int:
        """The last row that was taken."""
        with closing(JournalCopy(self.path)) as copy:
            return copy.place[0]

    def follow(self) -> int:
        """Take what the journal has more, to its end, and return the last row; raise JournalError."""
        return self._follow(of_a_newer=False)

    def follow_newer(self, row: int) -> bool:
        """Take what a newer version has written behind a row, and tell whether this one can read all of it.

        Where it cannot, nothing of it is taken.
        """
        try:
            self._follow(of_a_newer=True)
            for one in read_rows(self.path, row + 1):
                one.content()
        except JournalError as error:
            log.warning("rows-of-a-newer", "what the new version wrote cannot be read by the old one", why=error)
            with closing(JournalCopy(self.path)) as copy:
                copy.cut(row)
            return False
        return True

    def remove(self) -> None:
        """Remove it, with everything that lies there."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _follow(self, *, of_a_newer: bool) -> int:
        with closing(JournalCopy(self.path)) as copy:
            while True:
                piece = read_piece(self._state / JOURNAL, copy.place, copy.boot, of_a_newer=of_a_newer)
                copy.take(piece)
                if copy.place[0] >= piece.end:
                    return copy.place[0]

    def put_back(self) -> None:
        """Have this be the journal again; what the new version has made of it stays beside."""
        for name in (JOURNAL, f"{JOURNAL}-wal", f"{JOURNAL}-shm"):
            if (self._state / name).exists():
                (self._state / name).replace(self.folder / f"newer-{name}")
        self.path.chmod(0o600)
        forget_end(self._state)
        with self.path.open("rb") as file:
            os.fsync(file.fileno())
        self.path.replace(self._state / JOURNAL)
        settle(self._state)

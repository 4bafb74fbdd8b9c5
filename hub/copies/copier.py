"""Makes the copies: looks every second what a hall has more than its copy, and brings that there, read back.

A program of its own, so that a slow stick holds up nobody's press. A copy that cannot be made goes on by itself when
its stick is back.
"""

import time
from collections.abc import Callable
from pathlib import Path

from hardware.version import VERSION
from hub.clock import wall_ms
from hub.copies import folder as disk
from hub.copies.code import CodeError
from hub.copies.folder import Index, KeptFile, Mark, SealedFiles, Whole
from hub.copies.gather import NEEDED, Source, Stamp, read, stamps
from hub.copies.known import Done
from hub.copies.sealing import Sealer
from hub.copies.trouble import CopyError, Trouble, of_system
from hub.journal import JournalError, JournalWriteError
from hub.journal_copy import ChainError, JournalCopy, Piece, read_piece

SLOW_S = 10.0
"""A copy that takes longer for what one second brings is no copy of the last second."""


class Copier:
    """One folder with a copy. code: the recovery code."""

    def __init__(self, source: Source, folder: Path, code: str, *, clock: Callable[[], int] = wall_ms) -> None:
        self._source, self.folder, self._code, self._clock = source, folder, code, clock
        self._mark: Mark | None = None
        self._journal: JournalCopy | None = None
        self._files: SealedFiles | None = None
        self._known: dict[str, tuple[Stamp, KeptFile]] = {}
        self._whole: Whole | None = None

    def look(self) -> Done:
        """Bring the copy up to its hall, and say how that went; nothing is raised."""
        began = time.monotonic()
        try:
            self._copy()
        except CopyError as error:
            return self._failed(error)
        except CodeError as error:
            return self._failed(CopyError("damaged", f"{self.folder}: {error}"))
        except OSError as error:
            return self._failed(of_system(self.folder, error))
        except JournalError as error:
            return self._failed(CopyError("damaged", str(error)))
        took = time.monotonic() - began
        if took > SLOW_S:
            return self._done("slow", f"{self.folder}: a copy took {took:.0f} s; take a faster stick")
        return self._done()

    def close(self) -> None:
        """Let go of the folder, so that its stick can be taken out; may be called twice."""
        if self._journal:
            self._journal.close()
        self._mark = self._journal = self._files = None
        self._known.clear()

    def _done(self, kind: Trouble | None = None, words: str = "") -> Done:
        whole = self._whole
        return Done(
            folder=str(self.folder), kind=kind, words=words, row=whole.row if whole else 0, at=whole.at if whole else 0
        )

    def _failed(self, error: CopyError) -> Done:
        """Nothing of what was known of the folder holds: the next look begins anew."""
        self.close()
        return self._done(error.kind, str(error))

    def _copy(self) -> None:
        mark = disk.mark_of(self.folder)
        if mark is None:
            raise self._unmarked()
        if mark != self._mark:
            self.close()
            self._open(disk.own(self.folder, mark, self._source.hall))
        if self._journal and self._files:
            has_rows = self._rows(self._journal)
            has_files = self._copy_files(self._files)
            if has_rows or has_files or self._whole is None:
                row, digest = self._journal.place
                self._whole = Whole(row=row, hash=digest.hex(), at=self._clock())
                disk.write_whole(self.folder, self._whole)

    def _unmarked(self) -> CopyError:
        if self.folder.is_mount():
            words = (
                f"{self.folder} was never accepted as a copy; if it is to be one: lintel copies accept {self.folder}"
            )
            return CopyError("stranger", words)
        return CopyError("missing", f"{self.folder}: no copy of this hall is mounted there; put its stick in")

    def _open(self, mark: Mark) -> None:
        self._files = SealedFiles(self.folder, Sealer(self._code, bytes.fromhex(mark.copy)))
        self._journal = JournalCopy(self.folder / disk.JOURNAL)
        self._whole = disk.whole_of(self.folder)
        if self._whole and self._whole.row > self._journal.place[0]:
            row = self._journal.place[0]
            raise CopyError(
                "damaged", f"{self.folder}: rows {row + 1} to {self._whole.row} are gone; take another stick"
            )
        self._mark = mark

    def _rows(self, journal: JournalCopy) -> bool:
        """Rows are taken only as far as the journal's chain holds: a damaged one never gets into the copy."""
        has_any = False
        while True:
            piece = self._piece(journal)
            try:
                is_new = journal.take(piece)
            except ChainError as error:
                raise CopyError("lost-rows", str(error)) from error
            except JournalWriteError as error:
                raise _of_write(self.folder, error) from error
            has_any = has_any or is_new
            if journal.place[0] >= piece.end:
                return has_any

    def _piece(self, journal: JournalCopy) -> Piece:
        try:
            return read_piece(self._source.journal, journal.place, journal.boot)
        except JournalError as error:
            raise CopyError("source", f"{error}; the copy keeps what it had") from error

    def _copy_files(self, files: SealedFiles) -> bool:
        now = stamps(self._source)
        known = {one.path: one for one in files.index.files} if files.index else {}
        if gone := [path for path in (*NEEDED, self._source.hall_file) if path in known and path not in now]:
            raise CopyError("source", f"{gone[0]} of the hall is gone; the copy keeps it")
        kept = {path: found for path, stamp in now.items() if (found := self._file(files, path, stamp))}
        if files.index and kept == known:
            return False
        every = tuple(kept[path] for path in sorted(kept))
        files.take(Index(day=disk.today(), lintel=VERSION, hall_file=self._source.hall_file, files=every))
        return True

    def _file(self, files: SealedFiles, path: str, stamp: Stamp) -> KeptFile | None:
        """Return a file as it stands in the copy; only one that has another stamp is read."""
        known = self._known.get(path)
        if known and known[0] == stamp:
            return known[1]
        found = read(self._source, path)
        if found is None:
            return None
        kept = files.put(path, found.data, found.sha256, found.mode)
        self._known[path] = stamp, kept
        return kept


def _of_write(folder: Path, error: JournalWriteError) -> CopyError:
    words = str(error)
    for sign, kind in (("full", "full"), ("readonly", "read-only"), ("read-only", "read-only")):
        if sign in words.split("(", 1)[-1]:
            return CopyError(kind, words)  # type: ignore[arg-type]
    return CopyError("failing", words)

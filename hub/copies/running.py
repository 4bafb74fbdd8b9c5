"""The program that makes the copies, each folder in a thread of its own, and what it tells the hub of them."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec.structs import replace

from hardware.logs import Log
from hub.clock import wall_ms
from hub.copies.copier import Copier
from hub.copies.gather import Source
from hub.copies.known import COPIES, Done, Told

log = Log(__name__)

EVERY_S = 1.0
TELL_EVERY_S = 10.0
HANGS_S = 30.0
LEAVE_S = 5.0
"""How long a stick that does not answer is waited for at the end."""


class Copies:
    """The copies of a hall. folders: where they are. is_wanted: tells every few seconds whether they still are."""

    def __init__(self, source: Source, folders: Sequence[Path], code: str, is_wanted: Callable[[], bool]) -> None:
        self._state, self._is_wanted = source.state, is_wanted
        self._copiers = [Copier(source, folder, code) for folder in folders]
        self._stop, self._changed = threading.Event(), threading.Event()
        self._done: dict[Path, Done] = {}
        self._began: dict[Path, float] = {}

    def run(self, on_ready: Callable[[], None] = lambda: None) -> None:
        """Make copies until `stop`, or until they are wanted no more. on_ready: called when each was looked at."""
        threads = [threading.Thread(target=self._go_on, args=(one,), daemon=True) for one in self._copiers]
        for thread in threads:
            thread.start()
        is_told = False
        while not self._stop.is_set() and self._is_wanted():
            self._changed.wait(TELL_EVERY_S)
            self._changed.clear()
            self._tell()
            if not is_told and len(self._done) == len(self._copiers):
                is_told = True
                on_ready()
        self.stop()
        for thread in threads:
            thread.join(LEAVE_S)

    def stop(self) -> None:
        """Have `run` end after the look that is under way; may be called from a signal."""
        self._stop.set()
        self._changed.set()

    def _go_on(self, copier: Copier) -> None:
        while not self._stop.is_set():
            self._began[copier.folder] = time.monotonic()
            before, done = self._done.get(copier.folder), copier.look()
            self._done[copier.folder] = done
            del self._began[copier.folder]
            if before is None or before.kind != done.kind:
                _say(done)
                self._changed.set()
            self._stop.wait(EVERY_S)
        copier.close()

    def _present(self, copier: Copier) -> Done:
        """A stick that hangs holds up its own thread and nobody else, and tells nothing itself."""
        done = self._done.get(copier.folder, Done(folder=str(copier.folder)))
        began = self._began.get(copier.folder)
        if began is None or time.monotonic() - began < HANGS_S:
            return done
        return replace(
            done, kind="slow", words=f"{copier.folder} has not answered for {HANGS_S:.0f} s; take another stick"
        )

    def _tell(self) -> None:
        """The hub reads it; on a disk that fails it will say that nobody makes copies."""
        told = Told(at=wall_ms(), copies=tuple(map(self._present, self._copiers)))
        new = self._state / f"{COPIES}.new"
        with suppress(OSError):
            new.write_bytes(msgspec.json.encode(told))
            new.replace(self._state / COPIES)


def _say(done: Done) -> None:
    if done.kind is None:
        log.info("copy-whole", "a copy is whole", why=f"{done.folder}, up to row {done.row}")
    else:
        log.error("copy-broken", "a copy cannot be made", why=done.words)

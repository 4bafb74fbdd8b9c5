"""The program that makes the copies, each folder in a thread of its own, and what it tells the hub of them."""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from hardware.logs import Log
from hub.clock import wall_ms
from hub.copies.copier import Copier, Done
from hub.copies.gather import Source

log = Log(__name__)

EVERY_S = 1.0
TELL_EVERY_S = 10.0
FILE = "copies.json"


class Told(Struct, frozen=True, kw_only=True):
    """What the program last said. at: when, ms of the computer's clock. copies: of each folder."""

    at: int
    copies: tuple[Done, ...]


class Copies:
    """The copies of a hall while the program runs. folders: where they are."""

    def __init__(self, source: Source, folders: Sequence[Path], code: str, *, every_s: float = EVERY_S) -> None:
        self._state, self._every_s = source.state, every_s
        self._copiers = [Copier(source, folder, code) for folder in folders]
        self._stop, self._changed = threading.Event(), threading.Event()
        self._done: dict[Path, Done] = {}

    def run(self, on_ready: Callable[[], None] = lambda: None) -> None:
        """Make copies until `stop`; on_ready is called when each was looked at once."""
        threads = [threading.Thread(target=self._go_on, args=(one,), daemon=True) for one in self._copiers]
        for thread in threads:
            thread.start()
        is_told = False
        while not self._stop.is_set():
            self._changed.wait(TELL_EVERY_S)
            self._changed.clear()
            self._tell()
            if not is_told and len(self._done) == len(self._copiers):
                is_told = True
                on_ready()
        for thread in threads:
            thread.join(5.0)

    def stop(self) -> None:
        """Have `run` end after the look that is under way; may be called from a signal."""
        self._stop.set()
        self._changed.set()

    def _go_on(self, copier: Copier) -> None:
        while not self._stop.is_set():
            before, done = self._done.get(copier.folder), copier.look()
            self._done[copier.folder] = done
            if before is None or before.kind != done.kind:
                _say(done)
                self._changed.set()
            self._stop.wait(self._every_s)
        copier.close()

    def _tell(self) -> None:
        """The hub reads it; on a disk that fails it will say that nobody makes copies."""
        told = Told(at=wall_ms(), copies=tuple(self._done.values()))
        new = self._state / f"{FILE}.new"
        with suppress(OSError):
            new.write_bytes(msgspec.json.encode(told))
            new.replace(self._state / FILE)


def _say(done: Done) -> None:
    if done.kind is None:
        log.info("copy-whole", f"{done.folder}: the copy is whole", why=f"up to row {done.row}")
    else:
        log.error("copy-broken", done.words, why=done.kind)


def told_in(state: Path) -> Told | None:
    """Return what the program last said, None where it never did or nobody can read it."""
    try:
        return msgspec.json.decode((state / FILE).read_bytes(), type=Told)
    except (OSError, msgspec.MsgspecError):
        return None

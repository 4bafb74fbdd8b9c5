"""Notes when the hub itself could not work, for the record (M42): it did not run, or broker or journal failed.

None of it can be written while it lasts, so it is noted when it is over.
"""

from collections.abc import Iterator
from pathlib import Path

from hardware.logs import Log
from hub.clock import HallClock
from hub.rules.commands import NoteOutage

log = Log(__name__)

SILENT_MS = 60_000
"""A hub that was away for less has only been started anew."""
ALIVE_EVERY_MS = 20_000


class Outages:
    """What the hub has to note of itself. alive: file that says when it last ran, since a quiet hall writes no rows."""

    def __init__(self, alive: Path, clock: HallClock, *, last_at: int) -> None:
        """last_at: moment of the journal's last row, ms, 0 before its first."""
        self._alive = alive
        self._clock = clock
        self._alive_at = 0
        self._broken_at: int | None = None
        self._lost_at: int | None = None
        self._drops_it = False
        last = max(last_at, self._read())
        was_silent = last and clock.now() - last >= SILENT_MS
        self._over: list[NoteOutage] = [NoteOutage(what="hub", since=last)] if was_silent else []

    def due(self) -> Iterator[NoteOutage]:
        """Yield what is over since the last time; to be asked once a second."""
        now = self._clock.now()
        if now - self._alive_at >= ALIVE_EVERY_MS:
            self._alive_at = now
            self._write(now)
        over, self._over = self._over, []
        yield from over

    def journal(self, is_broken: bool) -> None:
        """Say whether the journal can be written. The connection that is dropped after a failure is no outage."""
        if is_broken and self._broken_at is None:
            self._broken_at = self._clock.now()
        elif not is_broken and self._broken_at is not None:
            self._over.append(NoteOutage(what="journal", since=self._broken_at))
            self._broken_at, self._drops_it = None, True

    def broker_lost(self) -> None:
        """Say that the broker is gone."""
        if not self._drops_it:
            self._lost_at = self._clock.now()
        self._drops_it = False

    def broker_back(self) -> None:
        """Say that the broker is there (again)."""
        if self._lost_at is not None:
            self._over.append(NoteOutage(what="broker", since=self._lost_at))
            self._lost_at = None

    def _read(self) -> int:
        try:
            return int(self._alive.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return 0

    def _write(self, now: int) -> None:
        try:
            self._alive.write_text(str(now), encoding="ascii")
        except OSError as error:
            log.warning(
                "alive-not-written", f"{self._alive} is not written; free disk space or replace the disk", why=error
            )

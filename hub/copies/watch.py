"""How the copies are, as a fault of the hub on the health page (M34), and the result of each drill in the journal."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from hardware.logs import Log
from hub.clock import steady_ms, wall_ms
from hub.config import Hall
from hub.copies.code import FILE as CODE
from hub.copies.known import COPIES, DRILL, Drilled, Told, drilled_in, told_in
from hub.hub_faults import hub_faults
from hub.rules.commands import NoteHealth

log = Log(__name__)

PART, DRILL_PART = "copies", "drill"
"""Parts of the hub, as the journal has them."""
SILENT_MS = 60_000
"""The program tells how the copies are every ten seconds; with its hub it may start later."""
DRILL_EVERY_MS = 2 * 86_400_000


class CopiesWatch:
    """Looks at what the programs of the copies tell. note: writes a sentence into the journal."""

    def __init__(self, hall: Hall, state: Path, note: Callable[[str], None]) -> None:
        self._hall, self._state, self._note = hall, state, note
        self._began = steady_ms()
        self._stamps: dict[str, int] = {}
        self._told: Told | None = None
        self._drilled: Drilled | None = None

    def due(self, before: Mapping[str, Mapping[str, str]]) -> Iterator[NoteHealth]:
        """Yield what has to be kept where it has changed. before: device to what was found last."""
        yield from hub_faults(before, (PART, DRILL_PART), self._found())

    def _found(self) -> dict[str, str]:
        """A hall that wants no copies has nothing wrong with them."""
        if not self._hall.file.copies.to:
            return {}
        self._look()
        kinds = {PART: self._copies(), DRILL_PART: self._drill()}
        return {part: kind for part, kind in kinds.items() if kind}

    def _look(self) -> None:
        if self._is_new(COPIES):
            self._told = told_in(self._state)
        is_first = DRILL not in self._stamps
        if self._is_new(DRILL):
            self._drilled = drilled_in(self._state)
            if self._drilled and not is_first:  # of what was there at its start the hub before it has told
                self._tell(self._drilled)

    def _is_new(self, name: str) -> bool:
        try:
            stamp = (self._state / name).stat().st_mtime_ns
        except OSError:
            stamp = 0
        known = self._stamps.get(name)
        self._stamps[name] = stamp
        return stamp != known

    def _tell(self, drilled: Drilled) -> None:
        self._note(drilled.words)
        if drilled.is_well:
            log.info("drill-done", "a restore from a copy was tried, and went well", why=drilled.words)
        else:
            log.error("drill-failed", "a restore from a copy was tried, and failed", why=drilled.words)

    def _copies(self) -> str:
        wanted = self._hall.file.copies.to
        told = {one.folder: one for one in self._told.copies} if self._told else {}
        is_silent = (
            self._told is None or wall_ms() - self._told.at > SILENT_MS or any(one not in told for one in wanted)
        )
        if is_silent:
            return "silent" if steady_ms() - self._began > SILENT_MS else ""
        return next((kind for one in wanted if (kind := told[one].kind)), "")

    def _drill(self) -> str:
        if self._drilled and not self._drilled.is_well:
            return "failed"
        return "late" if wall_ms() - self._last_drill() > DRILL_EVERY_MS else ""

    def _last_drill(self) -> int:
        """Before the first one it is the setting up of the copies that counts."""
        if self._drilled:
            return self._drilled.at
        try:
            return (self._state / CODE).stat().st_mtime_ns // 1_000_000
        except OSError:
            return wall_ms()

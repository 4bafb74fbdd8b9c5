"""What is wrong with the hub itself: found by several who look at different parts and leave each other's alone."""

from collections.abc import Collection, Iterator, Mapping

from hardware.contract import HUB
from hub.rules.commands import NoteHealth


class HubLook:
    """One part of the hub that somebody looks at now and then. faults: what was found last; None: not yet looked."""

    def __init__(self, part: str) -> None:
        self._part = part
        self.faults: dict[str, str] | None = None

    def due(self, before: Mapping[str, Mapping[str, str]]) -> Iterator[NoteHealth]:
        """Yield what has to be kept of it. before: what the hub has found last, of each device and of itself."""
        if self.faults is not None:
            yield from hub_faults(before, (self._part,), self.faults)


def hub_faults(
    before: Mapping[str, Mapping[str, str]], parts: Collection[str], found: Mapping[str, str]
) -> Iterator[NoteHealth]:
    """Yield what has to be kept where it has changed.

    before: device to its faults, as they were found last. parts: those of the hub that are looked at here. found: part
    to what is wrong with it.
    """
    known = before.get(HUB, {})
    now = {part: what for part, what in known.items() if part not in parts} | dict(found)
    if now != known:
        yield NoteHealth(device=HUB, faults=now)

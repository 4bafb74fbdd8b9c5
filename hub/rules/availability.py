"""How much of a day a device could be used by citizens, as the requirement for self-service areas asks (M34)."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from hub.rules import events
from hub.rules.device_report import DeviceReport

DAY_MS = 86_400_000
CHANGES_MAX = 10_000
"""A cover that chatters for a week costs no more memory; of the time before nothing is known."""


class _Change(Struct, frozen=True):
    at: int
    is_up: bool


class Availability:
    """Follows facts, the earliest first, and says of what share of a time each device was usable.

    Usable is what is there, whose printer prints, in a hall without a declared fault. Before a device's first report
    nothing is known of it, and that time does not count.
    """

    def __init__(self) -> None:
        self._of: dict[str, list[_Change]] = {}
        self._since: dict[str, tuple[str, int]] = {}
        self._hall: list[_Change] = []

    def take(self, at: int, facts: Iterable[events.Fact]) -> None:
        """Follow the facts of one moment, ms; a fact that has a moment of its own is of that one."""
        for fact in facts:
            moment = getattr(fact, "at", 0) or at
            if isinstance(fact, events.DeviceReported):
                self._report(fact, moment)
            elif isinstance(fact, events.FaultDeclared | events.FaultCleared):
                _add(self._hall, _Change(moment, isinstance(fact, events.FaultCleared)))

    def since(self, device: str) -> int | None:
        """Return since when a device has been in its present state, ms; None where it never spoke."""
        known = self._since.get(device)
        return known[1] if known else None

    def percent(self, device: str, start: int, now: int) -> float | None:
        """Return the share of the time from start to now, rounded down to tenths; None where nothing is known."""
        up_ms, known_ms = self.shares(device, start, now)
        return up_ms * 1000 // known_ms / 10 if known_ms else None

    def shares(self, device: str, start: int, now: int) -> tuple[int, int]:
        """Return for how long a device was usable from start to now, and for how long anything is known of it, ms."""
        known = _spans(self._of.get(device, []), start, now)
        stopped = [(begin, end) for begin, end, is_up in _spans(self._hall, start, now) if not is_up]
        up_ms = sum(end - begin - _overlap(stopped, begin, end) for begin, end, is_up in known if is_up)
        return up_ms, sum(end - begin for begin, end, _ in known)

    @property
    def devices(self) -> list[str]:
        """Every device that was heard of, by name."""
        return sorted(self._of)

    def forget_before(self, at: int) -> None:
        """Drop what no question reaches any more."""
        for changes in (*self._of.values(), self._hall):
            while len(changes) > 1 and changes[1].at <= at:
                changes.pop(0)

    def _report(self, fact: events.DeviceReported, at: int) -> None:
        report = DeviceReport(state=fact.state, boot=fact.boot, alerts=fact.alerts)
        _add(self._of.setdefault(fact.device, []), _Change(at, fact.state == "ready" and not report.printer_stops))
        if self._since.get(fact.device, ("", 0))[0] != fact.state:
            self._since[fact.device] = fact.state, at


def _add(changes: list[_Change], change: _Change) -> None:
    """A clock that jumped back does not make time run backwards."""
    if changes and changes[-1].is_up == change.is_up:
        return
    at = max(change.at, changes[-1].at) if changes else change.at
    changes.append(_Change(at, change.is_up))
    if len(changes) > CHANGES_MAX:
        del changes[: CHANGES_MAX // 2]


def _spans(changes: Sequence[_Change], start: int, now: int) -> list[tuple[int, int, bool]]:
    """Return begin, end and whether it was usable, cut to the time from start to now."""
    ends = [*(one.at for one in changes[1:]), now]
    cut = ((max(one.at, start), min(end, now), one.is_up) for one, end in zip(changes, ends, strict=False))
    return [(begin, end, is_up) for begin, end, is_up in cut if begin < end]


def _overlap(spans: Iterable[tuple[int, int]], begin: int, end: int) -> int:
    return sum(max(0, min(end, last) - max(begin, first)) for first, last in spans)

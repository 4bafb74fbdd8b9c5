"""The fault log of a journal: which device had what, since when, and how long it took to be put right (M4, M34)."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from hub.rules import events

LOST = "lost"
"""A device that nothing is heard of any more; what it had said of its parts before holds no longer."""
MISSING = "missing"
"""A device that the self-test did not find, and of which nothing had been heard before (M30)."""
HUB = "hub"
DECLARED = "declared"


class Fault(Struct, kw_only=True):
    """Something that was wrong. part: printer, reader ...; empty is the device as a whole. what: the contract's word.

    Of the hub's own finding: part is memory, clock, update or noise, as `HealthFound` says it; hub, broker or journal
    of an outage of the device ``hub``; hall where somebody declared a fault. since, until: hall's time in milliseconds;
    until None: it is not over at the end of the journal.
    """

    device: str
    part: str
    what: str
    since: int
    until: int | None = None


class FaultLog:
    """Follows facts, the earliest first. faults: all that there were, in the order of their beginnings."""

    def __init__(self, missing: Iterable[str] = (), at: int = 0) -> None:
        """Begin with nothing but the devices that were missing already at that moment, ms."""
        self.faults: list[Fault] = []
        self._said: dict[tuple[str, str], Fault] = {}
        self._found: dict[tuple[str, str], Fault] = {}
        self._missing: dict[tuple[str, str], Fault] = {}
        self._declared: dict[tuple[str, str], Fault] = {}
        for device in missing:
            self._now(self._missing, device, {"": MISSING}, at)

    @property
    def missing(self) -> list[str]:
        """The devices that are missing, which no day's opening tells again."""
        return sorted({device for device, _part in self._missing})

    @property
    def present(self) -> list[Fault]:
        """The faults that are not over."""
        return [fault for fault in self.faults if fault.until is None]

    def take(self, row_at: int, facts: Iterable[events.Fact]) -> None:
        """Follow the facts of one moment, ms; a fact that has a moment of its own is of that one."""
        for fact in facts:
            at = getattr(fact, "at", 0) or row_at
            match fact:
                case events.DeviceReported():
                    self._report(fact, at)
                case events.HealthFound():
                    self._now(self._found, fact.device, fact.faults, at)
                case events.SelfTestMade():
                    self._tested(fact, at)
                case events.FaultDeclared() if not self._declared:
                    self._now(self._declared, fact.device, {"hall": DECLARED}, fact.at)
                case events.FaultCleared():
                    for device, _part in list(self._declared):
                        self._now(self._declared, device, {}, at)
                case events.OutageNoted():
                    over = Fault(device=HUB, part=fact.what, what="outage", since=fact.since, until=fact.at)
                    self.faults.append(over)

    def forget_before(self, at: int) -> None:
        """Drop what was over by then, ms."""
        self.faults = [fault for fault in self.faults if fault.until is None or fault.until > at]

    def forget_surplus(self, most: int) -> None:
        """Drop the earliest of those that are over, where there are more faults than this."""
        surplus = len(self.faults) - most
        kept = []
        for fault in self.faults:
            if surplus > 0 and fault.until is not None:
                surplus -= 1
            else:
                kept.append(fault)
        self.faults = kept

    def _report(self, fact: events.DeviceReported, at: int) -> None:
        """A device that left in good order was switched off by somebody, which is no fault."""
        now = {part: what for part, what in fact.alerts.items() if what}
        if fact.state == LOST:
            now[""] = LOST
        if fact.state in ("ready", LOST):
            self._now(self._missing, fact.device, {}, at)
        self._now(self._said, fact.device, now, at)

    def _tested(self, fact: events.SelfTestMade, at: int) -> None:
        """What a device had said of itself is known; one that said nothing is missing."""
        known = {device for device, _part in self._said}
        for fault in fact.faults:
            what, _, device = fault.partition(" ")
            if what == "device" and device not in known:
                self._now(self._missing, device, {"": MISSING}, at)

    def _now(self, present: dict[tuple[str, str], Fault], device: str, now: Mapping[str, str], at: int) -> None:
        """Make the present faults of a device what they are now: end those that are over, begin those that are new."""
        for (name, part), fault in list(present.items()):
            if name == device and now.get(part) != fault.what:
                fault.until = max(at, fault.since)
                del present[name, part]
        for part, what in now.items():
            if (device, part) not in present:
                present[device, part] = fault = Fault(device=device, part=part, what=what, since=at)
                self.faults.append(fault)


def fault_log(rows: Iterable[tuple[int, int, Sequence[events.Fact]]]) -> list[Fault]:
    """Return all faults of a journal's (row, at, facts), in the order of their beginnings (M4)."""
    log = FaultLog()
    for _row, at, facts in rows:
        log.take(at, facts)
    return sorted(log.faults, key=lambda fault: fault.since)

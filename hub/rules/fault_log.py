"""The fault log of a journal: which device had what, since when, and how long it took to be put right (M4)."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from hub.rules import events

LOST = "lost"
"""A device that nothing is heard of any more; what it had said of its parts before holds no longer."""


class Fault(Struct, kw_only=True):
    """Something that was wrong. part: printer, reader ...; empty is the device as a whole. what: the contract's word.

    since, until: hall's time in milliseconds; until None: it is not over at the end of the journal.
    """

    device: str
    part: str
    what: str
    since: int
    until: int | None = None


def fault_log(rows: Iterable[tuple[int, int, Sequence[events.Fact]]]) -> list[Fault]:
    """Return all faults of a journal's (row, at, facts), in the order of their beginnings (M4)."""
    log: list[Fault] = []
    present: dict[tuple[str, str], Fault] = {}
    for _row, at, facts in rows:
        for fact in facts:
            if isinstance(fact, events.DeviceReported):
                _note(fact, at, log, present)
    return log


def _note(fact: events.DeviceReported, at: int, log: list[Fault], present: dict[tuple[str, str], Fault]) -> None:
    """A device that left in good order was switched off by somebody, which is no fault."""
    now = {part: what for part, what in fact.alerts.items() if what}
    if fact.state == LOST:
        now[""] = LOST
    for (device, part), fault in list(present.items()):
        if device == fact.device and now.get(part) != fault.what:
            fault.until = max(at, fault.since)
            del present[device, part]
    for part, what in now.items():
        if (fact.device, part) not in present:
            present[fact.device, part] = fault = Fault(device=fact.device, part=part, what=what, since=at)
            log.append(fault)

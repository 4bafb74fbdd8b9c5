"""Who has to put right what is wrong with a device, and how much of a day devices could be used (M34).

It follows durable facts as the journal does, so that a hub that was started anew says the same as the one before it.
"""

from collections.abc import Iterable, Iterator
from typing import cast, get_args

from msgspec import Struct

from hub.config import Hall
from hub.rules import events
from hub.rules.availability import DAY_MS, Availability
from hub.rules.fault_log import Fault, FaultLog
from hub.upkeep_file import PARTIES, WORK_OF, FaultKind, PartyTable, UpkeepTable, Work

FOLLOWED_MS = 7 * DAY_MS
"""How far back a hub that starts reads its journal: a fault that is older begins there."""
FAULTS_MAX = 10_000
"""A part that chatters for a week costs no more memory."""
OVER_MAX = 200
"""Of the faults that are over so many are told, the latest."""
SELF_SERVICE = ("dispenser",)
"""Kinds of device that citizens use on their own, for which the hours of their use are counted."""
_BY_PART: dict[str, FaultKind] = {
    "update": "update",
    "memory": "memory",
    "clock": "clock",
    "noise": "noise",
    "certificate": "certificate",
    "hall": "declared",
    "copies": "copy",
    "drill": "copy",
    "rows": "journal",
}


class Party(Struct, frozen=True, kw_only=True):
    """Who puts something right. work: what kind of work it is. phone: empty where the hall's file has none."""

    name: str
    work: Work
    phone: str = ""


class FaultTicket(Struct, frozen=True, kw_only=True):
    """A fault, and whose it is. minutes: how long it lasted, or has lasted."""

    device: str
    part: str
    what: str
    since: int
    until: int | None
    minutes: float
    party: Party


def kind_of(fault: Fault) -> FaultKind:
    """Return the kind of a fault, as the hall's file names it."""
    if fault.part in _BY_PART:
        return _BY_PART[fault.part]
    is_known = fault.part in ("", "printer") or fault.what == "outage"
    return cast(FaultKind, fault.what) if is_known and fault.what in get_args(FaultKind) else "other"


def party_of(table: UpkeepTable, fault: Fault) -> Party:
    """Return who has to put a fault right: as the hall's file says, or else W 16."""
    kind = kind_of(fault)
    work = table.faults.get(kind) or WORK_OF.get(kind, "tech")
    named = table.parties.get(work, PartyTable())
    return Party(name=named.name or PARTIES[table.site][work], work=work, phone=named.phone)


def ticket_of(table: UpkeepTable, fault: Fault, now: int) -> FaultTicket:
    """Return the ticket of a fault at a moment, ms."""
    end = now if fault.until is None else fault.until
    return FaultTicket(
        device=fault.device,
        part=fault.part,
        what=fault.what,
        since=fault.since,
        until=fault.until,
        minutes=round(max(0, end - fault.since) / 60_000, 1),
        party=party_of(table, fault),
    )


class Upkeep:
    """The faults of a running hall, and the use of its devices."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._log = FaultLog()
        self._use = Availability()

    def read(self, rows: Iterable[tuple[int, Iterable[events.Fact]]]) -> None:
        """Take what the journal has: (moment in ms, facts), the earliest first."""
        for at, facts in rows:
            self.follow(facts, at)

    def follow(self, facts: Iterable[events.Fact], now: int) -> None:
        """Take what has just become durable."""
        found = list(facts)
        self._log.take(now, found)
        if len(self._log.faults) > FAULTS_MAX:
            self._log.forget_surplus(FAULTS_MAX // 2)
        self._use.take(now, found)

    def tickets(self, now: int) -> Iterator[FaultTicket]:
        """Yield the faults that are not over, then the last OVER_MAX of the last 24 hours, the latest first."""
        self._log.forget_before(now - FOLLOWED_MS)
        self._use.forget_before(now - DAY_MS)
        over = [fault for fault in self._log.faults if fault.until is not None and fault.until > now - DAY_MS]
        present = sorted(self._log.present, key=lambda fault: fault.since)
        latest = sorted(over, key=lambda fault: fault.until or 0, reverse=True)[:OVER_MAX]
        for fault in (*present, *latest):
            yield ticket_of(self._hall.file.upkeep, fault, now)

    def present(self) -> list[Fault]:
        """Return the faults that are not over."""
        return self._log.present

    def since(self, device: str) -> int | None:
        """Return since when a device has been in its state, ms; None: not known."""
        return self._use.since(device)

    def percent(self, device: str, now: int) -> float | None:
        """Return the share of the last 24 hours in which a self-service device could be used; None for any other."""
        is_counted = any(one.name == device and one.kind in SELF_SERVICE for one in self._hall.devices)
        return self._use.percent(device, now - DAY_MS, now) if is_counted else None

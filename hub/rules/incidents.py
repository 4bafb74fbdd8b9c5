"""What went wrong in a hall, from its journal: declared faults, outages of the hub, devices that failed (M4, M42)."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from hub.rules import events
from hub.rules.device_report import NEAR_END
from hub.rules.steps import FINAL, STEPS

SHORT_MS = 60_000
"""A device that is away for less has had its paper changed or was started anew."""
HALL_WIDE = ("fault", "hub", "broker", "journal", "no-tickets")
NOTHING_OUT = (events.TicketVoided, events.PrintDoubted, events.NumberShown)

Rows = Iterable[tuple[int, Sequence[events.Fact]]]
"""(at, facts) of a journal's rows, in order."""
Key = tuple[str, str]


class Incident(Struct, kw_only=True):
    """One of them. what: fault, hub, broker, journal, no-tickets, lost, or the part of a device that failed.

    since, until: ms; until None: it lasts. why: what the part said. device: that failed, or where the fault was
    declared. by, cleared_by: who said so, empty where it was seen or ended by itself. devices: affected ones, empty:
    all. numbers: of those who were in the hall with one, or got one by hand, in the order of their coming.
    """

    what: str
    since: int
    until: int | None = None
    device: str = ""
    why: str = ""
    by: str = ""
    cleared_by: str = ""
    devices: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    @property
    def is_hall_wide(self) -> bool:
        """Whether nobody could be served as usual."""
        return self.what in HALL_WIDE

    def length_ms(self, now: int) -> int:
        """Return how long it lasted, until now where it lasts."""
        return max(0, (now if self.until is None else self.until) - self.since)


class _Life(Struct, kw_only=True):
    """A number while somebody held it."""

    number: str
    dispenser: str
    since: int
    is_reserve: bool
    until: int | None = None
    failed_at: int | None = None


class Incidents:
    """Reads a journal's rows; then `found` says what there was. dispensers: of the hall, None: those that gave numbers.

    A device that is off while the hall is closed is no incident, and neither is a short absence.
    """

    def __init__(self, dispensers: Iterable[str] | None = None) -> None:
        self._dispensers = set(dispensers or ())
        self._learns = dispensers is None
        self._hours: list[tuple[int, int] | None] = []
        self._open: dict[Key, Incident] = {}
        self._every: list[Incident] = []
        self._out: dict[str, set[str]] = {}
        self._lives: list[_Life] = []
        self._today: dict[int, _Life] = {}
        self.last_at = 0

    def add(self, at: int, facts: Sequence[events.Fact]) -> None:
        """Take a row."""
        self.last_at = max(self.last_at, at)
        for fact in facts:
            match fact:
                case events.DayOpened():
                    self._day(fact)
                case events.FaultDeclared():
                    self._begin(("fault", ""), Incident(what="fault", since=fact.at, device=fact.device, by=fact.by))
                case events.FaultCleared():
                    self._end(("fault", ""), fact.at, fact.by)
                case events.OutageNoted():
                    self._every.append(Incident(what=fact.what, since=fact.since, until=fact.at))
                case events.DeviceReported():
                    self._device(fact, at)
                case events.TicketTaken():
                    self._taken(fact)
                case _:
                    self._ticket(fact, at)

    def found(self) -> list[Incident]:
        """Return the incidents so far, the earliest first."""
        counted = [one for one in self._every if self._counts(one)]
        counted.sort(key=lambda one: one.since)
        for one in counted:
            one.numbers = tuple(dict.fromkeys(self._numbers(one, counted)))
        return counted

    def _day(self, fact: events.DayOpened) -> None:
        """Whoever held a number of the day before does so no more."""
        for life in self._today.values():
            life.until = fact.at if life.until is None else life.until
        self._today = {}
        self._hours += [None] if fact.spans is None else fact.spans

    def _device(self, fact: events.DeviceReported, at: int) -> None:
        """Paper that is nearly used up is a warning, and still comes out."""
        name = fact.device
        alerts = {part: why for part, why in fact.alerts.items() if why != NEAR_END}
        wrong = alerts if fact.state == "ready" else {"lost": ""}
        for key in [key for key in self._open if key[0] == name and key[1] not in wrong]:
            self._end(key, at)
        for part, why in wrong.items():
            self._begin((name, part), Incident(what=part, since=at, device=name, why=why, devices=(name,)))
        self._out[name] = {part for part in wrong if part in ("lost", "printer")}
        self._no_tickets(at)

    def _no_tickets(self, at: int) -> None:
        """Nobody gets a number where every dispenser is out, which may be the only one."""
        out = [name for name in self._dispensers if self._out.get(name)]
        if out and len(out) == len(self._dispensers):
            devices = tuple(sorted(out))
            self._begin(("", "no-tickets"), Incident(what="no-tickets", since=at, devices=devices))
        else:
            self._end(("", "no-tickets"), at)

    def _begin(self, key: Key, incident: Incident) -> None:
        if key not in self._open:
            self._open[key] = incident
            self._every.append(incident)

    def _end(self, key: Key, at: int, by: str = "") -> None:
        incident = self._open.pop(key, None)
        if incident:
            incident.until, incident.cleared_by = at, by

    def _taken(self, fact: events.TicketTaken) -> None:
        if self._learns and fact.dispenser and fact.cap != "guide":
            self._dispensers.add(fact.dispenser)
        life = _Life(number=fact.number, dispenser=fact.dispenser, since=fact.at, is_reserve=fact.is_reserve)
        self._today[fact.serial] = life
        self._lives.append(life)

    def _ticket(self, fact: events.Fact, at: int) -> None:
        life = self._today.get(getattr(fact, "serial", 0))
        if life is None:
            return
        if isinstance(fact, NOTHING_OUT):
            life.failed_at = at
        if type(fact) in STEPS and STEPS[type(fact)][1] in FINAL:
            life.until = at

    def _counts(self, one: Incident) -> bool:
        if one.what == "fault":
            return True
        if not one.is_hall_wide and one.length_ms(self.last_at) < SHORT_MS:
            return False
        until = self.last_at if one.until is None else one.until
        return any(hours is None or (one.since < hours[1] and hours[0] <= until) for hours in self._hours)

    def _numbers(self, one: Incident, every: list[Incident]) -> Iterator[str]:
        """Yield whom it concerned: of a fault of all, who waited; of a printer, whose paper did not come out."""
        until, is_hall_wide = self.last_at if one.until is None else one.until, one.is_hall_wide
        for life in self._lives:
            if not is_hall_wide:
                failed = life.failed_at is not None and one.since <= life.failed_at <= until
                if failed and life.dispenser == one.device:
                    yield life.number
            elif (life.since <= until and (life.until is None or life.until >= one.since)) or _by_hand(
                life, one, every
            ):
                yield life.number


def _by_hand(life: _Life, one: Incident, every: list[Incident]) -> bool:
    """Tell whether a number was given by hand because of this incident: the last one before it was entered."""
    if not life.is_reserve:
        return False
    before = [other for other in every if other.is_hall_wide and other.since <= life.since]
    return bool(before) and before[-1] is one


def incidents(rows: Rows, dispensers: Iterable[str] | None = None, *, now: int = 0) -> list[Incident]:
    """Return the incidents of a journal's rows. dispensers: of the hall, None: those that gave numbers.

    now: until when what is not over lasts, ms, where that is later than the last row.
    """
    found = Incidents(dispensers)
    for at, facts in rows:
        found.add(at, facts)
    found.last_at = max(found.last_at, now)
    return found.found()

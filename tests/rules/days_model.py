"""A hall as one would explain it at the door: a list of people, and whoever stands first is called."""

from dataclasses import dataclass, field

from hypothesis import strategies as st

from hub.rules import events
from hub.rules.plan import (
    ORDINARY,
    CounterPlan,
    NoShowPlan,
    Person,
    Plan,
    PrintingPlan,
    ResultPlan,
    ServicePlan,
)
from hub.rules.state import State

MINUTE = 60_000
START = 1_795_393_800_000
DAYS = ("20261123", "20261124", "20261125", "20261126")
HEAD_STARTS = {ORDINARY: 0, "elderly": 30 * MINUTE, "express": 5 * MINUTE, "returning": 20 * MINUTE, "received": 0}
STAFF = {
    "p1": Person(kind="police", name="陈"),
    "p2": Person(kind="police", name="李", services=frozenset("B")),
    "aux": Person(kind="auxiliary", name="王", services=frozenset("AC"), supervisor="p1"),
    "new": Person(kind="police", name="赵", qualified=False),
    "guide": Person(kind="guide", name="孙"),
}
NO_SHOWS = (NoShowPlan(), NoShowPlan(policy="back", calls=2), NoShowPlan(policy="keep", keep_ms=10 * MINUTE))
COUNTERS = st.sampled_from([1, 2, 3])
FATES: dict[type, str] = {
    events.TicketPrinted: "waiting",
    events.TicketVouched: "waiting",
    events.TicketVoided: "void",
    events.TicketCancelled: "cancelled",
    events.ServedByHand: "done",
}
PRINTERS = ("d", "e")
"""Two dispensers that stand in for each other."""


def plan_with(no_show: NoShowPlan) -> Plan:
    return Plan(
        services={
            "A": ServicePlan(letter="A"),
            "B": ServicePlan(letter="B"),
            "C": ServicePlan(letter="C", real_name=True),
        },
        counters={
            1: CounterPlan(serves=(frozenset("A"), frozenset("B")), automatic=True),
            2: CounterPlan(serves=(frozenset("ABC"),), posts=(("p1", "A"), ("aux", "B"))),
            3: CounterPlan(serves=(frozenset("ABC"),)),
        },
        head_start_ms=HEAD_STARTS,
        call_pause_ms=2000,
        people=STAFF,
        sign_in=True,
        recalls_max=2,
        no_show=no_show,
        rating_ms=MINUTE,
        results={"1": ResultPlan()},
        reasons={"special": 2, "transfer": 2},
        paperless=True,
        lock_ms=30 * MINUTE,
        printing=PrintingPlan(neighbours={"d": ("e",), "e": ("d",)}),
    )


@dataclass
class Someone:
    """A citizen of the model.

    came: the arrival that counts. alone: the counter that alone may call him, 0: any. told: by a dispenser without hub.
    """

    serial: int
    service: str
    klass: str
    came: int
    fate: str = "papers"
    claim: str = ""
    who: str = ""
    alone: int = 0
    missed: int = 0
    calls_left: int = 0
    told: int = 0

    @property
    def key(self) -> tuple[int, int, int]:
        return self.came - HEAD_STARTS[self.klass], self.told, self.serial


@dataclass
class Desk:
    """A counter of the model."""

    person: str = ""
    away: bool = False
    locked: bool = False
    has: Someone | None = None
    services: frozenset[str] | None = None


@dataclass
class Model:
    """A hall as one would explain it at the door."""

    people: dict[int, Someone] = field(default_factory=dict)
    desks: dict[int, Desk] = field(default_factory=lambda: {1: Desk(), 2: Desk(), 3: Desk()})
    called_ms: dict[int, int] = field(default_factory=dict)

    def first_for(self, plan: Plan, counter: int) -> Someone | None:
        """Return who stands first among those whom a counter and its clerk may serve, tier by tier."""
        desk = self.desks[counter]
        tiers = (desk.services,) if desk.services else plan.counters[counter].serves
        allowed = STAFF[desk.person].services if desk.person else None
        lines = [one for one in self.people.values() if one.fate == "waiting"]
        lines = [one for one in lines if allowed is None or one.service in allowed]
        for at, tier in enumerate(tiers):
            own = [one for one in lines if at == 0 and one.alone == counter]
            fit = own + [one for one in lines if not self.is_kept(one) and one.service in tier]
            if fit:
                return min(fit, key=lambda one: one.key)
        return None

    def is_kept(self, one: Someone) -> bool:
        """Tell whether a counter keeps somebody for itself: not where its clerk may not serve him."""
        person = self.desks[one.alone].person if one.alone else ""
        services = STAFF[person].services if person else None
        return one.alone != 0 and (services is None or one.service in services)

    def missed_for(self, plan: Plan, counter: int) -> Someone | None:
        desk = self.desks[counter]
        tiers = (desk.services,) if desk.services else plan.counters[counter].serves
        allowed = STAFF[desk.person].services if desk.person else None
        served = frozenset[str]().union(*tiers)
        back = [one for one in self.people.values() if one.fate == "missed" and one.calls_left]
        back = [one for one in back if one.service in served and (allowed is None or one.service in allowed)]
        return min(back, key=lambda one: one.key, default=None)

    def follow(self, fact: events.Fact, state: State) -> None:
        """Take over what a fact means here; none means something to more than one of these."""
        self._follow_people(fact, state)
        self._follow_counter(fact)
        self._follow_staff(fact)

    def _follow_people(self, fact: events.Fact, state: State) -> None:
        people, desks = self.people, self.desks
        match fact:
            case events.DayOpened():
                people.clear()
                self.called_ms.clear()
                self.desks = {1: Desk(), 2: Desk(), 3: Desk()}
            case events.TicketTaken():
                assert fact.serial not in people
                assert fact.number not in {state.tickets[one].number for one in people}
                people[fact.serial] = Someone(
                    fact.serial,
                    fact.service,
                    fact.klass,
                    fact.at,
                    claim=fact.claim,
                    who=fact.identity,
                    told=fact.told_at,
                )
            case _ if type(fact) in FATES:
                people[fact.serial].fate = FATES[type(fact)]
            case events.TicketLeft():
                people[fact.serial].fate = "left"
                for desk in desks.values():
                    desk.has = None if desk.has is people[fact.serial] else desk.has
            case events.ClassGiven():
                people[fact.serial].klass, people[fact.serial].claim = fact.klass, ""
            case events.TicketReturned():
                people[fact.serial].fate = "waiting"
                self.return_to_line(people[fact.serial], fact.at)

    def _follow_counter(self, fact: events.Fact) -> None:
        people = self.people
        match fact:
            case events.TicketCalled():
                self.follow_call(fact)
            case events.TicketRecalled():
                self.called_ms[fact.counter] = fact.at
            case events.TicketFinished():
                self.leave(fact.counter, "done")
            case events.TicketNotShown() if fact.counter:
                self.leave(fact.counter, "no-show")
            case events.TicketNotShown():
                people[fact.serial].fate = "no-show"
            case events.TicketMissed():
                one = self.leave(fact.counter, "missed")
                one.missed, one.calls_left = one.missed + 1, fact.calls
            case events.TicketParked():
                self.leave(fact.counter, "parked")
            case events.TicketTransferred():
                one = self.leave(fact.counter, "waiting")
                one.service, one.alone = fact.service, fact.to_counter
                self.return_to_line(one, fact.at)

    def _follow_staff(self, fact: events.Fact) -> None:
        desks = self.desks
        match fact:
            case events.SignedIn():
                desks[fact.counter].person, desks[fact.counter].locked = fact.person, False
            case events.SignedOut():
                desks[fact.counter].person, desks[fact.counter].away, desks[fact.counter].locked = "", False, False
            case events.CounterPaused():
                desks[fact.counter].away = True
            case events.CounterResumed():
                desks[fact.counter].away, desks[fact.counter].locked = False, False
            case events.SessionLocked():
                desks[fact.counter].locked = True
            case events.SessionUnlocked():
                desks[fact.counter].locked = False
            case events.ServicesSet():
                desks[fact.counter].services = frozenset(fact.services) or None

    def follow_call(self, fact: events.TicketCalled) -> None:
        one, desk = self.people[fact.serial], self.desks[fact.counter]
        assert desk.has is None, "a counter has one ticket"
        assert one.fate in ("waiting", "parked", "missed"), "a ticket has one holder"
        one.fate, one.alone, desk.has = "called", 0, one
        self.called_ms[fact.counter] = fact.at
        for other in self.people.values():
            if other.fate == "missed" and other.calls_left and other.service == one.service:
                other.calls_left -= 1

    def leave(self, counter: int, fate: str) -> Someone:
        desk = self.desks[counter]
        assert desk.has
        one, desk.has = desk.has, None
        one.fate = fate
        return one

    def return_to_line(self, one: Someone, at: int) -> None:
        one.klass = max((one.klass, "returning"), key=lambda klass: HEAD_STARTS[klass])
        one.came = at

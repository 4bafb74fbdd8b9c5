"""``lintel bench forecast``: how far the forecast of a wait is from the wait, in a hall that never was.

The rules are those that ship; citizens, clerks and the clock are drawn from a seed, so a figure can be had again.
"""

import argparse
import heapq
from collections.abc import Callable
from random import Random
from statistics import fmean
from typing import Any

import msgspec
from msgspec import Struct

from hub.rules import commands
from hub.rules.apply import apply
from hub.rules.decide import Refusal, decide
from hub.rules.forecast import expected_wait_ms
from hub.rules.order import tiers_of
from hub.rules.plan import ORDINARY, CounterPlan, Plan, ServicePlan
from hub.rules.state import State, Ticket

MINUTE_MS = 60_000
START_MS = 1_795_222_800_000
WARM_UP = 150
GOOD_MS = 3 * MINUTE_MS
GOOD_SHARE = 0.3
WANTED = 0.8
LONG_MS = 10 * MINUTE_MS
"""From here on it is 30 % that decides, so these are counted apart: a short wait is easily forecast."""
SPREAD = 0.5
"""Of the logarithm of a service's time: one in seven takes more than 1.5 times the mean."""
TRUE_MEAN_MS = {"A": 7 * MINUTE_MS, "B": 5 * MINUTE_MS, "C": 3 * MINUTE_MS, "D": 10 * MINUTE_MS}
SHARES = {"A": 0.4, "B": 0.25, "C": 0.25, "D": 0.1}
CLASSES = {ORDINARY: 0.85, "green": 0.12, "returning": 0.03}
NO_SHOWS = 0.03


class Asked(Struct, frozen=True, kw_only=True):
    """What one citizen was told, and how it was; milliseconds."""

    expected_ms: int
    true_ms: int

    @property
    def is_good(self) -> bool:
        """Whether he would say that it was right: within 3 minutes, or 30 % of his wait."""
        return abs(self.expected_ms - self.true_ms) <= max(GOOD_MS, GOOD_SHARE * self.true_ms)


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "forecast",
        help="forecast waits against the waits of a simulated hall",
        description=__doc__,
        epilog="example:\n  lintel bench forecast --json",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of words")
    parser.add_argument("--tickets", type=int, default=1000, help="tickets that count, after warm-up (default 1000)")
    parser.add_argument("--load", type=float, default=0.95, help="work that arrives to what is possible (default 0.95)")
    parser.add_argument("--counters", type=int, default=5, choices=(3, 4, 5), help="open counters (default 5)")
    parser.add_argument("--seed", type=int, default=1, help="another seed is another day (default 1)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure and print; 1 where too few forecasts are good."""
    if args.tickets <= 0 or not 0 < args.load < 2:
        raise ValueError("--tickets is above 0 and --load between 0 and 2")
    result = measure(tickets=args.tickets, load=args.load, counters=args.counters, seed=args.seed)
    print(msgspec.json.encode(result).decode() if args.json else _words(result))
    return 0 if result["good"] >= WANTED else 1


def measure(*, tickets: int = 1000, load: float = 0.95, counters: int = 5, seed: int = 1) -> dict[str, Any]:
    """Return what share of the forecasts was good, and their errors in minutes; bias above 0: too much was told."""
    asked = Day(Random(seed), hall(counters), load).run(WARM_UP, tickets)  # noqa: S311
    errors = [one.expected_ms - one.true_ms for one in asked]
    long = [one.is_good for one in asked if one.true_ms > LONG_MS]
    return {
        "tickets": len(asked),
        "counters": counters,
        "seed": seed,
        "good": round(fmean(one.is_good for one in asked), 3),
        "good_long": round(fmean(long), 3) if long else None,
        "long": len(long),
        "mean_wait_min": _minutes(fmean(one.true_ms for one in asked)),
        "mean_error_min": _minutes(fmean(map(abs, errors))),
        "bias_min": _minutes(fmean(errors)),
    }


def _minutes(length_ms: float) -> float:
    return round(length_ms / MINUTE_MS, 2)


def hall(counters: int) -> Plan:
    """Return a hall whose file knows no service's time: counter 1 dedicated, 2 in tiers, the others for everything."""
    every = frozenset(TRUE_MEAN_MS)
    serves = [(frozenset("A"),), (frozenset("B"), every), (every,), (every,), (every,)]
    return Plan(
        services={code: ServicePlan(letter=code) for code in TRUE_MEAN_MS},
        counters={at: CounterPlan(serves=tiers) for at, tiers in enumerate(serves[:counters], 1)},
        head_start_ms={ORDINARY: 0, "green": 20 * MINUTE_MS, "returning": 10 * MINUTE_MS},
        call_pause_ms=3000,
    )


class Day:
    """A hall in which people come, are called, walk to the counter and are served; time goes from event to event."""

    def __init__(self, chance: Random, plan: Plan, load: float) -> None:
        """Open the hall. load: how much work comes, of what its counters could do."""
        self._chance, self._plan = chance, plan
        self._state, self._row, self._now = State(), 0, START_MS
        self._agenda: list[tuple[int, int, Callable[[], object]]] = []
        self._noted = 0
        self._resting = set(plan.counters)
        self._asked: dict[int, int | None] = {}
        self._waits: dict[int, int] = {}
        work_ms = sum(share * TRUE_MEAN_MS[code] for code, share in SHARES.items())
        self._between_ms = work_ms / (len(plan.counters) * load)

    def run(self, warm_up: int, tickets: int) -> list[Asked]:
        """Return what so many citizens were told and how it was; those who come first and last do not count."""
        self._order(commands.OpenDay(day="20261121"))
        self._later(0, self._arrive)
        counted = range(warm_up + 1, warm_up + tickets + 1)
        while not all(serial in self._waits for serial in counted):
            self._now, _, happen = heapq.heappop(self._agenda)
            happen()
        told = {serial: self._asked[serial] for serial in counted}
        return [Asked(expected_ms=one, true_ms=self._waits[at]) for at, one in told.items() if one is not None]

    def _order(self, command: commands.Command) -> bool:
        answer = decide(self._state, self._plan, command, self._now)
        if isinstance(answer, Refusal):
            return False
        self._row += 1
        for fact in answer:
            apply(self._state, fact, self._row)
        return True

    def _later(self, after_ms: float, happen: Callable[[], object]) -> None:
        self._noted += 1
        heapq.heappush(self._agenda, (self._now + max(1, round(after_ms)), self._noted, happen))

    def _drawn(self, of: dict[str, float]) -> str:
        return self._chance.choices(list(of), list(of.values()))[0]

    def _arrive(self) -> None:
        """He is told what he would be told at the dispenser, and his paper takes a second or two."""
        self._later(self._chance.expovariate(1 / self._between_ms), self._arrive)
        service, klass, serial = self._drawn(SHARES), self._drawn(CLASSES), self._state.taken + 1
        key = self._now - self._plan.head_start_ms[klass]
        told = expected_wait_ms(self._state, self._plan, service, key, self._now)
        take = commands.TakeTicket(dispenser="dispenser-1", key=f"key-{serial}", boot=1, service=service, klass=klass)
        if self._order(take):
            self._asked[serial] = told
            self._later(self._chance.uniform(1000, 2500), lambda: self._printed(serial))

    def _printed(self, serial: int) -> None:
        self._order(commands.ConfirmPrint(dispenser="dispenser-1", job=self._state.tickets[serial].job))
        service = self._state.tickets[serial].service
        able = [one for one in sorted(self._resting) if self._serves(one, service)]
        if able:
            self._call(self._chance.choice(able))

    def _serves(self, counter: int, service: str) -> bool:
        return any(service in tier for tier in tiers_of(self._state, self._plan, counter))

    def _call(self, counter: int) -> None:
        """A clerk who has nobody to call rests until a paper is out."""
        if not self._order(commands.CallNext(counter=counter)):
            self._resting.add(counter)
            return
        self._resting.discard(counter)
        ticket = self._state.counters[counter].ticket
        if ticket is None:
            raise RuntimeError(f"counter {counter} called nobody, though its call was not refused")
        self._waits.setdefault(ticket.serial, self._now - ticket.taken_at)
        self._go_on(counter, ticket)

    def _go_on(self, counter: int, ticket: Ticket) -> None:
        if self._chance.random() < NO_SHOWS:
            self._later(20_000, lambda: self._order(commands.Recall(counter=counter)))
            self._later(45_000, lambda: self._give_up(counter))
            return
        walk_ms = self._chance.uniform(8000, 30_000)
        self._later(walk_ms, lambda: self._order(commands.Begin(counter=counter)))
        self._later(walk_ms + self._service_ms(ticket.service), lambda: self._end(counter))

    def _service_ms(self, service: str) -> float:
        drawn = self._chance.lognormvariate(-SPREAD * SPREAD / 2, SPREAD)
        return max(20_000, TRUE_MEAN_MS[service] * drawn)

    def _give_up(self, counter: int) -> None:
        self._order(commands.MarkNoShow(counter=counter))
        self._call(counter)

    def _end(self, counter: int) -> None:
        """Most clerks press 顺呼 at once; some end first and tidy their desk for up to half a minute."""
        if self._chance.random() < 0.7:
            self._call(counter)
            return
        self._order(commands.Finish(counter=counter))
        self._later(self._chance.uniform(3000, 30_000), lambda: self._call(counter))


def _words(result: dict[str, Any]) -> str:
    return (
        f"{result['tickets']} tickets at {result['counters']} counters, mean wait {result['mean_wait_min']} min\n"
        f"within 3 min or 30 %: {result['good']:.1%}; of the {result['long']} that waited over 10 min: "
        f"{'-' if result['good_long'] is None else format(result['good_long'], '.1%')}\n"
        f"mean error {result['mean_error_min']} min, bias {result['bias_min']:+} min"
    )

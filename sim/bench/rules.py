"""``lintel bench rules``: what a decision costs, with few and with many who wait; no hub, no journal, no network."""

import argparse
import gc
import time
from collections import defaultdict
from statistics import median
from typing import Any

import msgspec

from hub.rules import commands
from hub.rules.apply import apply
from hub.rules.decide import Refusal, decide
from hub.rules.plan import ORDINARY, CounterPlan, Plan, ServicePlan
from hub.rules.state import State

COUNTERS = 12
ROUNDS = 600
"""Tickets that are taken, called and ended for one figure, some eight commands each."""
GROWTH = (500, 5000, 50_000)
HALF_HOUR_MS = 1_800_000
START_MS = 1_795_222_800_000


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "rules",
        help="what a decision of the rules costs, and how it grows with those who wait",
        description=__doc__,
        epilog="example:\n  lintel bench rules --json",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of words")
    parser.add_argument("--tickets", type=int, default=500, help="how many wait (default 500)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure and print."""
    if args.tickets <= 0:
        raise ValueError("--tickets is above 0")
    result, costs = measure(args.tickets)
    print(msgspec.json.encode(result).decode() if args.json else _words(result, costs))
    return 0


def measure(tickets: int = 500, growth: tuple[int, ...] = GROWTH) -> tuple[dict[str, Any], dict[str, float]]:
    """Return the figures, and the median of each command with so many waiting; microseconds of decide and apply."""
    costs = _quietest(tickets)
    grown = {str(waiting): _median(_quietest(waiting)) for waiting in growth}
    result = {"tickets": tickets, "counters": COUNTERS, "decide_us": _median(costs), "growth": grown}
    return result, {name: round(median(every), 1) for name, every in costs.items()}


def _median(costs: dict[str, list[float]]) -> float:
    return round(median(cost for every in costs.values() for cost in every), 1)


def _quietest(waiting: int) -> dict[str, list[float]]:
    """Return the best of three: what else the machine does is no cost of the rules."""
    return min((_costs(waiting) for _ in range(3)), key=_median)


def _costs(waiting: int) -> dict[str, list[float]]:
    """Return microseconds by command. The collector rests meanwhile, as it does in a hub between presses."""
    hall = Hall(waiting)
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        for nth in range(ROUNDS):
            hall.serve_one(nth)
    finally:
        gc.enable()
        gc.unfreeze()
    return hall.costs


def plan() -> Plan:
    """Return a hall of four services at twelve counters: dedicated ones, some in tiers, the others for everything."""
    every = frozenset("ABCD")
    serves = [(frozenset("A"),), (frozenset("AB"),), (frozenset("C"), every), (frozenset("D"), frozenset("ABC"))]
    serves += [(every,)] * (COUNTERS - len(serves))
    return Plan(
        services={code: ServicePlan(letter=code) for code in sorted(every)},
        counters={at: CounterPlan(serves=tiers) for at, tiers in enumerate(serves, 1)},
        head_start_ms={ORDINARY: 0, "green": 1_200_000, "returning": 600_000},
        call_pause_ms=3000,
        rating_ms=60_000,
    )


class Hall:
    """A hall in which so many wait all the time, while others are taken, called and served."""

    def __init__(self, waiting: int) -> None:
        """Fill the lines. costs: command to what each cost, microseconds, from then on."""
        self._plan, self._state, self._row, self._now = plan(), State(), 0, START_MS
        self._level, self._kept = waiting, max(1, HALF_HOUR_MS // waiting)
        self.costs: dict[str, list[float]] = defaultdict(list)
        self._order(commands.OpenDay(day="20261121"))
        for nth in range(waiting):
            self._now += self._kept
            self._take(nth)
        self.costs.clear()

    def serve_one(self, nth: int) -> None:
        """Take a ticket, call one, let him come or not, end with him; keep as many waiting as there were."""
        self._now += 5000
        while sum(map(len, self._state.waiting.values())) <= self._level:
            self._take(nth)
        counter = nth % COUNTERS + 1
        self._order(commands.CallNext(counter=counter))
        self._now += 5000
        if nth % 4 == 0:
            self._order(commands.Recall(counter=counter))
        if nth % 10 == 3:
            self._order(commands.MarkNoShow(counter=counter))
            return
        self._order(commands.Begin(counter=counter))
        if nth % 10 == 7:
            self._order(commands.Transfer(counter=counter, service=self._other(counter), reason="1"))
        elif nth % 3:
            self._order(commands.Finish(counter=counter))

    def _take(self, nth: int) -> None:
        klass = "green" if nth % 8 == 0 else ORDINARY
        name = f"dispenser-{nth % 3 + 1}"
        take = commands.TakeTicket(dispenser=name, key="take", boot=1, service="ABCD"[nth * 7 % 4], klass=klass)
        self._order(take)
        ticket = self._state.tickets[self._state.taken]
        self._order(commands.ConfirmPrint(dispenser=name, job=ticket.job))

    def _other(self, counter: int) -> str:
        ticket = self._state.counters[counter].ticket
        return "A" if ticket is None or ticket.service != "A" else "B"

    def _order(self, command: commands.Command) -> None:
        begin = time.perf_counter_ns()
        answer = decide(self._state, self._plan, command, self._now)
        if not isinstance(answer, Refusal):
            self._row += 1
            for fact in answer:
                apply(self._state, fact, self._row)
        cost_us = (time.perf_counter_ns() - begin) / 1000
        if isinstance(answer, Refusal):
            raise RuntimeError(f"{type(command).__name__} was refused: {answer.reason}; the bench must not be")
        self.costs[type(command).__name__].append(cost_us)


def _words(result: dict[str, Any], costs: dict[str, float]) -> str:
    lines = [f"{result['tickets']} waiting at {result['counters']} counters: {result['decide_us']} us a command"]
    lines += [f"  {name:<14}{cost:>7} us" for name, cost in sorted(costs.items(), key=lambda one: -one[1])]
    lines += [f"{waiting:>7} waiting: {cost} us" for waiting, cost in result["growth"].items()]
    return "\n".join(lines)

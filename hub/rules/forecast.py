"""How long one who takes a number now will wait: the calling rule itself, run forward over the hall as it is.

Over who waits, who is served, and who is still to come, taken to come as often as in the last hour. docs/forecast.md
says what it does not know, and how far off that leaves it.
"""

from collections.abc import Iterator
from heapq import heapify, heappop, heappush, heapreplace, merge
from itertools import islice

from msgspec import Struct

from hub.rules.case import is_on_duty
from hub.rules.lane import Place
from hub.rules.order import looks_at, tiers_of
from hub.rules.plan import ALL_COUNTERS, Plan, ServicePlan
from hub.rules.state import Line, State, Ticket

USUAL_COUNTS = 5
"""The hall's file weighs as much as so many measured tickets: the first of a day must not turn every forecast."""
OVERDUE = 0.2
"""Of a mean: how much longer one is expected to stay who has nearly used up his. A larger one makes forecasts too long,
because it is the counter that is free first that calls.
"""
MINUTE_MS = 60_000
LAST_MS = 60 * MINUTE_MS
"""The time from which is known how often people come, and with which head start."""
LOOK_AT = 200
"""At most so many of the latest tickets are looked at for that."""
FEW = 10
"""From fewer tickets nothing is concluded."""

_NEWCOMER = 1 << 61
_LATER = 1 << 60


class _Queue(Struct):
    """A line in the run. places: a heap. takes_ms: how long one of it is expected at a counter."""

    places: list[Place]
    takes_ms: float


_Queues = dict[Line, _Queue]
_Tiers = tuple[tuple[_Queue, ...], ...]
_Coming = Iterator[tuple[int, str, int]]
"""(moment, service, key) of those still to come, the first first."""


def expected_wait_ms(state: State, plan: Plan, service: str, key: int, now: int, *, serial: int = 0) -> int | None:
    """Return how long one who enters the line of a service with this key at ``now`` (ms) will wait, in milliseconds.

    serial: his ticket's where that is taken already, so that he is not counted as one before himself. None: no open
    counter can serve it. Changes nothing.
    """
    tiers = {number: tiers_of(state, plan, number) for number in plan.counters if is_open(state, plan, number)}
    if not any(service in tier for every in tiers.values() for tier in every):
        return None
    queues = _queues(state, plan, serial)
    heappush(queues[ALL_COUNTERS, service].places, (key, _NEWCOMER, 0))
    asked = _every_asked(state, plan, tiers, queues)
    desks = [(_free_at(state, plan, number, now), number) for number in tiers]
    heapify(desks)
    free_at = _run(queues, asked, desks, _coming(state, plan, now, (service, key)))
    return None if free_at is None else max(0, round(free_at) - now)


def expected_minutes(expected_ms: int) -> int:
    """Return a wait in minutes as precisely as it can be known: whole ones to 10, fives to 60, then tens.

    0 only where nobody has to wait; a wait of seconds is 1.
    """
    minutes = max(0, expected_ms) / MINUTE_MS
    if 0 < minutes < 1:
        return 1
    step = 1 if minutes <= 10 else 5 if minutes <= 60 else 10
    return int(minutes / step + 0.5) * step


def told_minutes(ahead: int, expected_ms: int | None) -> int:
    """Return the wait that is told to the holder of a ticket; 0: nothing is.

    With nobody before him he is told from a minute on: whoever is at a counter may still be long.
    """
    if expected_ms is None or (not ahead and expected_ms < MINUTE_MS):
        return 0
    return expected_minutes(expected_ms)


def service_ms(state: State, plan: Plan, service: str) -> float:
    """Return how long a service takes from call to finish: what was measured today, tempered by what is usual."""
    usual_ms = plan.services.get(service, ServicePlan(letter="")).usual_ms
    measure = state.measures.get(service)
    if measure is None:
        return usual_ms
    return (measure.count * measure.mean_ms + USUAL_COUNTS * usual_ms) / (measure.count + USUAL_COUNTS)


def is_open(state: State, plan: Plan, counter: int) -> bool:
    """Return whether a counter calls: nobody has left it and, where the hall asks for that, somebody is signed in.

    An auxiliary only while his supervisor is on duty (M8). A locked pad counts as open: its clerk is about.
    """
    here = state.counters.get(counter)
    if here is None or not plan.sign_in:
        return not plan.sign_in and (here is None or here.away is None)
    person = plan.people.get(here.person)
    supervised = person is None or not person.supervisor or is_on_duty(state, person.supervisor)
    return here.away is None and bool(here.person) and supervised


def _run(queues: _Queues, asked: dict[int, _Tiers], desks: list[tuple[float, int]], coming: _Coming) -> float | None:
    """Let the counter that is free first call whose turn it is there, until that is the newcomer; return when."""
    coming_next, came = next(coming, None), 0
    while desks:
        free_at, number = desks[0]
        while coming_next and coming_next[0] <= free_at:
            _, service, key = coming_next
            heappush(queues[ALL_COUNTERS, service].places, (key, _LATER + came, 0))
            coming_next, came = next(coming, None), came + 1
        queue = _turn(asked[number])
        if queue:
            if heappop(queue.places)[1] == _NEWCOMER:
                return free_at
            heapreplace(desks, (free_at + queue.takes_ms, number))
        elif coming_next:
            heapreplace(desks, (coming_next[0], number))
        else:
            heappop(desks)
    return None


def _turn(tiers: _Tiers) -> _Queue | None:
    """Return the line whose first is called: the smallest key of the highest tier in which somebody waits."""
    for tier in tiers:
        best = None
        for queue in tier:
            if queue.places and (best is None or queue.places[0] < best.places[0]):
                best = queue
        if best:
            return best
    return None


def _queues(state: State, plan: Plan, serial: int) -> _Queues:
    """Return who waits, line by line, with those whose paper is on its way."""
    queues: _Queues = {}
    for line in [*((ALL_COUNTERS, code) for code in plan.services), *state.waiting]:
        if line not in queues:
            queues[line] = _Queue(_places(state, line, serial), service_ms(state, plan, line[1]))
    for ticket in state.jobs.values():
        if ticket.serial != serial and ticket.line in queues:
            heappush(queues[ticket.line].places, ticket.place)
    return queues


def _places(state: State, line: Line, serial: int) -> list[Place]:
    places = list(state.waiting.get(line, ()))
    ticket = state.tickets.get(serial)
    if ticket and ticket.state == "waiting" and ticket.line == line:
        places = [place for place in places if place[2] != serial]
    return places


def _every_asked(
    state: State, plan: Plan, tiers: dict[int, tuple[frozenset[str], ...]], queues: _Queues
) -> dict[int, _Tiers]:
    """Return in which lines each counter looks: where nobody was passed on, the same for all with the same tiers."""
    if any(line[0] for line in queues):
        return {number: _asked(state, plan, number, every, queues) for number, every in tiers.items()}
    one_of = {every: number for number, every in tiers.items()}
    alike = {every: _asked(state, plan, number, every, queues) for every, number in one_of.items()}
    return {number: alike[every] for number, every in tiers.items()}


def _asked(state: State, plan: Plan, counter: int, tiers: tuple[frozenset[str], ...], queues: _Queues) -> _Tiers:
    """Return in which lines a counter looks, in tiers; what was passed to it alone is in the first."""
    passed = [line for line in queues if line[0]]
    lines = [
        [queues[ALL_COUNTERS, code] for code in tier if (ALL_COUNTERS, code) in queues]
        + [queues[one] for one in passed if looks_at(state, plan, counter, one, tier, directed=at == 0)]
        for at, tier in enumerate(tiers)
    ]
    return tuple(tuple(tier) for tier in lines if tier)


def _free_at(state: State, plan: Plan, counter: int, now: int) -> float:
    """Return when a counter will call: now, or when its present ticket is expected to be done."""
    here = state.counters.get(counter)
    return now + (_remaining_ms(state, plan, here.ticket, now) if here and here.ticket else 0)


def _remaining_ms(state: State, plan: Plan, ticket: Ticket, now: int) -> float:
    mean_ms = service_ms(state, plan, ticket.service)
    elapsed_ms = max(0, now - ticket.called_at) if ticket.called_at is not None else 0
    return max(mean_ms - elapsed_ms, OVERDUE * mean_ms)


def _coming(state: State, plan: Plan, now: int, newcomer: tuple[str, int]) -> _Coming:
    """Return who comes within the next while if as many come as did before, of each service and head start.

    They are spread evenly, since nobody knows more. Who comes behind the newcomer in his own line, whose service and
    key these are, is left out: nobody there is called before him.
    """
    first_at, kinds, seen = now, dict[tuple[str, int], int](), 0
    latest = list(islice(reversed(state.tickets.values()), LOOK_AT))
    for one in reversed(latest):
        if now - one.taken_at < LAST_MS and one.service in plan.services:
            first_at, seen = one.taken_at if not seen else first_at, seen + 1
            kind = one.service, plan.head_start_ms.get(one.klass, 0)
            kinds[kind] = kinds.get(kind, 0) + 1
    if seen < FEW:
        return iter(())
    span_ms = max(1, now - first_at)
    return merge(*(_spread(kind, count, now, span_ms, newcomer) for kind, count in kinds.items()))


def _spread(kind: tuple[str, int], count: int, now: int, span_ms: int, newcomer: tuple[str, int]) -> _Coming:
    service, head_start_ms = kind
    last_key = newcomer[1] if service == newcomer[0] else None
    for nth in range(count):
        at = now + round(span_ms * (nth + 0.5) / count)
        if last_key is not None and at - head_start_ms > last_key:
            return
        yield at, service, at - head_start_ms

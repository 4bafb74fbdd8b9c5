"""Who is called next: the smallest key that the counter may serve, a key being arrival minus head start.

So a class with a head start of h minutes passes only people who came less than h minutes before: priority and a bound
on waiting in one number.
"""

from hub.rules.events import Candidate
from hub.rules.plan import ALL_COUNTERS, Plan
from hub.rules.state import Line, State, Ticket


def tiers_of(state: State, plan: Plan, counter: int) -> tuple[frozenset[str], ...]:
    """Return what a counter serves now, in tiers: as set live or in the file, within what its clerk is authorised for.

    A lower tier counts only when nobody of a higher one waits (S5, S21, M10).
    """
    here = state.counters.get(counter)
    tiers = plan.counters[counter].serves
    if here is None:
        return tiers
    if here.services is not None:
        tiers = (here.services,)
    person = plan.people.get(here.person)
    allowed = person.services if person else None
    return tiers if allowed is None else tuple(tier & allowed for tier in tiers)


def services_of(state: State, plan: Plan, counter: int) -> frozenset[str]:
    """Return every service that a counter serves now."""
    tiers = tiers_of(state, plan, counter)
    return tiers[0] if len(tiers) == 1 else frozenset[str]().union(*tiers)


def first_in_line(state: State, plan: Plan, counter: int) -> tuple[Ticket | None, tuple[Candidate, ...]]:
    """Return the ticket whose turn it is at a counter, and the first of each line looked at, the chosen one first."""
    for at, tier in enumerate(tiers_of(state, plan, counter)):
        lines = _lines(state, plan, counter, tier, directed=at == 0)
        heads = sorted(state.waiting[line].first() for line in lines)
        if heads:
            candidates = tuple(Candidate(number=state.tickets[serial].number, key=key) for key, serial in heads)
            return state.tickets[heads[0][1]], candidates
    return None, ()


def may_serve(state: State, plan: Plan, counter: int, ticket: Ticket) -> bool:
    """Return whether a counter and its clerk may serve a ticket; what was passed to a counter needs only the clerk."""
    if ticket.only_at == counter:
        return is_authorised(state, plan, counter, ticket.service)
    return ticket.only_at == ALL_COUNTERS and ticket.service in services_of(state, plan, counter)


def is_authorised(state: State, plan: Plan, counter: int, service: str) -> bool:
    """Return whether whoever is at a counter may do a service (M10)."""
    here = state.counters.get(counter)
    person = plan.people.get(here.person) if here else None
    return person is None or person.services is None or service in person.services


def ahead_of(state: State, plan: Plan, service: str, key: int) -> int:
    """Return how many are before a key of a service at any counter that could call it, papers on their way included."""
    rivals = frozenset[str]().union(
        *(codes for number in plan.counters if service in (codes := services_of(state, plan, number)))
    )
    waiting = sum(lane.rank(key) for (_, code), lane in state.waiting.items() if code in rivals)
    return waiting + sum(ticket.service in rivals and ticket.key <= key for ticket in state.jobs.values())


def waiting_for(state: State, plan: Plan, counter: int) -> int:
    """Return how many wait whom a counter may call."""
    every = services_of(state, plan, counter)
    return sum(len(state.waiting[line]) for line in _lines(state, plan, counter, every, directed=True))


def _lines(state: State, plan: Plan, counter: int, services: frozenset[str], *, directed: bool) -> list[Line]:
    """Return the lines with somebody in them that a counter looks at. directed: also what was passed to it alone."""
    lines = [(ALL_COUNTERS, code) for code in services if (ALL_COUNTERS, code) in state.waiting]
    if directed and len(state.waiting) > len(lines):
        lines += [line for line in state.waiting if line[0] == counter and is_authorised(state, plan, counter, line[1])]
    return lines

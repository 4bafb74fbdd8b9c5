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
        lines = lines_of(state, plan, counter, tier, directed=at == 0)
        heads = sorted(state.waiting[line].first() for line in lines)
        if heads:
            candidates = tuple(Candidate(number=state.tickets[at].number, key=key) for key, _told, at in heads)
            return state.tickets[heads[0][2]], candidates
    return None, ()


def may_serve(state: State, plan: Plan, counter: int, ticket: Ticket) -> bool:
    """Return whether a counter and its clerk may serve a ticket; what was passed to a counter needs only the clerk.

    Where nobody is at that counter, or somebody who may not serve it, any other may: nobody waits there for nothing.
    """
    place = ticket.only_at
    if place == counter:
        return is_authorised(state, plan, counter, ticket.service)
    if place != ALL_COUNTERS and keeps(state, plan, ticket.line) and not _is_left(state, plan, place):
        return False
    return ticket.service in services_of(state, plan, counter)


def _is_left(state: State, plan: Plan, counter: int) -> bool:
    """Return whether nobody is at a counter where people sign in, or he is away."""
    here = state.counters.get(counter)
    return bool(here.away) if here and here.person else plan.sign_in or bool(here and here.away)


def is_authorised(state: State, plan: Plan, counter: int, service: str) -> bool:
    """Return whether whoever is at a counter may do a service (M10)."""
    here = state.counters.get(counter)
    person = plan.people.get(here.person) if here else None
    return person is None or person.services is None or service in person.services


def ahead_of(state: State, plan: Plan, service: str, key: int) -> int:
    """Return how many a counter that could call a key of a service would call before it, papers on their way included.

    Everybody of a counter's higher tiers is before it there, whenever he came.
    """
    whole, ranked, at = _rivals(state, plan, service)
    count = 0
    for line, lane in state.waiting.items():
        counter, code = line
        if counter and keeps(state, plan, line):
            count += (len(lane) if at[counter] else lane.rank(key)) if counter in at else 0
        elif code in whole:
            count += len(lane)
        elif code in ranked:
            count += lane.rank(key)
    for ticket in state.jobs.values():
        count += ticket.service in whole or (ticket.service in ranked and ticket.key <= key)
    return count


def ahead_of_ticket(state: State, plan: Plan, ticket: Ticket) -> int:
    """Return how many are called before one who waits in line; of those who may come first, none is left out."""
    if ticket.only_at and keeps(state, plan, ticket.line):
        first = tiers_of(state, plan, ticket.only_at)[0]
        lines = lines_of(state, plan, ticket.only_at, first, directed=True)
        return max(0, sum(state.waiting[line].rank(ticket.key) for line in lines) - 1)
    return max(0, ahead_of(state, plan, ticket.service, ticket.key) - 1)


def _rivals(state: State, plan: Plan, service: str) -> tuple[set[str], set[str], dict[int, int]]:
    """Return services of which all are called before another, those of which who came before, and its counters' tiers.

    Its own is always of the second, even where no counter serves it now.
    """
    whole, ranked, at = set[str](), {service}, dict[int, int]()
    places = dict[tuple[frozenset[str], ...], int | None]()
    for number in plan.counters:
        tiers = tiers_of(state, plan, number)
        if tiers not in places:
            places[tiers] = next((nth for nth, tier in enumerate(tiers) if service in tier), None)
        if (place := places[tiers]) is not None:
            at[number] = place
    for tiers, place in places.items():
        if place is not None:
            ranked |= tiers[place]
            whole.update(*tiers[:place])
    return whole, ranked, at


def waiting_for(state: State, plan: Plan, counter: int) -> int:
    """Return how many wait whom a counter may call."""
    every = services_of(state, plan, counter)
    return sum(len(state.waiting[line]) for line in lines_of(state, plan, counter, every, directed=True))


def lines_of(state: State, plan: Plan, counter: int, services: frozenset[str], *, directed: bool) -> list[Line]:
    """Return the lines with somebody in them that a counter looks at. directed: also what was passed to it alone."""
    lines = [(ALL_COUNTERS, code) for code in services if (ALL_COUNTERS, code) in state.waiting]
    if len(state.waiting) > len(lines):
        passed = [line for line in state.waiting if line[0]]
        lines += [line for line in passed if looks_at(state, plan, counter, line, services, directed=directed)]
    return lines


def looks_at(state: State, plan: Plan, counter: int, line: Line, services: frozenset[str], *, directed: bool) -> bool:
    """Return whether a counter looks at what was passed to a counter: its own, or another's who may not serve it."""
    if keeps(state, plan, line):
        return directed and line[0] == counter
    return line[1] in services


def keeps(state: State, plan: Plan, line: Line) -> bool:
    """Return whether a counter keeps for itself what was passed to it: not where its clerk may not serve that."""
    counter, service = line
    return counter in plan.counters and is_authorised(state, plan, counter, service)

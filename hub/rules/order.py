"""Who is called next: the smallest key that the counter may serve, a key being arrival minus head start.

So a class with a head start of h minutes passes only people who came less than h minutes before: priority and a bound
on waiting in one number.
"""

from bisect import bisect_right

from hub.rules.events import Candidate
from hub.rules.plan import Plan
from hub.rules.state import State, Ticket


def first_in_line(state: State, plan: Plan, counter: int) -> tuple[Ticket | None, tuple[Candidate, ...]]:
    """Return the ticket whose turn it is at a counter, and the first of each of its services, the chosen one first."""
    heads = sorted(state.waiting[code][0] for code in plan.serves[counter] if state.waiting.get(code))
    candidates = tuple(Candidate(number=state.tickets[serial].number, key=key) for key, serial in heads)
    return (state.tickets[heads[0][1]] if heads else None), candidates


def ahead_of(state: State, plan: Plan, service: str, key: int) -> int:
    """Return how many are before a key of a service at any counter that could call it, papers on their way included."""
    rivals = frozenset[str]().union(*(codes for codes in plan.serves.values() if service in codes))
    waiting = sum(bisect_right(state.waiting.get(code, ()), (key, 1 << 62)) for code in rivals)
    return waiting + sum(ticket.service in rivals and ticket.key <= key for ticket in state.jobs.values())


def waiting_for(state: State, plan: Plan, counter: int) -> int:
    """Return how many wait whom a counter may call."""
    return sum(len(state.waiting.get(code, ())) for code in plan.serves[counter])

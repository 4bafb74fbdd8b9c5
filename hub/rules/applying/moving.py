"""How a ticket goes from state to state, in and out of its line; every fact about a ticket comes through here."""

from hub.rules import events
from hub.rules.lane import Lane
from hub.rules.state import CounterState, State, Ticket
from hub.rules.steps import FINAL, after


def move(state: State, ticket: Ticket, fact: events.Event, at: int) -> None:
    """Take a ticket to the state that follows from a fact, with the time it spent in the one before."""
    to = after(ticket.state, fact, ticket.number)
    if to == "called" and ticket.state == "serving":
        to = "serving"
    if ticket.state == "waiting":
        _leave_line(state, ticket)
    elif ticket.state == "missed":
        state.missed.pop(ticket.serial, None)
    spent = max(0, at - ticket.since)
    ticket.spent_ms[ticket.state] = ticket.spent_ms.get(ticket.state, 0) + spent
    ticket.state, ticket.since = to, max(at, ticket.since)
    if to == "waiting":
        state.waiting.setdefault(ticket.line, Lane()).add(ticket.place)
    elif to == "missed":
        state.missed[ticket.serial] = ticket
    elif to in FINAL:
        _end(state, ticket)


def act(state: State, number: int, at: int, row: int) -> CounterState:
    """Return a counter at which something was done; what its keys act on has changed."""
    counter = state.counter(number)
    counter.acted_at, counter.turn = at, row
    return counter


def change_key(state: State, ticket: Ticket, key: int) -> None:
    """Give a waiting ticket another place in its line."""
    _leave_line(state, ticket)
    ticket.key = key
    state.waiting.setdefault(ticket.line, Lane()).add(ticket.place)


def _leave_line(state: State, ticket: Ticket) -> None:
    lane = state.waiting[ticket.line]
    lane.remove(ticket.place)
    if not lane:
        del state.waiting[ticket.line]


def _end(state: State, ticket: Ticket) -> None:
    ticket.ended_at = ticket.since
    state.living -= 1
    state.identities.pop((ticket.identity, ticket.service), None)

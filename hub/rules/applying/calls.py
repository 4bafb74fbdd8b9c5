"""What becomes of tickets that are called: served, missed, put aside, passed on, and rated."""

from typing import Any

import msgspec

from hub.rules import events
from hub.rules.applying.moving import act, move
from hub.rules.plan import ALL_COUNTERS
from hub.rules.state import CounterState, Measure, RatingWindow, State, Ticket

FORGET_FROM = 30
"""A service's mean time is that of all its tickets at first, and then mostly of the last thirty."""
LAST_CALLS = 200


def _ticket_called(state: State, fact: events.TicketCalled, row: int) -> None:
    ticket = state.tickets[fact.serial]
    waited = max(0, fact.at - ticket.taken_at)
    move(state, ticket, fact, fact.at)
    ticket.counter, ticket.called_at, ticket.begun_at = fact.counter, fact.at, None
    ticket.calls += 1
    ticket.only_at = ALL_COUNTERS
    if ticket.calls == 1:
        ticket.first_called_at = fact.at
        state.last_calls.append((fact.at, waited))
        del state.last_calls[:-LAST_CALLS]
    for other in state.missed.values():
        if other.calls_left and other.service == ticket.service:
            other.calls_left -= 1
    counter = act(state, fact.counter, fact.at, row)
    counter.ticket, counter.called_at, counter.call, counter.recalls = ticket, fact.at, fact, 0


def _ticket_recalled(state: State, fact: events.TicketRecalled, row: int) -> None:
    counter = act(state, fact.counter, fact.at, row)
    counter.called_at, counter.recalls = fact.at, counter.recalls + 1


def _service_begun(state: State, fact: events.ServiceBegun, row: int) -> None:
    ticket = state.tickets[fact.serial]
    move(state, ticket, fact, fact.at)
    ticket.begun_at = fact.at
    _be_first(ticket, fact.counter, fact.by)
    act(state, fact.counter, fact.at, row)


def _ticket_finished(state: State, fact: events.TicketFinished, row: int) -> None:
    ticket = state.tickets[fact.serial]
    _measure(state, ticket, fact.at)
    move(state, ticket, fact, fact.at)
    _be_first(ticket, fact.counter, fact.by)
    ticket.result, ticket.reason, ticket.promised = fact.result, fact.reason, fact.promised
    ticket.deadline, ticket.items = fact.deadline, fact.items
    counter = _leave(state, fact.counter, fact.at, row)
    if fact.rating_until is not None:
        counter.rating = RatingWindow(serial=fact.serial, by=fact.by, until=fact.rating_until, turn=row)


def _measure(state: State, ticket: Ticket, at: int) -> None:
    """Take the time at the counter into the mean of the service, which the forecast lives on."""
    took = max(0, at - (ticket.called_at if ticket.called_at is not None else at))
    measure = state.measures.setdefault(ticket.service, Measure())
    measure.count += 1
    measure.mean_ms += (took - measure.mean_ms) / min(measure.count, FORGET_FROM)


def _ticket_missed(state: State, fact: events.TicketMissed, row: int) -> None:
    ticket = state.tickets[fact.serial]
    move(state, ticket, fact, fact.at)
    ticket.missed += 1
    ticket.calls_left, ticket.until = fact.calls, fact.until
    _leave(state, fact.counter, fact.at, row)


def _ticket_not_shown(state: State, fact: events.TicketNotShown, row: int) -> None:
    move(state, state.tickets[fact.serial], fact, fact.at)
    if fact.counter:
        _leave(state, fact.counter, fact.at, row)


def _ticket_parked(state: State, fact: events.TicketParked, row: int) -> None:
    ticket = state.tickets[fact.serial]
    move(state, ticket, fact, fact.at)
    _be_first(ticket, fact.counter, fact.by)
    _leave(state, fact.counter, fact.at, row)


def _ticket_returned(state: State, fact: events.TicketReturned, _row: int) -> None:
    ticket = state.tickets[fact.serial]
    ticket.klass, ticket.key, ticket.entered_at = fact.klass, fact.key, fact.at
    move(state, ticket, fact, fact.at)


def _ticket_transferred(state: State, fact: events.TicketTransferred, row: int) -> None:
    ticket = state.tickets[fact.serial]
    _be_first(ticket, fact.counter, fact.by)
    if ticket.identity:
        state.identities.pop((ticket.identity, ticket.service), None)
        state.identities[ticket.identity, fact.service] = ticket
    ticket.service, ticket.only_at = fact.service, fact.to_counter
    ticket.klass, ticket.key, ticket.entered_at = fact.klass, fact.key, fact.at
    move(state, ticket, fact, fact.at)
    _leave(state, fact.counter, fact.at, row)


def _ticket_rated(state: State, fact: events.TicketRated, row: int) -> None:
    state.tickets[fact.serial].rating = fact.level
    counter = state.counter(fact.counter)
    if counter.rating:
        counter.rating = msgspec.structs.replace(counter.rating, level=fact.level, turn=row)


def _aspect_named(state: State, fact: events.AspectNamed, row: int) -> None:
    counter = state.counter(fact.counter)
    if counter.rating:
        counter.rating = msgspec.structs.replace(counter.rating, aspect=fact.aspect, turn=row)


def _rating_closed(state: State, fact: events.RatingClosed, _row: int) -> None:
    state.counter(fact.counter).rating = None


def _be_first(ticket: Ticket, counter: int, person: str) -> None:
    """Keep who received the citizen first (首问责任人, M14), and everybody who did."""
    if person and person not in ticket.served_by:
        ticket.served_by = (*ticket.served_by, person)
    if not ticket.first_counter:
        ticket.first_counter, ticket.first_person = counter, person


def _leave(state: State, number: int, at: int, row: int) -> CounterState:
    counter = act(state, number, at, row)
    counter.ticket, counter.recalls = None, 0
    return counter


APPLIERS: dict[type[events.Event], Any] = {
    events.TicketCalled: _ticket_called,
    events.TicketRecalled: _ticket_recalled,
    events.ServiceBegun: _service_begun,
    events.TicketFinished: _ticket_finished,
    events.TicketMissed: _ticket_missed,
    events.TicketNotShown: _ticket_not_shown,
    events.TicketParked: _ticket_parked,
    events.TicketReturned: _ticket_returned,
    events.TicketTransferred: _ticket_transferred,
    events.TicketRated: _ticket_rated,
    events.AspectNamed: _aspect_named,
    events.RatingClosed: _rating_closed,
}

"""What a fact does to the state; the same at the press and at the replay, so both end in the same hall."""

from bisect import insort
from collections.abc import Callable
from typing import Any

from hub.rules import events
from hub.rules.state import CounterState, DeviceReport, DispenserState, State, Ticket


def apply(state: State, fact: events.Fact, row: int) -> None:
    """Change the state as the fact says; row is its row in the journal, which becomes the turn of what it changes."""
    _APPLIERS[type(fact)](state, fact, row)


def _day_opened(state: State, fact: events.DayOpened, row: int) -> None:
    state.day, state.taken = fact.day, 0
    for kept in (state.numbers, state.tickets, state.waiting, state.jobs, state.doubted):
        kept.clear()
    state.counters = {number: CounterState(turn=row) for number in state.counters}
    state.dispensers = {name: DispenserState(turn=row) for name in state.dispensers}


def _ticket_taken(state: State, fact: events.TicketTaken, row: int) -> None:
    ticket = Ticket(
        serial=fact.serial,
        number=fact.number,
        service=fact.service,
        klass=fact.klass,
        dispenser=fact.dispenser,
        boot=fact.boot,
        cap=fact.cap,
        job=fact.job,
        ahead=fact.ahead,
        taken_at=fact.at,
        key=fact.key,
    )
    state.taken = fact.serial
    state.numbers[fact.service] = state.numbers.get(fact.service, 0) + 1
    state.tickets[fact.serial] = state.jobs[fact.job] = ticket
    dispenser = state.dispenser(fact.dispenser)
    dispenser.printing[fact.cap] = ticket
    dispenser.voided, dispenser.turn = None, row


def _ticket_printed(state: State, fact: events.TicketPrinted, row: int) -> None:
    ticket = _off_the_printer(state, fact.serial, row)
    ticket.state = "waiting"
    insort(state.waiting.setdefault(ticket.service, []), (ticket.key, ticket.serial))
    dispenser = state.dispenser(ticket.dispenser)
    dispenser.last, dispenser.last_at = ticket, fact.at


def _ticket_voided(state: State, fact: events.TicketVoided, row: int) -> None:
    ticket = _off_the_printer(state, fact.serial, row)
    ticket.state = "void"
    state.dispenser(ticket.dispenser).voided = ticket


def _print_doubted(state: State, fact: events.PrintDoubted, row: int) -> None:
    ticket = _off_the_printer(state, fact.serial, row)
    ticket.state = "doubted"
    state.doubted[ticket.serial] = ticket


def _print_repeated(state: State, fact: events.PrintRepeated, row: int) -> None:
    ticket = _off_the_printer(state, fact.serial, row)
    ticket.state, ticket.job, ticket.boot = "issued", fact.job, fact.boot
    ticket.copies += 1
    state.jobs[fact.job] = ticket
    state.dispenser(ticket.dispenser).printing.setdefault(ticket.cap, ticket)


def _off_the_printer(state: State, serial: int, row: int) -> Ticket:
    ticket = state.tickets[serial]
    state.jobs.pop(ticket.job, None)
    state.doubted.pop(serial, None)
    dispenser = state.dispenser(ticket.dispenser)
    if dispenser.printing.get(ticket.cap) is ticket:
        del dispenser.printing[ticket.cap]
    dispenser.turn = row
    return ticket


def _ticket_called(state: State, fact: events.TicketCalled, row: int) -> None:
    ticket = state.tickets[fact.serial]
    state.waiting[ticket.service].remove((ticket.key, ticket.serial))
    ticket.state = "called"
    counter = state.counter(fact.counter)
    counter.ticket, counter.called_at, counter.recalls, counter.turn = ticket, fact.at, 0, row


def _ticket_recalled(state: State, fact: events.TicketRecalled, row: int) -> None:
    counter = state.counter(fact.counter)
    counter.called_at, counter.recalls, counter.turn = fact.at, counter.recalls + 1, row


def _ticket_finished(state: State, fact: events.TicketFinished, row: int) -> None:
    state.tickets[fact.serial].state = "done"
    _leave(state, fact.counter, row)


def _ticket_not_shown(state: State, fact: events.TicketNotShown, row: int) -> None:
    state.tickets[fact.serial].state = "no-show"
    _leave(state, fact.counter, row)


def _leave(state: State, number: int, row: int) -> None:
    counter = state.counter(number)
    counter.ticket, counter.recalls, counter.turn = None, 0, row


def _device_reported(state: State, fact: events.DeviceReported, _row: int) -> None:
    state.devices[fact.device] = DeviceReport(state=fact.state, boot=fact.boot, alerts=fact.alerts)


_APPLIERS: dict[type[events.Event], Callable[[State, Any, int], None]] = {
    events.DayOpened: _day_opened,
    events.TicketTaken: _ticket_taken,
    events.TicketPrinted: _ticket_printed,
    events.TicketVoided: _ticket_voided,
    events.PrintDoubted: _print_doubted,
    events.PrintRepeated: _print_repeated,
    events.TicketCalled: _ticket_called,
    events.TicketRecalled: _ticket_recalled,
    events.TicketFinished: _ticket_finished,
    events.TicketNotShown: _ticket_not_shown,
    events.DeviceReported: _device_reported,
}

"""What becomes of numbers and their papers, until they are in a line."""

from typing import Any

from hub.rules import events
from hub.rules.applying.moving import change_key, move
from hub.rules.state import Slip, State, Ticket


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
        since=fact.at,
        key=fact.key,
        entered_at=fact.entered_at or fact.at,
        claim=fact.claim,
        identity=fact.identity,
        appointment=fact.appointment,
        taken_by=fact.by,
    )
    state.taken = fact.serial
    state.living += 1
    letter = fact.number[0]
    state.numbers[letter] = state.numbers.get(letter, 0) + 1
    state.tickets[fact.serial] = state.by_number[fact.number] = ticket
    agreed = state.appointments.pop(fact.appointment, None)
    ticket.slot = (agreed.start, agreed.end) if agreed else None
    if fact.identity:
        state.identities[fact.identity, fact.service] = ticket
    if fact.job:
        _put_on_the_printer(state, ticket, row)


def _put_on_the_printer(state: State, ticket: Ticket, row: int) -> None:
    state.jobs[ticket.job] = ticket
    dispenser = state.dispenser(ticket.dispenser)
    dispenser.printing[ticket.cap] = ticket
    dispenser.voided, dispenser.turn = None, row


def _ticket_printed(state: State, fact: events.TicketPrinted, row: int) -> None:
    ticket = _off_the_printer(state, fact.serial, row)
    move(state, ticket, fact, fact.at)
    ticket.expected_ms = fact.expected_ms
    _hand_out(state, ticket, fact.at)


def _hand_out(state: State, ticket: Ticket, at: int) -> None:
    dispenser = state.dispenser(ticket.dispenser)
    dispenser.last, dispenser.last_at = ticket, at


def _ticket_voided(state: State, fact: events.TicketVoided, row: int) -> None:
    ticket = _off_the_printer(state, fact.serial, row)
    move(state, ticket, fact, fact.at)
    state.dispenser(ticket.dispenser).voided = ticket


def _print_doubted(state: State, fact: events.PrintDoubted, row: int) -> None:
    ticket = _off_the_printer(state, fact.serial, row)
    move(state, ticket, fact, fact.at)
    state.doubted[ticket.serial] = ticket


def _print_repeated(state: State, fact: events.PrintRepeated, row: int) -> None:
    ticket = _off_the_printer(state, fact.serial, row)
    move(state, ticket, fact, fact.at)
    ticket.job, ticket.boot = fact.job, fact.boot
    ticket.copies += 1
    state.jobs[fact.job] = ticket
    state.dispenser(ticket.dispenser).printing.setdefault(ticket.cap, ticket)


def _number_shown(state: State, fact: events.NumberShown, row: int) -> None:
    ticket = _off_the_printer(state, fact.serial, row)
    move(state, ticket, fact, fact.at)
    dispenser = state.dispenser(ticket.dispenser)
    dispenser.shown, dispenser.shown_at = ticket, fact.at


def _ticket_vouched(state: State, fact: events.TicketVouched, row: int) -> None:
    ticket = state.tickets[fact.serial]
    if ticket.job:
        _off_the_printer(state, fact.serial, row)
        _hand_out(state, ticket, fact.at)
    move(state, ticket, fact, fact.at)


def _off_the_printer(state: State, serial: int, row: int) -> Ticket:
    ticket = state.tickets[serial]
    state.jobs.pop(ticket.job, None)
    state.doubted.pop(serial, None)
    dispenser = state.dispenser(ticket.dispenser)
    if dispenser.printing.get(ticket.cap) is ticket:
        del dispenser.printing[ticket.cap]
    if dispenser.shown is ticket:
        dispenser.shown = None
    dispenser.turn = row
    return ticket


def _ticket_cancelled(state: State, fact: events.TicketCancelled, _row: int) -> None:
    move(state, state.tickets[fact.serial], fact, fact.at)


def _class_given(state: State, fact: events.ClassGiven, _row: int) -> None:
    ticket = state.tickets[fact.serial]
    ticket.klass, ticket.claim = fact.klass, ""
    change_key(state, ticket, fact.key)


def _ticket_prechecked(state: State, fact: events.TicketPrechecked, _row: int) -> None:
    state.tickets[fact.serial].prechecked = True


def _slip_ordered(state: State, fact: events.SlipOrdered, _row: int) -> None:
    state.slips_made += 1
    state.slips[fact.job] = Slip(job=fact.job, device=fact.device, boot=fact.boot, what=fact.what, serial=fact.serial)


def _slip_ended(state: State, fact: events.SlipEnded, _row: int) -> None:
    state.slips.pop(fact.job, None)


APPLIERS: dict[type[events.Event], Any] = {
    events.TicketTaken: _ticket_taken,
    events.TicketPrinted: _ticket_printed,
    events.TicketVoided: _ticket_voided,
    events.PrintDoubted: _print_doubted,
    events.PrintRepeated: _print_repeated,
    events.NumberShown: _number_shown,
    events.TicketVouched: _ticket_vouched,
    events.TicketCancelled: _ticket_cancelled,
    events.ClassGiven: _class_given,
    events.TicketPrechecked: _ticket_prechecked,
    events.SlipOrdered: _slip_ordered,
    events.SlipEnded: _slip_ended,
}

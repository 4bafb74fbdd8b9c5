"""What becomes of numbers and their papers, until they are in a line."""

from typing import Any

from hub.rules import events
from hub.rules.applying.moving import change_key, move
from hub.rules.applying.spool import print_on, release
from hub.rules.state import State, Ticket
from hub.rules.steps import RESTORED


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
        is_reserve=fact.is_reserve,
    )
    state.taken = fact.serial
    state.living += 1
    _count(state, fact)
    state.tickets[fact.serial] = state.by_number[fact.number] = ticket
    agreed = state.appointments.pop(fact.appointment, None)
    ticket.slot = (agreed.start, agreed.end) if agreed else None
    if fact.identity:
        state.identities[fact.identity, fact.service] = ticket
    if fact.told_at:
        ticket.told_at, ticket.printer, ticket.tried = fact.told_at, fact.dispenser, (fact.dispenser,)
    elif fact.job:
        _put_on_the_printer(state, ticket, fact, row)


def _count(state: State, fact: events.TicketTaken) -> None:
    """What a dispenser gave alone is none of the hub's own numbers; a later one comes behind it."""
    if fact.told_at:
        state.leases.seen[fact.dispenser] = fact.at
        return
    letter = fact.number[0]
    state.numbers[letter] = max(state.numbers.get(letter, 0), int(fact.number[1:]))


def _put_on_the_printer(state: State, ticket: Ticket, fact: events.TicketTaken, row: int) -> None:
    dispenser = state.dispenser(ticket.dispenser)
    dispenser.printing[ticket.cap] = ticket
    dispenser.voided, dispenser.turn = None, row
    printer = fact.printer or fact.dispenser
    print_on(state, ticket, printer)
    if printer == fact.dispenser:
        ticket.boot = max(ticket.boot, fact.boot)


def _ticket_printed(state: State, fact: events.TicketPrinted, row: int) -> None:
    ticket = _off_the_printer(state, fact.serial, row)
    move(state, ticket, fact, fact.at)
    ticket.expected_ms = fact.expected_ms
    if not ticket.is_from_alone:
        _hand_out(state, ticket, fact.at)


def _hand_out(state: State, ticket: Ticket, at: int) -> None:
    for name in {ticket.dispenser, ticket.printer}:
        dispenser = state.dispenser(name)
        dispenser.last, dispenser.last_at = ticket, at


def _ticket_voided(state: State, fact: events.TicketVoided, row: int) -> None:
    ticket = _off_the_printer(state, fact.serial, row)
    move(state, ticket, fact, fact.at)
    if not fact.by and not ticket.is_from_alone:
        state.dispenser(ticket.dispenser).voided = ticket


def _print_doubted(state: State, fact: events.PrintDoubted, row: int) -> None:
    """From now on its dispenser asks whether somebody holds it, by the key that gave it."""
    ticket = _off_the_printer(state, fact.serial, row)
    move(state, ticket, fact, fact.at)
    ticket.doubt = fact.why
    state.doubted[ticket.serial] = ticket
    state.dispenser(ticket.dispenser).asked.setdefault(ticket.cap, ticket)


def _doubt_passed_on(state: State, fact: events.DoubtPassedOn, row: int) -> None:
    ticket = _off_the_printer(state, fact.serial, row)
    move(state, ticket, fact, fact.at)
    state.doubted[ticket.serial] = ticket


def _print_moved(state: State, fact: events.PrintMoved, row: int) -> None:
    """The key that gave it stands for it still."""
    ticket = _off_the_printer(state, fact.serial, row)
    move(state, ticket, fact, fact.at)
    _print_again(state, ticket, fact.printer)


def _print_repeated(state: State, fact: events.PrintRepeated, row: int) -> None:
    ticket = _off_the_printer(state, fact.serial, row)
    move(state, ticket, fact, fact.at)
    ticket.job, ticket.asked_by, ticket.doubt = fact.job, fact.by, ""
    ticket.copies += 1
    _print_again(state, ticket, fact.printer or ticket.printer)
    ticket.boot = max(ticket.boot, fact.boot)


def _print_again(state: State, ticket: Ticket, printer: str) -> None:
    state.dispenser(ticket.dispenser).printing.setdefault(ticket.cap, ticket)
    print_on(state, ticket, printer)


def _number_shown(state: State, fact: events.NumberShown, row: int) -> None:
    ticket = _off_the_printer(state, fact.serial, row)
    move(state, ticket, fact, fact.at)
    dispenser = state.dispenser(ticket.dispenser)
    dispenser.shown, dispenser.shown_at = ticket, fact.at


def _ticket_vouched(state: State, fact: events.TicketVouched, row: int) -> None:
    ticket = state.tickets[fact.serial]
    if ticket.doubt == RESTORED:
        state.doubted.pop(ticket.serial, None)
        ticket.doubt = ""
    elif ticket.job:
        _off_the_printer(state, fact.serial, row)
        _hand_out(state, ticket, fact.at)
    move(state, ticket, fact, fact.at)


def _off_the_printer(state: State, serial: int, row: int) -> Ticket:
    ticket = state.tickets[serial]
    release(state, ticket)
    if not ticket.is_from_alone:  # its dispenser knows it already, and may have another key pressed
        state.dispenser(ticket.dispenser).turn = row
    return ticket


def _ticket_cancelled(state: State, fact: events.TicketCancelled, _row: int) -> None:
    move(state, state.tickets[fact.serial], fact, fact.at)


def _class_given(state: State, fact: events.ClassGiven, _row: int) -> None:
    ticket = state.tickets[fact.serial]
    ticket.klass, ticket.claim = fact.klass, ""
    change_key(state, ticket, fact.key)


def _ticket_prechecked(state: State, fact: events.TicketPrechecked, _row: int) -> None:
    state.tickets[fact.serial].prechecked = True


APPLIERS: dict[type[events.Event], Any] = {
    events.TicketTaken: _ticket_taken,
    events.TicketPrinted: _ticket_printed,
    events.TicketVoided: _ticket_voided,
    events.PrintDoubted: _print_doubted,
    events.DoubtPassedOn: _doubt_passed_on,
    events.PrintMoved: _print_moved,
    events.PrintRepeated: _print_repeated,
    events.NumberShown: _number_shown,
    events.TicketVouched: _ticket_vouched,
    events.TicketCancelled: _ticket_cancelled,
    events.ClassGiven: _class_given,
    events.TicketPrechecked: _ticket_prechecked,
}

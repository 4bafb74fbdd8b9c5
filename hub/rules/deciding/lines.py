"""Places in line: a class given or confirmed, papers looked at, a number given back, a citizen who is back."""

from typing import Any

from hub.rules import commands, events
from hub.rules.case import Answer, Case, Refusal
from hub.rules.plan import RETURNING
from hub.rules.state import Ticket
from hub.rules.steps import TicketState, may

_BEFORE_ITS_CALL: tuple[TicketState, ...] = ("issued", "doubted", "shown", "waiting")


def _give_class(case: Case, command: commands.GiveClass) -> Answer:
    ticket = case.state.by_number.get(command.number)
    if ticket is None:
        return Refusal("no-such-number")
    if command.klass not in case.plan.head_start_ms:
        return Refusal("no-such-class")
    return _with_class(case, ticket, command.klass, command.by)


def _confirm_class(case: Case, command: commands.ConfirmClass) -> Answer:
    ticket = case.state.by_number.get(command.number)
    if ticket is None:
        return Refusal("no-such-number")
    if not ticket.claim:
        return Refusal("wrong-state")
    return _with_class(case, ticket, ticket.claim, command.by)


def _with_class(case: Case, ticket: Ticket, klass: str, by: str) -> Answer:
    """The head start counts from the arrival, so that nobody loses by asking late."""
    if ticket.state != "waiting":
        return Refusal("wrong-state")
    key = ticket.entered_at - case.plan.head_start_ms[klass]
    return [events.ClassGiven(serial=ticket.serial, klass=klass, key=key, by=by, at=case.at)]


def _mark_prechecked(case: Case, command: commands.MarkPrechecked) -> Answer:
    ticket = case.state.by_number.get(command.number)
    if ticket is None:
        return Refusal("no-such-number")
    if ticket.state not in _BEFORE_ITS_CALL or ticket.prechecked:
        return Refusal("wrong-state")
    return [events.TicketPrechecked(serial=ticket.serial, by=command.by, at=case.at)]


def _cancel_ticket(case: Case, command: commands.CancelTicket) -> Answer:
    ticket = case.state.by_number.get(command.number)
    if ticket is None:
        return Refusal("no-such-number")
    if may(ticket.state, events.TicketVoided):
        return _void(case, ticket, command.by)
    if not may(ticket.state, events.TicketCancelled):
        return Refusal("wrong-state")
    return [events.TicketCancelled(serial=ticket.serial, by=command.by, at=case.at)]


def _void(case: Case, ticket: Ticket, by: str) -> Answer:
    """Nobody holds it: that is said of a doubted one, and true of one that no printer has got yet."""
    if ticket.state == "issued" and case.state.under_way.get(ticket.printer) == ticket.job:
        return Refusal("printing")
    return [events.TicketVoided(serial=ticket.serial, why="cancelled", by=by, at=case.at)]


def _return_ticket(case: Case, command: commands.ReturnTicket) -> Answer:
    ticket = case.state.by_number.get(command.number)
    if ticket is None:
        return Refusal("no-such-number")
    if not may(ticket.state, events.TicketReturned):
        return Refusal("wrong-state")
    return [returned(case, ticket, command.by)]


def returned(case: Case, ticket: Ticket, by: str = "") -> events.TicketReturned:
    """Return the fact that puts a ticket into the line again, with the head start of those who return."""
    klass, key = returning_key(case, ticket)
    return events.TicketReturned(serial=ticket.serial, klass=klass, key=key, by=by, at=case.at)


def returning_key(case: Case, ticket: Ticket) -> tuple[str, int]:
    """Return class and key of one who enters a line again: his own class or that of returning, whichever is better."""
    starts = case.plan.head_start_ms
    klass = max((ticket.klass, RETURNING), key=lambda one: starts.get(one, 0))
    return klass, case.at - starts.get(klass, 0)


DECIDERS: dict[type[commands.Command], Any] = {
    commands.GiveClass: _give_class,
    commands.ConfirmClass: _confirm_class,
    commands.MarkPrechecked: _mark_prechecked,
    commands.CancelTicket: _cancel_ticket,
    commands.ReturnTicket: _return_ticket,
}

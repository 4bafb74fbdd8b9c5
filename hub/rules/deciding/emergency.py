"""Faults that somebody declares, and numbers on paper that are entered when the hall works again (M41)."""

from typing import Any

from hub.rules import commands, events
from hub.rules.case import Answer, Case, Refusal
from hub.rules.deciding.carried import without_paper
from hub.rules.deciding.restoring import is_lost_number
from hub.rules.plan import ORDINARY

NUMBER_DIGITS = 3


def _press_fault(case: Case, command: commands.PressFault) -> Answer:
    """Whoever is signed in may stop the hall: who sees a fault first is not always an officer.

    To go on is an officer's to say (值班民警), or his who declared it and finds that it was none.
    """
    if case.plan.sign_in and not command.by:
        return Refusal("not-on-duty")
    if command.counter and case.counter(command.counter).locked:
        return Refusal("locked")
    present = case.state.fault
    if present is None:
        return [events.FaultDeclared(device=command.device, by=command.by, at=case.at)]
    person = case.plan.people.get(command.by)
    if case.plan.sign_in and command.by != present.by and (person is None or person.kind != "police"):
        return Refusal("not-authorised")
    return [events.FaultCleared(device=command.device, by=command.by, at=case.at)]


def still_declared(case: Case) -> list[events.Fact]:
    """Return what a day that opens during a fault has to be told of it."""
    present = case.state.fault
    return [events.FaultDeclared(device=present.device, by=present.by, at=present.since)] if present else []


def _enter_ticket(case: Case, command: commands.EnterTicket) -> Answer:
    """It stands where it would if the dispenser had given it: by the moment at which it was handed out."""
    if refusal := _cannot_enter(case, command):
        return refusal
    if command.handed_at > case.at:
        return Refusal("no-such-time")
    taken = _taken(case, command, command.handed_at)
    return [taken, events.TicketVouched(serial=taken.serial, by=command.by, at=case.at)]


def _enter_served(case: Case, command: commands.EnterServed) -> Answer:
    if refusal := _cannot_enter(case, command):
        return refusal
    if command.counter not in case.plan.counters:
        return Refusal("no-such-counter")
    taken = _taken(case, command, case.at)
    return [taken, events.ServedByHand(serial=taken.serial, counter=command.counter, by=command.by, at=case.at)]


def _cannot_enter(case: Case, command: commands.EnterTicket | commands.EnterServed) -> Refusal | None:
    """Return why a number cannot be entered; the hours do not matter, for who holds one is served (M28)."""
    if case.plan.sign_in and not command.by:
        return Refusal("not-on-duty")
    if case.state.ended or not case.state.day:
        return Refusal("closed")
    if not (_is_reserve(case, command.number) or is_lost_number(case.state, command.number)):
        return Refusal("no-such-number")
    if command.number in case.state.by_number:
        return Refusal("entered")
    return None if command.service in case.plan.services else Refusal("no-such-service")


def _is_reserve(case: Case, number: str) -> bool:
    letter, digits = number[:1], number[1:]
    is_number = len(digits) == NUMBER_DIGITS and digits.isascii() and digits.isdecimal() and int(digits) > 0
    return is_number and letter == case.plan.reserve_letter


def _taken(case: Case, command: commands.EnterTicket | commands.EnterServed, handed_at: int) -> events.TicketTaken:
    return without_paper(
        case,
        case.state.taken + 1,
        command.number,
        service=command.service,
        klass=ORDINARY,
        at=handed_at,
        by=command.by,
        is_reserve=True,
    )


def _note_outage(case: Case, command: commands.NoteOutage) -> Answer:
    return [events.OutageNoted(what=command.what, since=min(command.since, case.at), at=case.at)]


DECIDERS: dict[type[commands.Command], Any] = {
    commands.PressFault: _press_fault,
    commands.EnterTicket: _enter_ticket,
    commands.EnterServed: _enter_served,
    commands.NoteOutage: _note_outage,
}

"""Numbers and their papers: taken, printed, doubted, shown, vouched for."""

from typing import Any

from hub.rules import commands, events
from hub.rules.case import Answer, Case, Refusal
from hub.rules.deciding.day import SLIPS_FROM
from hub.rules.order import ahead_of
from hub.rules.phase import phase_at
from hub.rules.plan import APPOINTMENT, ORDINARY
from hub.rules.state import Ticket
from hub.rules.steps import may

COPIES_MAX = 3
"""A printer that never confirms must not empty its roll on one ticket."""


def _take_ticket(case: Case, command: commands.TakeTicket) -> Answer:
    service = command.service
    if command.appointment:
        agreed = case.state.appointments.get(command.appointment)
        if agreed is None:
            return Refusal("no-such-code")
        service = agreed.service
    refusal = _cannot_give(case, command, service)
    return refusal or [_taken(case, command, service)]


def _cannot_give(case: Case, command: commands.TakeTicket, service: str) -> Refusal | None:
    state, plan = case.state, case.plan
    if service not in plan.services:
        return Refusal("no-such-service")
    if command.klass not in plan.head_start_ms or (command.claim and command.claim not in plan.head_start_ms):
        return Refusal("no-such-class")
    phase = phase_at(state, case.now)
    if phase != "open":
        return Refusal("break" if phase == "break" else "closed")
    if state.report(command.dispenser).printer_stops and not plan.paperless:
        return Refusal("printer")
    dispenser = state.dispensers.get(command.dispenser)
    if dispenser and (command.key in dispenser.printing or dispenser.shown):
        return Refusal("printing")
    if plan.services[service].real_name and not command.identity and not command.anonymous:
        return Refusal("needs-identity")
    return Refusal("has-ticket") if (command.identity, service) in state.identities else None


def _taken(case: Case, command: commands.TakeTicket, service: str) -> events.TicketTaken:
    state, plan = case.state, case.plan
    klass, entered_at = _class_of(case, command)
    serial = state.taken + 1
    key = entered_at - plan.head_start_ms.get(klass, 0)
    letter = plan.appointment_letter if command.appointment else plan.services[service].letter
    return events.TicketTaken(
        serial=serial,
        number=f"{letter}{state.numbers.get(letter, 0) + 1:03}",
        service=service,
        klass=klass,
        dispenser=command.dispenser,
        boot=command.boot,
        cap=command.key,
        job=f"{state.day}-{serial:06}",
        ahead=ahead_of(state, plan, service, key),
        key=key,
        at=case.at,
        entered_at=entered_at,
        claim=command.claim,
        identity=command.identity,
        appointment=command.appointment,
        by=command.by,
    )


def _class_of(case: Case, command: commands.TakeTicket) -> tuple[str, int]:
    """Return class and arrival: who is early for his appointment has come at its hour, who is late has none (M24)."""
    agreed = case.state.appointments.get(command.appointment)
    if agreed is None:
        return command.klass, case.at
    if case.at > agreed.end + case.plan.appointment_late_ms:
        return ORDINARY, case.at
    return APPOINTMENT, max(case.at, agreed.start)


def _confirm_print(case: Case, command: commands.ConfirmPrint) -> Answer:
    if _is_slip(command.job):
        owed = _slip_owed(case, command.dispenser, command.job)
        return [events.SlipEnded(job=command.job, why="", at=case.at)] if owed else []
    ticket = _on_its_way(case, command.dispenser, command.job)
    if ticket is None:
        return []
    return [events.TicketPrinted(serial=ticket.serial, at=case.at, expected_ms=command.expected_ms)]


def _fail_print(case: Case, command: commands.FailPrint) -> Answer:
    """A first copy that surely did not come out voids its number, or shows it; after that somebody may hold it."""
    if _is_slip(command.job):
        owed = _slip_owed(case, command.dispenser, command.job)
        return [events.SlipEnded(job=command.job, why=command.why, at=case.at)] if owed else []
    ticket = _on_its_way(case, command.dispenser, command.job)
    if ticket is None or ticket.job != command.job or ticket.state == "doubted":
        return []
    if command.in_doubt or ticket.copies > 1:
        return [events.PrintDoubted(serial=ticket.serial, at=case.at)]
    if case.plan.paperless:
        return [events.NumberShown(serial=ticket.serial, why=command.why, at=case.at)]
    return [events.TicketVoided(serial=ticket.serial, why=command.why, at=case.at)]


def _repeat_print(case: Case, command: commands.RepeatPrint) -> Answer:
    ticket = _on_its_way(case, command.dispenser, command.job)
    if ticket is None or ticket.copies >= COPIES_MAX:
        return []
    job = f"{case.state.day}-{ticket.serial:06}-{ticket.copies + 1}"
    return [events.PrintRepeated(serial=ticket.serial, job=job, boot=command.boot, at=case.at)]


def _vouch_ticket(case: Case, command: commands.VouchTicket) -> Answer:
    """Without a guide or clerk only the number that a dispenser shows can be vouched for, by whoever stands there."""
    ticket = case.state.by_number.get(command.number)
    if ticket is None:
        return Refusal("no-such-number")
    if not may(ticket.state, events.TicketVouched) or not (command.by or ticket.state == "shown"):
        return Refusal("wrong-state")
    return [events.TicketVouched(serial=ticket.serial, by=command.by, at=case.at)]


def _on_its_way(case: Case, dispenser: str, job: str) -> Ticket | None:
    """Return the ticket of any of its job ids (day-serial, day-serial-copy) whose paper this dispenser still owes."""
    day, serial, *_ = job.split("-")
    ticket = case.state.tickets.get(int(serial)) if day == case.state.day else None
    owed = ticket is not None and ticket.dispenser == dispenser and ticket.state in ("issued", "doubted")
    return ticket if owed else None


def _is_slip(job: str) -> bool:
    return int(job.split("-")[1]) > SLIPS_FROM


def _slip_owed(case: Case, device: str, job: str) -> bool:
    slip = case.state.slips.get(job)
    return slip is not None and slip.device == device


DECIDERS: dict[type[commands.Command], Any] = {
    commands.TakeTicket: _take_ticket,
    commands.ConfirmPrint: _confirm_print,
    commands.FailPrint: _fail_print,
    commands.RepeatPrint: _repeat_print,
    commands.VouchTicket: _vouch_ticket,
}

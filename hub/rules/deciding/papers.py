"""Numbers and their papers: taken, printed, doubted, shown, vouched for."""

from typing import Any

from msgspec.structs import replace

from hub.rules import commands, events
from hub.rules.case import Answer, Case, Refusal
from hub.rules.deciding.slips import is_slip, slip_ended, slip_ordered
from hub.rules.deciding.spool import after_failure, has_room, is_unwell, other_printer, repeated
from hub.rules.leases import following
from hub.rules.order import ahead_of
from hub.rules.phase import phase_at
from hub.rules.plan import APPOINTMENT, ORDINARY
from hub.rules.state import DispenserState, Ticket
from hub.rules.steps import FINAL, RESTORED, UNPRINTED, may


def _take_ticket(case: Case, command: commands.TakeTicket) -> Answer:
    service = command.service
    if command.appointment:
        agreed = case.state.appointments.get(command.appointment)
        if agreed is None:
            return Refusal("no-such-code")
        service = agreed.service
    printer = _printer_for(case, command.dispenser)
    refusal = _cannot_give(case, command, service, printer)
    if refusal:
        return refusal
    taken = _taken(case, command, service, printer)
    if case.plan.paperless and _is_gone(case, printer):
        return [taken, events.NumberShown(serial=taken.serial, why="lost", at=case.at)]
    return [taken]


def _printer_for(case: Case, dispenser: str) -> str:
    """Return the dispenser itself or, where it is known not to print, a printer of its zone that does."""
    return (is_unwell(case.state, dispenser) and other_printer(case, dispenser)) or dispenser


def _is_gone(case: Case, printer: str) -> bool:
    return printer in case.state.devices and case.state.report(printer).state != "ready"


def _cannot_give(case: Case, command: commands.TakeTicket, service: str, printer: str) -> Refusal | None:
    state, plan = case.state, case.plan
    if service not in plan.services:
        return Refusal("no-such-service")
    if command.klass not in plan.head_start_ms or (command.claim and command.claim not in plan.head_start_ms):
        return Refusal("no-such-class")
    phase = phase_at(state, case.now)
    if phase != "open":
        return Refusal("break" if phase == "break" else "closed")
    if state.fault:
        return Refusal("fault")
    if is_unwell(state, printer) and not plan.paperless:
        return Refusal("printer")
    here = state.dispensers.get(command.dispenser)
    if here and here.shown:
        return Refusal("confirm-first")
    if _is_busy(here, command) or not has_room(case, printer):
        return Refusal("printing")
    if plan.services[service].real_name and not command.identity and not command.anonymous:
        return Refusal("needs-identity")
    return Refusal("has-ticket") if (command.identity, service) in state.identities else None


def _is_busy(here: DispenserState | None, command: commands.TakeTicket) -> bool:
    """A key whose paper is on its way, or is asked for, stands for that paper."""
    return here is not None and (command.key in here.printing or command.key in here.asked)


def _taken(case: Case, command: commands.TakeTicket, service: str, printer: str) -> events.TicketTaken:
    state, plan = case.state, case.plan
    klass, entered_at = _class_of(case, command)
    serial = state.taken + 1
    key = entered_at - plan.head_start_ms.get(klass, 0)
    letter = plan.appointment_letter if command.appointment else plan.services[service].letter
    return events.TicketTaken(
        serial=serial,
        number=f"{letter}{following(state.numbers.get(letter, 0)):03}",
        service=service,
        klass=klass,
        dispenser=command.dispenser,
        printer="" if printer == command.dispenser else printer,
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
    if is_slip(command.job):
        return slip_ended(case, command.dispenser, command.job)
    ticket = _on_its_way(case, command.dispenser, command.job)
    if ticket is None:
        return []
    return [events.TicketPrinted(serial=ticket.serial, at=case.at, expected_ms=command.expected_ms)]


def _fail_print(case: Case, command: commands.FailPrint) -> Answer:
    """A first copy that surely did not come out goes elsewhere; of a later one somebody may hold the first."""
    if is_slip(command.job):
        return slip_ended(case, command.dispenser, command.job, command.why)
    ticket = _on_its_way(case, command.dispenser, command.job)
    if ticket is None or (ticket.job, ticket.printer) != (command.job, command.dispenser):
        return []
    in_doubt = command.in_doubt or ticket.copies > 1
    if ticket.state == "doubted" and (in_doubt or ticket.doubt == "in-doubt"):
        return []
    if in_doubt:
        return [events.PrintDoubted(serial=ticket.serial, at=case.at)]
    return [after_failure(case, ticket, command.why)]


def _vouch_ticket(case: Case, command: commands.VouchTicket) -> Answer:
    """Without a guide or clerk only what a dispenser shows or asks can be vouched for, by whoever stands there."""
    ticket = case.state.by_number.get(command.number)
    if ticket is None:
        return Refusal("no-such-number")
    if not may(ticket.state, events.TicketVouched) or not (command.by or _is_on_a_panel(case, ticket)):
        return Refusal("wrong-state")
    return [events.TicketVouched(serial=ticket.serial, by=command.by, at=case.at)]


def _is_on_a_panel(case: Case, ticket: Ticket) -> bool:
    return ticket.state == "shown" or case.state.dispenser(ticket.dispenser).asked.get(ticket.cap) is ticket


def _reprint_ticket(case: Case, command: commands.ReprintTicket) -> Answer:
    """Somebody asks for a copy (补打): who holds a place keeps it, and what has no paper yet gets one."""
    ticket = case.state.by_number.get(command.number)
    if ticket is None:
        return Refusal("no-such-number")
    if not ticket.job or ticket.state in FINAL:
        return Refusal("wrong-state")
    if ticket.state == "issued":
        return Refusal("printing")
    if ticket.state in ("doubted", "shown"):
        again = repeated(case, ticket, command.by, command.printer)
        return [again] if again else Refusal("printer")
    return _copy(case, ticket, command)


def _copy(case: Case, ticket: Ticket, command: commands.ReprintTicket) -> Answer:
    """A copy for somebody who is in a line or at a counter already is a slip: what becomes of it changes nothing."""
    printer = _printer_for(case, command.printer or ticket.printer)
    if is_unwell(case.state, printer):
        return Refusal("printer")
    if not has_room(case, printer):
        return Refusal("printing")
    return [replace(slip_ordered(case, printer, "copy", ticket=ticket), asked_by=command.by)]


def _on_its_way(case: Case, dispenser: str, job: str) -> Ticket | None:
    """Return the ticket of any of its job ids (day-serial, day-serial-copy) whose paper is owed by this device."""
    day, serial, *_ = job.split("-")
    ticket = case.state.tickets.get(int(serial)) if day == case.state.day else None
    if ticket is None or (ticket.state, ticket.doubt) == ("doubted", RESTORED):
        return None  # that its paper is out says nothing about whether it was called
    return ticket if dispenser in ticket.tried and ticket.state in UNPRINTED else None


DECIDERS: dict[type[commands.Command], Any] = {
    commands.TakeTicket: _take_ticket,
    commands.ConfirmPrint: _confirm_print,
    commands.FailPrint: _fail_print,
    commands.VouchTicket: _vouch_ticket,
    commands.ReprintTicket: _reprint_ticket,
}

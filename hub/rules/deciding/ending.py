"""How a ticket leaves its counter: done, missed, put aside, passed on."""

from typing import Any

from hub.rules import commands, events
from hub.rules.case import Answer, Case, Refusal, barred
from hub.rules.codes import has_code
from hub.rules.deciding.lines import returning_key
from hub.rules.deciding.slips import slips_of_result
from hub.rules.order import is_authorised
from hub.rules.plan import ALL_COUNTERS, DUE
from hub.rules.state import Ticket


def _present(case: Case, counter: int) -> Ticket | Refusal:
    """Return the ticket at a counter whose clerk may work, or why nothing can be done with it."""
    refusal = barred(case, counter)
    if refusal:
        return refusal
    return case.counter(counter).ticket or Refusal("no-ticket")


def finished(
    case: Case,
    counter: int,
    ticket: Ticket,
    *,
    result: str = "",
    reason: str = "",
    promised: str = "",
    deadline: str = "",
    items: tuple[str, ...] = (),
) -> events.TicketFinished:
    """Return the end of a ticket's service, with the time in which it may be rated (M22)."""
    rating_ms = case.plan.rating_ms
    return events.TicketFinished(
        serial=ticket.serial,
        counter=counter,
        at=case.at,
        by=case.counter(counter).person,
        result=result,
        reason=reason,
        promised=promised,
        deadline=deadline,
        items=items,
        rating_until=case.at + rating_ms if rating_ms else None,
    )


def _finish(case: Case, command: commands.Finish) -> Answer:
    ticket = _present(case, command.counter)
    if isinstance(ticket, Refusal):
        return ticket
    plan = case.plan.results.get(command.result) if command.result else None
    if command.result and plan is None:
        return Refusal("no-such-code")
    if plan and plan.reason and (not command.reason or not has_code(case, "refused", command.reason)):
        return Refusal("needs-reason")
    days, is_due = case.state.working_days, bool(plan and plan.form in DUE)
    if command.days > len(days) or (command.days and not (plan and (plan.promises or is_due))):
        return Refusal("no-such-code")
    if is_due != bool(command.days and command.items) and (is_due or command.items):
        return Refusal("no-such-code")
    day = days[command.days - 1] if command.days else ""
    end = finished(
        case,
        command.counter,
        ticket,
        result=command.result,
        reason=command.reason,
        promised="" if is_due else day,
        deadline=day if is_due else "",
        items=command.items,
    )
    return [end, *slips_of_result(case, command.counter, ticket, plan)]


def _mark_no_show(case: Case, command: commands.MarkNoShow) -> Answer:
    """What follows is the hall's policy: the number is over, or it may come back after some calls or for some time."""
    ticket = _present(case, command.counter)
    if isinstance(ticket, Refusal):
        return ticket
    rule, by = case.plan.no_show, case.counter(command.counter).person
    if rule.policy == "void" or ticket.missed >= rule.again:
        return [events.TicketNotShown(serial=ticket.serial, counter=command.counter, at=case.at, by=by)]
    back = rule.policy == "back"
    missed = events.TicketMissed(
        serial=ticket.serial,
        counter=command.counter,
        at=case.at,
        by=by,
        calls=rule.calls if back else 0,
        until=None if back else case.at + rule.keep_ms,
    )
    return [missed]


def _park(case: Case, command: commands.Park) -> Answer:
    ticket = _present(case, command.counter)
    if isinstance(ticket, Refusal):
        return ticket
    by = case.counter(command.counter).person
    return [
        events.TicketParked(serial=ticket.serial, counter=command.counter, at=case.at, by=by, reason=command.reason)
    ]


def _transfer(case: Case, command: commands.Transfer) -> Answer:
    """The destination has to be named, with a reason, and the first receiver stays who he was (M14)."""
    ticket = _present(case, command.counter)
    if isinstance(ticket, Refusal):
        return ticket
    service = command.service or ticket.service
    if service not in case.plan.services:
        return Refusal("no-such-service")
    if command.to_counter != ALL_COUNTERS and command.to_counter not in case.plan.counters:
        return Refusal("no-such-counter")
    if command.to_counter == command.counter:
        return Refusal("own-counter")
    if command.to_counter == ALL_COUNTERS and service == ticket.service:
        return Refusal("no-other")
    if command.to_counter and not is_authorised(case.state, case.plan, command.to_counter, service):
        return Refusal("not-theirs")
    if not command.reason or not has_code(case, "transfer", command.reason):
        return Refusal("needs-reason")
    if ticket.identity and service != ticket.service and (ticket.identity, service) in case.state.identities:
        return Refusal("has-ticket")
    klass, key = returning_key(case, ticket)
    return [
        events.TicketTransferred(
            serial=ticket.serial,
            counter=command.counter,
            service=service,
            to_counter=command.to_counter,
            reason=command.reason,
            klass=klass,
            key=key,
            at=case.at,
            by=case.counter(command.counter).person,
        )
    ]


DECIDERS: dict[type[commands.Command], Any] = {
    commands.Finish: _finish,
    commands.MarkNoShow: _mark_no_show,
    commands.Park: _park,
    commands.Transfer: _transfer,
}

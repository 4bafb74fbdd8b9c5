"""Calls: in turn, by number, once more, by themselves; and the citizen who comes."""

from typing import Any

from hub.rules import commands, events
from hub.rules.case import Answer, Case, Refusal, barred
from hub.rules.codes import has_code
from hub.rules.deciding.ending import finished
from hub.rules.deciding.lines import returned
from hub.rules.order import first_in_line, may_serve
from hub.rules.state import Ticket
from hub.rules.steps import may


def _call_next(case: Case, command: commands.CallNext) -> Answer:
    refusal = barred(case, command.counter) or _too_soon(case, command.counter) or _unfinished(case, command.counter)
    if refusal:
        return refusal
    ticket, candidates = first_in_line(case.state, case.plan, command.counter)
    ticket = ticket or _first_missed(case, command.counter)
    if ticket is None:
        return Refusal("nobody-waits")
    return [*_let_go(case, command.counter), *_called(case, command.counter, ticket, candidates, "next")]


def _call_automatically(case: Case, command: commands.CallAutomatically) -> Answer:
    plan = case.plan.counters.get(command.counter)
    here = case.counter(command.counter)
    if plan is None or not plan.automatic or here.ticket or case.state.fault or barred(case, command.counter):
        return []
    ticket, candidates = first_in_line(case.state, case.plan, command.counter)
    return _called(case, command.counter, ticket, candidates, "automatic") if ticket else []


def _call_number(case: Case, command: commands.CallNumber) -> Answer:
    """A special call passes by the line, so it needs a reason, and a clerk who may serve the ticket."""
    refusal = barred(case, command.counter) or _too_soon(case, command.counter) or _unfinished(case, command.counter)
    if refusal:
        return refusal
    ticket = case.state.by_number.get(command.number)
    if ticket is None:
        return Refusal("no-such-number")
    if not may(ticket.state, events.TicketCalled):
        return Refusal("wrong-state")
    if not may_serve(case.state, case.plan, command.counter, ticket):
        return Refusal("not-authorised")
    if not has_code(case, "special", command.reason):
        return Refusal("needs-reason")
    candidates = (events.Candidate(number=ticket.number, key=ticket.key),)
    call = _called(case, command.counter, ticket, candidates, "number", command.reason)
    return [*_let_go(case, command.counter), *call]


def _called(
    case: Case,
    counter: int,
    ticket: Ticket,
    candidates: tuple[events.Candidate, ...],
    why: str,
    reason: str = "",
) -> list[events.Fact]:
    """Return the call, and who comes back into the line by it because so many were called since he was missed."""
    call = events.TicketCalled(
        serial=ticket.serial,
        counter=counter,
        candidates=candidates or (events.Candidate(number=ticket.number, key=ticket.key),),
        at=case.at,
        by=case.counter(counter).person,
        why=why,
        reason=reason,
    )
    back = [
        returned(case, other)
        for other in case.state.missed.values()
        if other.calls_left == 1 and other.service == ticket.service and other is not ticket
    ]
    return [call, *back]


def _let_go(case: Case, counter: int) -> list[events.Fact]:
    """顺呼 ends what the counter had: nobody presses two keys where one will do."""
    present = case.counter(counter).ticket
    return [finished(case, counter, present)] if present else []


def _first_missed(case: Case, counter: int) -> Ticket | None:
    """Where nobody else waits, one who was missed and would come back later is called at once."""
    missed = [
        one for one in case.state.missed.values() if one.calls_left and may_serve(case.state, case.plan, counter, one)
    ]
    return min(missed, key=lambda one: (one.key, one.serial), default=None)


def _recall(case: Case, command: commands.Recall) -> Answer:
    here = case.counter(command.counter)
    if refusal := barred(case, command.counter):
        return refusal
    if case.state.fault:
        return Refusal("fault")
    if here.ticket is None:
        return Refusal("no-ticket")
    if _just_called(case, command.counter):
        return Refusal("calling")
    if case.plan.recalls_max and here.recalls >= case.plan.recalls_max:
        return Refusal("recall-limit")
    return [
        events.TicketRecalled(serial=here.ticket.serial, counter=command.counter, at=case.at, by=here.person),
    ]


def _begin(case: Case, command: commands.Begin) -> Answer:
    here = case.counter(command.counter)
    if refusal := barred(case, command.counter):
        return refusal
    if here.ticket is None:
        return Refusal("no-ticket")
    if here.ticket.state == "serving":
        return Refusal("begun")
    return [events.ServiceBegun(serial=here.ticket.serial, counter=command.counter, at=case.at, by=here.person)]


def _too_soon(case: Case, counter: int) -> Refusal | None:
    """The next is held back while the last call sounds, and while the called citizen may still be on his way.

    During a fault nobody is called: lintels and voice say that instead (M41).
    """
    if case.state.fault:
        return Refusal("fault")
    if _just_called(case, counter):
        return Refusal("calling")
    here = case.counter(counter)
    on_the_way = here.ticket is not None and here.ticket.state == "called" and here.called_at is not None
    if on_the_way and 0 <= case.now - (here.called_at or 0) < case.plan.arrival_ms:
        return Refusal("on-the-way")
    return None


def _unfinished(case: Case, counter: int) -> Refusal | None:
    """Where the hall wants to know what came of every service, 顺呼 does not end one by the way (M45)."""
    return Refusal("busy") if case.plan.results and case.counter(counter).ticket else None


def _just_called(case: Case, counter: int) -> bool:
    """A clock that has jumped back must not hold a counter, so only a call that is not in the future counts."""
    called_at = case.counter(counter).called_at
    return called_at is not None and 0 <= case.now - called_at < case.plan.call_pause_ms


DECIDERS: dict[type[commands.Command], Any] = {
    commands.CallNext: _call_next,
    commands.CallAutomatically: _call_automatically,
    commands.CallNumber: _call_number,
    commands.Recall: _recall,
    commands.Begin: _begin,
}

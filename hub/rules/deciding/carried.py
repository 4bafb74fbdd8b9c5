"""Tickets for what was handed in out of hours (代办, M25)."""

from hub.rules import events
from hub.rules.case import Case
from hub.rules.leases import following
from hub.rules.order import ahead_of
from hub.rules.plan import RECEIVED


def taken_for(case: Case, item: events.Received, serial: int, given: dict[str, int]) -> list[events.Fact]:
    """Return the facts that put an item into the line without paper. given: numbers by letter, counted on here."""
    if item.service not in case.plan.services:
        return []
    letter = case.plan.services[item.service].letter
    given[letter] = following(given.get(letter, 0))
    number = f"{letter}{given[letter]:03}"
    taken = without_paper(case, serial, number, service=item.service, klass=RECEIVED, at=case.at, by=item.by)
    return [taken, events.TicketVouched(serial=serial, by=item.by, at=case.at)]


def without_paper(
    case: Case, serial: int, number: str, *, service: str, klass: str, at: int, by: str, is_reserve: bool = False
) -> events.TicketTaken:
    """Return the ticket of a number that no dispenser gives. at: when its place in the line begins, ms."""
    key = at - case.plan.head_start_ms.get(klass, 0)
    return events.TicketTaken(
        serial=serial,
        number=number,
        service=service,
        klass=klass,
        dispenser="",
        boot=0,
        cap="",
        job="",
        ahead=ahead_of(case.state, case.plan, service, key),
        key=key,
        at=at,
        entered_at=at,
        by=by,
        is_reserve=is_reserve,
    )

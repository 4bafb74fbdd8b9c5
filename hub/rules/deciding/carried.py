"""Tickets for what was handed in out of hours (代办, M25)."""

from hub.rules import events
from hub.rules.case import Case
from hub.rules.order import ahead_of
from hub.rules.plan import RECEIVED


def taken_for(case: Case, item: events.Received, serial: int, given: dict[str, int]) -> list[events.Fact]:
    """Return the facts that put an item into the line without paper. given: numbers by letter, counted on here."""
    if item.service not in case.plan.services:
        return []
    letter = case.plan.services[item.service].letter
    given[letter] = given.get(letter, 0) + 1
    key = case.at - case.plan.head_start_ms.get(RECEIVED, 0)
    taken = events.TicketTaken(
        serial=serial,
        number=f"{letter}{given[letter]:03}",
        service=item.service,
        klass=RECEIVED,
        dispenser="",
        boot=0,
        cap="",
        job="",
        ahead=ahead_of(case.state, case.plan, item.service, key),
        key=key,
        at=case.at,
        entered_at=case.at,
        by=item.by,
    )
    return [taken, events.TicketVouched(serial=serial, by=item.by, at=case.at)]

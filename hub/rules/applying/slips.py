"""What becomes of papers other than tickets: slips and notices."""

from typing import Any

from hub.rules import events
from hub.rules.applying.spool import dequeue, enqueue
from hub.rules.state import Slip, State


def _slip_ordered(state: State, fact: events.SlipOrdered, _row: int) -> None:
    state.slips_made += 1
    if fact.own_serial and not fact.copy_of and fact.own_serial not in state.notices:
        _count(state, fact.own_serial)
    state.slips[fact.job] = Slip(
        job=fact.job,
        device=fact.device,
        boot=fact.boot,
        what=fact.what,
        serial=fact.serial,
        at=fact.at,
        service=fact.service,
        counter=fact.counter,
        own_serial=fact.own_serial,
        by=fact.by,
        sheet=fact.sheet,
        copy_of=fact.copy_of,
        asked_by=fact.asked_by,
    )
    enqueue(state, fact.device, fact.job)


def _slip_ended(state: State, fact: events.SlipEnded, _row: int) -> None:
    slip = state.slips.pop(fact.job, None)
    if slip:
        slip.why = fact.why
        state.slips_ended[fact.job] = slip
        dequeue(state, slip.device, fact.job)


def _notice_given(state: State, fact: events.NoticeGiven, _row: int) -> None:
    state.notices[fact.own_serial] = fact
    _count(state, fact.own_serial)


def _count(state: State, own_serial: str) -> None:
    letter = own_serial.split("-")[1][0]
    state.own_serials[letter] = state.own_serials.get(letter, 0) + 1


def _notices_looked_up(_state: State, _fact: events.NoticesLookedUp, _row: int) -> None:
    """Who has looked at notices is nothing that the queue turns on."""


APPLIERS: dict[type[events.Event], Any] = {
    events.SlipOrdered: _slip_ordered,
    events.SlipEnded: _slip_ended,
    events.NoticeGiven: _notice_given,
    events.NoticesLookedUp: _notices_looked_up,
}

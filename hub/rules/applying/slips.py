"""What becomes of slips: papers other than tickets."""

from typing import Any

from hub.rules import events
from hub.rules.applying.spool import dequeue, enqueue
from hub.rules.state import Slip, State


def _slip_ordered(state: State, fact: events.SlipOrdered, _row: int) -> None:
    state.slips_made += 1
    state.slips[fact.job] = Slip(
        job=fact.job,
        device=fact.device,
        boot=fact.boot,
        what=fact.what,
        serial=fact.serial,
        at=fact.at,
        service=fact.service,
        counter=fact.counter,
        notice=fact.notice,
        by=fact.by,
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


APPLIERS: dict[type[events.Event], Any] = {
    events.SlipOrdered: _slip_ordered,
    events.SlipEnded: _slip_ended,
}

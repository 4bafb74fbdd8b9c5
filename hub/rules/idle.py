"""Whether a device can be without its firmware for some seconds, because nobody is being served with it."""

from hub.rules.phase import phase_at
from hub.rules.state import State
from hub.rules.steps import RESTORED


def is_free(state: State, name: str, counter: int | None, now: int, *, quiet_ms: int) -> bool:
    """Tell whether nobody is served with a device at ``now``, ms. counter: where it stands, None: at none.
    quiet_ms: for so long no number was taken at a dispenser.

    Out of hours a counter without a ticket and a printer without a job are enough; whoever still waits is served there.
    """
    if name in state.under_way or state.spool.get(name):
        return False
    if any(ticket.printer == name and ticket.doubt != RESTORED for ticket in state.doubted.values()):
        return False
    return _is_idle_counter(state, counter) and _is_quiet(state, name, now, quiet_ms)


def _is_idle_counter(state: State, number: int | None) -> bool:
    """A citizen who is asked for his judgement stands there still."""
    counter = state.counters.get(number) if number is not None else None
    return counter is None or (counter.ticket is None and counter.rating is None)


def _is_quiet(state: State, name: str, now: int, quiet_ms: int) -> bool:
    dispenser = state.dispensers.get(name)
    if dispenser is None:
        return True
    if dispenser.printing or dispenser.asked or dispenser.shown:
        return False
    return phase_at(state, now) in ("before", "closed") or now - dispenser.last_at >= quiet_ms

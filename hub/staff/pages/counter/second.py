"""一机双屏 (S7): what the citizen at the counter sees on a second monitor; numbers and materials, no names."""

from typing import Any

from starlette.responses import Response

from hub.rules.phase import phase_at
from hub.rules.state import CounterState
from hub.staff.pages.counter import look
from hub.staff.pages.counter.seat import NOWHERE, seat_of
from hub.staff.routing import Declared, Page, Stream
from hub.staff.visit import Visit


async def show(visit: Visit) -> Response:
    """Return the screen, for a window of its own."""
    return visit.page("second.html", **_seen(visit))


def parts(visit: Visit) -> dict[str, str]:
    """Return all of it, whenever it changes."""
    return {"seen": visit.html("second_seen.html", **_seen(visit))}


def _seen(visit: Visit) -> dict[str, Any]:
    hall, state, number = visit.house.hall, visit.house.state, seat_of(visit)
    here = state.counters.get(number) or CounterState()
    return {
        "number": number,
        "counter_name": hall.counter_name(number) if number != NOWHERE else "",
        "ticket": here.ticket,
        "service": hall.service_name(here.ticket.service) if here.ticket else "",
        "away": here.away,
        "says": _says(visit, here),
        **look.materials(visit, here.ticket),
    }


def _says(visit: Visit, here: CounterState) -> str:
    """Return which of its pictures the screen shows."""
    state = visit.house.state
    if state.fault:
        return "fault"
    if here.ticket:
        return "serving" if here.ticket.state == "serving" else "called"
    if here.away:
        return "away"
    is_open = phase_at(state, visit.house.clock.now()) in ("open", "closing")
    return "welcome" if here.person and is_open else "shut"


DECLARED: tuple[Declared, ...] = (
    Page(path="/staff/second", permission="counter-see", show=show, while_locked=True),
    Stream(path="/staff/second/live", permission="counter-see", parts=parts, while_locked=True),
)

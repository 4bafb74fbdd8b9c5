"""The page itself: the choice of a counter, or the counter with its keys, its materials and its line."""

from typing import Any

from starlette.responses import Response

from hub.staff.pages.counter import look
from hub.staff.pages.counter.seat import NOWHERE, name_of, seat_of
from hub.staff.routing import Declared, Page, Stream
from hub.staff.visit import Visit


async def show(visit: Visit) -> Response:
    """Return the pad of this browser's counter."""
    if seat_of(visit) == NOWHERE:
        return await choose(visit)
    return visit.page("counter.html", **look.papers(visit) | look.line(visit) | look.lists(visit))


def parts(visit: Visit) -> dict[str, str]:
    """Return what changes on it."""
    if seat_of(visit) == NOWHERE:
        return {}
    papers = look.papers(visit)
    return {
        "line": visit.html("counter_line.html", **look.line(visit)),
        "keys": visit.html("counter_keys.html", **papers),
        "papers": visit.html("counter_papers.html", **papers),
        "slip": visit.html("counter_slip.html", **papers),
        "lists": visit.html("counter_lists.html", **look.lists(visit)),
    }


async def choose(visit: Visit) -> Response:
    """Return the counters, of which one is chosen."""
    return visit.page("counter_choose.html", **_counters(visit))


def choose_parts(visit: Visit) -> dict[str, str]:
    """Return who works where, as it changes."""
    return {"counters": visit.html("counter_chosen.html", **_counters(visit))}


def _counters(visit: Visit) -> dict[str, Any]:
    state = visit.house.state
    every = [
        (
            one.number,
            visit.house.hall.counter_name(one.number),
            look.open_words(state, one.number),
            name_of(visit, state.counter(one.number).person),
        )
        for one in visit.house.hall.counters
    ]
    return {"every": every, "seat": seat_of(visit)}


DECLARED: tuple[Declared, ...] = (
    Page(path="/staff/counter", permission="counter-see", show=show, menu="窗口"),
    Stream(path="/staff/counter/live", permission="counter-see", parts=parts),
    Page(path="/staff/counter/choose", permission="counter-see", show=choose),
    Stream(path="/staff/counter/choose/live", permission="counter-see", parts=choose_parts),
)

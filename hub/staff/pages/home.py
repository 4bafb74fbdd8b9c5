"""The first page: what one may do here, and the hall at a glance."""

from typing import Any

from starlette.responses import Response

from hub.staff.permissions import PERMISSIONS
from hub.staff.routing import Declared, Page, Stream
from hub.staff.visit import Visit


async def show(visit: Visit) -> Response:
    """Return the page."""
    granted = [one.words for name, one in PERMISSIONS.items() if name != "home" and visit.may(name)]
    return visit.page("home.html", granted=granted, **_glance(visit))


def parts(visit: Visit) -> dict[str, str]:
    """Return what changes on it."""
    return {"glance": visit.html("home_glance.html", **_glance(visit))}


def _glance(visit: Visit) -> dict[str, Any]:
    state = visit.house.state
    waiting = {
        service.name: sum(len(lane) for line, lane in state.waiting.items() if line[1] == service.code)
        for service in visit.house.hall.services
    }
    open_counters = sum(bool(one.person) and one.away is None for one in state.counters.values())
    return {"waiting": waiting, "open_counters": open_counters}


DECLARED: tuple[Declared, ...] = (
    Page(path="/staff", permission="home", show=show, menu="首页"),
    Stream(path="/staff/home/live", permission="home", parts=parts),
)

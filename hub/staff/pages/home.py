"""The first page: what one may do here, and the hall at a glance."""

from typing import Any

from starlette.responses import Response

from hub.rules import commands
from hub.staff.house import Told, desk_of
from hub.staff.permissions import PERMISSIONS
from hub.staff.routing import Action, Declared, Page, Stream
from hub.staff.visit import Visit


async def show(visit: Visit) -> Response:
    """Return the page."""
    granted = [one.words for name, one in PERMISSIONS.items() if name != "home" and visit.may(name)]
    return visit.page("home.html", granted=granted, **_glance(visit))


def parts(visit: Visit) -> dict[str, str]:
    """Return what changes on it."""
    values = _glance(visit)
    found = {"glance": visit.html("home_glance.html", **values)}
    return found | {"duty": visit.html("home_duty.html", **values)} if visit.may("on-duty") else found


def _glance(visit: Visit) -> dict[str, Any]:
    state = visit.house.state
    waiting = {
        service.name: sum(len(lane) for line, lane in state.waiting.items() if line[1] == service.code)
        for service in visit.house.hall.services
    }
    open_counters = sum(bool(one.person) and one.away is None for one in state.counters.values())
    is_on_duty = desk_of(visit.by) in state.on_duty
    return {"waiting": waiting, "open_counters": open_counters, "is_on_duty": is_on_duty}


async def go_on_duty(visit: Visit) -> Told:
    """At a page one is on duty as at a desk (S4); an auxiliary may work while his 民警 is."""
    visit.ask(commands.GoOnDuty(device=desk_of(visit.by), person=visit.by))
    return Told("已上岗")


async def go_off_duty(visit: Visit) -> Told:
    """Whoever leaves is on duty no more."""
    visit.ask(commands.GoOffDuty(device=desk_of(visit.by)))
    return Told("已离岗")


DECLARED: tuple[Declared, ...] = (
    Page(path="/staff", permission="home", show=show, menu="首页"),
    Action(path="/staff/on-duty", permission="on-duty", do=go_on_duty),
    Action(path="/staff/off-duty", permission="on-duty", do=go_off_duty),
    Stream(path="/staff/home/live", permission="home", parts=parts),
)

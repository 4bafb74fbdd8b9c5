"""The page of the duty officer: what he sees (M6, M19, M30, M33, M41, S11, S13)."""

from typing import Any

from starlette.responses import Response

from hub.rules.day_report import service_day
from hub.staff.pages.duty.glance import glance, person_words
from hub.staff.routing import Declared, Page, Stream
from hub.staff.visit import Visit
from hub.upkeep_words import duration, fault_words


async def show(visit: Visit) -> Response:
    """Return the page."""
    return visit.page("duty.html", **_values(visit))


def parts(visit: Visit) -> dict[str, str]:
    """Return what changes on it; forms stay as they are while somebody fills them in."""
    values = _values(visit)
    return {
        name: visit.html(f"duty_{name}.html", **values)
        for name in ("sums", "alarms", "counters", "queues", "rules", "fault")
    }


def _values(visit: Visit) -> dict[str, Any]:
    house, state = visit.house, visit.house.state
    now = house.clock.now()
    hall = house.hall
    faults = [one for one in house.works.maintenance.devices().faults if one.until is None]
    return {
        "now": glance(hall, state, now),
        "faults": faults,
        "fault_words": fault_words,
        "device_words": hall.device_words,
        "duration": duration,
        "zone": hall.zone,
        "work": _rules_kept(visit),
        "state": state,
        "people": [one for one in hall.file.people if one.qualified],
        "person_words": lambda who: person_words(hall, who),
        "posts": {number: _posts(visit, number) for number in hall.plan.counters},
    }


def _posts(visit: Visit, number: int) -> dict[str, str]:
    """Who has which post at a counter now: as set live, or else as in the hall's file."""
    here = visit.house.state.counters.get(number)
    if here is not None and here.posts is not None:
        return dict(here.posts)
    return dict(visit.house.hall.plan.counters[number].posts)


def _rules_kept(visit: Visit) -> dict[str, Any]:
    """What shows whether the hall keeps its rules (M6): 延时错时, 首问负责, 一次性告知, 好差评."""
    state = visit.house.state
    closing = state.spans[-1][1] if state.spans else None
    ended = [one.ended_at for one in state.tickets.values() if one.state == "done" and one.ended_at is not None]
    first = [one.first_person for one in state.tickets.values() if one.first_person]
    return {
        "late": sum(closing is not None and at > closing for at in ended),
        "first": {who: first.count(who) for who in sorted(set(first))},
        "notices": len(state.notices),
        "oral": sum(one.oral for one in state.notices.values()),
        "ratings": service_day(state).ratings,
        "done": len(ended),
    }


DECLARED: tuple[Declared, ...] = (
    Page(path="/staff/duty", permission="duty-see", show=show, menu="值班台"),
    Stream(path="/staff/duty/live", permission="duty-see", parts=parts),
)

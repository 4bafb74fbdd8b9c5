"""Checking in who comes at an agreed hour: by the code that he names, or from today's list (M24)."""

from typing import Any

from msgspec import Struct
from starlette.responses import Response

from hub.clock import local
from hub.config import Hall
from hub.rules.commands import Appointment
from hub.rules.plan import Plan
from hub.rules.state import State, Ticket
from hub.staff.house import Told, refused
from hub.staff.pages.guide.desk import take_ticket, taken_words
from hub.staff.pages.guide.printers import printers_now
from hub.staff.routing import Action, Declared, Page, Stream
from hub.staff.visit import Visit

MINUTE_MS = 60_000


class CheckIn(Struct, frozen=True, kw_only=True):
    """Somebody names his code."""

    code: str = ""
    printer: str = ""


class Agreed(Struct, frozen=True, kw_only=True):
    """An appointment of today. kind: early, due or late, done once it has a ticket. words: what that means for him."""

    code: str
    service: str
    slot: str
    kind: str
    words: str


async def show(visit: Visit) -> Response:
    """Return the page."""
    return visit.page("guide/appointments.html", **_now(visit))


def parts(visit: Visit) -> dict[str, str]:
    """Return what changes on it."""
    return {"agreed": visit.html("guide/agreed.html", **_now(visit))}


def _now(visit: Visit) -> dict[str, Any]:
    hall, state, now = visit.house.hall, visit.house.state, visit.house.clock.now()
    return {
        "has_list": hall.appointments is not None,
        "agreed": agreed_now(hall, state, now),
        "came": came(hall, state),
        "printer": next((one.name for one in printers_now(visit) if one.chosen), ""),
    }


def agreed_now(hall: Hall, state: State, now: int) -> list[Agreed]:
    """Return who has not come yet, by the hour that was agreed."""
    every = sorted(state.appointments.values(), key=lambda one: (one.start, one.code))
    return [_agreed(hall, one, now) for one in every]


def _agreed(hall: Hall, one: Appointment, now: int) -> Agreed:
    kind = punctuality(hall.plan, one, now)
    return Agreed(
        code=one.code,
        service=hall.service_name(one.service),
        slot=_slot(hall, one.start, one.end),
        kind=kind,
        words=_words(hall, one, kind),
    )


def punctuality(plan: Plan, one: Appointment, now: int) -> str:
    """Return early, due or late, as the rules will take it."""
    if now < one.start:
        return "early"
    return "late" if now > one.end + plan.appointment_late_ms else "due"


def _words(hall: Hall, one: Appointment, kind: str) -> str:
    if kind == "early":
        return f"早到，{local(one.start, hall.zone):%H:%M}起按预约排队"
    if kind == "late":
        return f"迟到超过{hall.plan.appointment_late_ms // MINUTE_MS}分钟，按普通号排队"
    return "准时，按预约排队"


def _slot(hall: Hall, start: int, end: int) -> str:
    return f"{local(start, hall.zone):%H:%M}–{local(end, hall.zone):%H:%M}"


def came(hall: Hall, state: State) -> list[Agreed]:
    """Return who has come, the last first."""
    found = [one for one in state.tickets.values() if one.appointment]
    return [_came(hall, one) for one in sorted(found, key=lambda one: -one.serial)]


def _came(hall: Hall, ticket: Ticket) -> Agreed:
    slot = _slot(hall, *ticket.slot) if ticket.slot else ""
    service = hall.service_name(ticket.service)
    return Agreed(code=ticket.appointment, service=service, slot=slot, kind="done", words=ticket.number)


async def check_in(visit: Visit) -> Told:
    """Give the ticket of an appointment, and say whether it comes in time."""
    form = await visit.form(CheckIn)
    hall, state = visit.house.hall, visit.house.state
    code = form.code.strip()
    if not code:
        raise refused("请输入预约码", 400)
    agreed = state.appointments.get(code)
    if agreed is None:
        taken = next((one.number for one in state.tickets.values() if one.appointment == code), "")
        raise refused(f"预约{code}已签到，号码{taken}" if taken else f"今天没有预约码{code}", 409 if taken else 404)
    kind = punctuality(hall.plan, agreed, visit.house.clock.now())
    ticket = take_ticket(visit, form.printer, code=code)
    return Told(f"{taken_words(visit, ticket)}。{_words(hall, agreed, kind)}")


DECLARED: tuple[Declared, ...] = (
    Page(path="/staff/guide/appointments", permission="guide-see", show=show),
    Stream(path="/staff/guide/appointments/live", permission="guide-see", parts=parts),
    Action(path="/staff/guide/check-in", permission="guide-take", do=check_in),
)

"""The guide's first page: a service is one tap, with a class two; what waits for him; tickets of the last minutes."""

from itertools import islice
from typing import Any

from msgspec import Struct
from starlette.responses import Response

from hub.config import Hall
from hub.offers import offer
from hub.rules import commands, events
from hub.rules.alerts import present_alerts
from hub.rules.forecast import told_minutes
from hub.rules.phase import phase_at
from hub.rules.plan import APPOINTMENT, ORDINARY, RECEIVED
from hub.rules.state import State, Ticket
from hub.staff.house import Told, refused
from hub.staff.pages.guide.lines import lines_now
from hub.staff.pages.guide.printers import COOKIE, chosen, printers_now
from hub.staff.pages.guide.showing import TicketNow, ticket_now
from hub.staff.routing import Action, Declared, Page, Stream
from hub.staff.visit import Visit
from hub.words import alerts_of

RECENT = 8
CONCERNS = ("printer", "near-end", "doubt", "restored", "handed-over", "peak", "average-wait", "no-guide")
"""Alerts that a guide can do something about; the others are the duty officer's."""
NO_TICKETS = {
    "fault": "系统故障，暂停取号",
    "before": "未到取号时间，群众送来的材料可登记代收件",
    "break": "午间休息，暂停取号",
    "closing": "已停止取号，已取号的继续办理",
    "closed": "非取号时间，群众送来的材料可登记代收件",
}
"""Why no ticket is given now, by the phase of the hall."""
BY_THEMSELVES = (APPOINTMENT, RECEIVED)
"""Classes that nobody gives: they come from a list."""


class Looks(Struct, frozen=True, kw_only=True):
    """The address of the page. printer: is chosen from now on."""

    printer: str = ""


class Take(Struct, frozen=True, kw_only=True):
    """A ticket that a guide takes. prechecked: he has looked at the papers."""

    service: str = ""
    klass: str = ORDINARY
    prechecked: bool = False
    printer: str = ""


async def show(visit: Visit) -> Response:
    """Return the page; who names a printer has it from now on."""
    looks = visit.asked(Looks)
    answer = visit.page("guide/desk.html", **_now(visit, looks.printer))
    if looks.printer:
        answer.set_cookie(COOKIE, looks.printer, path="/staff/guide", httponly=True, samesite="strict")
    return answer


def parts(visit: Visit) -> dict[str, str]:
    """Return what changes on it; the choices of a form that is being filled in are not among that."""
    now = _now(visit)
    found = {
        name: visit.html(f"guide/{name}.html", **now) for name in ("alerts", "todo", "recent", "printers", "offers")
    }
    lines = {f"line-{line.code}": visit.html("guide/line.html", line=line) for line in now["lines"]}
    return found | lines


def _now(visit: Visit, printer: str = "") -> dict[str, Any]:
    hall, state, now = visit.house.hall, visit.house.state, visit.house.clock.now()
    printers = printers_now(visit, printer)
    return {
        "lines": lines_now(hall, state, visit.house.waits.now(), now),
        "classes": classes_of(hall),
        "printers": printers,
        "printer": next((one.name for one in printers if one.chosen), ""),
        "alerts": _alerts(hall, state, now),
        "todo": todo(hall, state),
        "recent": [ticket_now(hall, state, one) for one in _recent(state)],
        "on_duty": visit.by in state.on_duty.values(),
    }


def classes_of(hall: Hall) -> dict[str, str]:
    """Return the classes that a guide gives, the ordinary one first."""
    given = {code: hall.class_name(code) for code in hall.class_codes if code not in BY_THEMSELVES}
    return {ORDINARY: "普通"} | given


def _alerts(hall: Hall, state: State, now: int) -> list[str]:
    closed = NO_TICKETS.get("fault" if state.fault else phase_at(state, now))
    present = {key: value for key, value in present_alerts(state, hall.plan, now).items() if key[0] in CONCERNS}
    return ([closed] if closed else []) + alerts_of(present, (), hall.place_of)


def todo(hall: Hall, state: State) -> list[TicketNow]:
    """Return what somebody has to look after, the oldest first, so that nothing moves under a finger."""
    every = [*state.doubted.values(), *state.missed.values()]
    every += [one.shown for one in state.dispensers.values() if one.shown]
    every += [one for one in state.tickets.values() if one.state == "parked" or (one.claim and one.state == "waiting")]
    unique = {one.serial: one for one in every}
    return [ticket_now(hall, state, unique[serial]) for serial in sorted(unique)]


def _recent(state: State) -> list[Ticket]:
    return list(islice(reversed(state.tickets.values()), RECENT))


async def take(visit: Visit) -> Told:
    """Give a ticket for a service at once (M7, S3), where the guide has said so with its class and papers seen."""
    form = await visit.form(Take)
    if not form.service:
        raise refused("请选择业务", 400)
    if form.klass in BY_THEMSELVES:
        raise refused(visit.house.words("no-such-class"), 400)
    ticket = take_ticket(visit, form.printer, service=form.service, klass=form.klass)
    if form.prechecked:
        visit.ask(commands.MarkPrechecked(number=ticket.number, by=visit.by))
    return Told(taken_words(visit, ticket))


def take_ticket(visit: Visit, printer: str, *, service: str = "", klass: str = ORDINARY, code: str = "") -> Ticket:
    """Have a ticket given at a printer; code: of an appointment. Raises Told where that is refused.

    Its key is this guide's for this service, so that a second tap stands for the paper that is on its way.
    """
    name, state = chosen(visit, printer), visit.house.state
    here = state.dispensers.get(name)
    if here and here.shown:
        raise refused(f"{visit.house.hall.place_of(name)}正显示{here.shown.number}，请先确认群众已记下")
    command = commands.TakeTicket(
        dispenser=name,
        key=f"{visit.by}-{code or service}",
        boot=state.report(name).boot,
        service=service,
        klass=klass,
        appointment=code,
        anonymous=True,
        by=visit.by,
    )
    facts = visit.house.ask(command).facts
    serial = next(fact.serial for fact in facts if isinstance(fact, events.TicketTaken))
    return visit.house.state.tickets[serial]


def taken_words(visit: Visit, ticket: Ticket) -> str:
    """Return what the guide tells the citizen: his number, who is before him, how long, how else he may have it."""
    hall = visit.house.hall
    expected_ms = visit.house.desk.forecast_ms(ticket)
    minutes = told_minutes(ticket.ahead, expected_ms)
    said = [
        f"已取号 {ticket.number} {hall.service_name(ticket.service)}",
        f"前面{ticket.ahead}人" if ticket.ahead else "前面无人",
    ]
    said += [f"约等{minutes}分钟"] if minutes else []
    said += [f"在{hall.place_of(ticket.printer)}出票"] if ticket.printer != ticket.dispenser else []
    words = "，".join(said)
    elsewhere = offer(hall, ticket.service, expected_ms)
    return f"{words}。可告知群众：{elsewhere}" if elsewhere else words


DECLARED: tuple[Declared, ...] = (
    Page(path="/staff/guide", permission="guide-see", show=show, menu="引导台"),
    Stream(path="/staff/guide/live", permission="guide-see", parts=parts),
    Action(path="/staff/guide/take", permission="guide-take", do=take),
)

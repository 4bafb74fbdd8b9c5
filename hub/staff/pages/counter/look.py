"""What the clerk sees of his counter and its line, from the state alone; nothing here changes anything."""

from typing import Any

from msgspec import Struct

from hub.clock import local
from hub.presses import turn_at
from hub.rules.alerts import PRINTER_WRONG
from hub.rules.case import is_on_duty
from hub.rules.order import first_in_line, may_serve, services_of, waiting_for
from hub.rules.plan import DUE, ORDINARY
from hub.rules.state import CounterState, Slip, State, Ticket
from hub.staff.pages.counter.papers import is_plain, papers_of
from hub.staff.pages.counter.seat import name_of, seat_of
from hub.staff.pages.counter.signing import usual_phone
from hub.staff.visit import Visit
from hub.words import PRINTERS

MINUTE_MS = 60_000
RETURNING_MAX, CLAIMS_MAX = 12, 8
SLIPS = {
    "notice": "告知单",
    "acceptance": "受理回执",
    "refusal": "不予受理告知书",
    "commitment": "告知承诺书",
    "supplement": "容缺受理单",
    "result": "办理结果单",
    "left": "未办说明单",
}
NOT_OUT = dict(zip(PRINTER_WRONG, PRINTERS, strict=True)) | {
    "in-doubt": "不知是否打出，请查看打印机",
    "late": "等候过久",
}


class Reason(Struct, frozen=True):
    """One who could have been called. at: the moment that counted, arrival less head start."""

    number: str
    at: str


def stands(visit: Visit, here: CounterState) -> str:
    """Return how the visitor and the counter stand to each other."""
    person = visit.house.hall.plan.people.get(here.person)
    if here.person and here.person != visit.by:
        return "left" if here.away or here.locked else "others"
    if here.away:
        return "away"
    if not here.person:
        return "free"
    if here.locked:
        return "locked"
    if person and person.supervisor and not is_on_duty(visit.house.state, person.supervisor):
        return "unsupervised"
    return "mine"


def desk(visit: Visit) -> dict[str, Any]:
    """Return what the keys stand on: the counter, its ticket, and the hall's lists."""
    hall, state, number = visit.house.hall, visit.house.state, seat_of(visit)
    here = state.counters.get(number) or CounterState()
    return {
        "number": number,
        "here": here,
        "stands": stands(visit, here),
        "who": name_of(visit, here.person),
        "overdue": bool(here.away and here.away.back_at and here.away.back_at < visit.house.clock.now()),
        "turn": turn_at(state, number),
        "ticket": here.ticket,
        "told": told_of(visit, here.ticket) if here.ticket else {},
        "call": call_of(visit, here),
        "plan": hall.plan,
        "results": [(one, hall.plan.results[one.code]) for one in hall.file.results],
        "is_plain": is_plain,
        "DUE": DUE,
        "days": [(at, day_words(day)) for at, day in enumerate(state.working_days, 1)],
        "phone": usual_phone(visit),
        "others": [(one, open_words(state, one.number)) for one in hall.counters if one.number != number],
        "waiting_numbers": waiting_numbers(visit, number),
        "fault": state.fault,
        **materials(visit, here.ticket),
    }


def told_of(visit: Visit, ticket: Ticket) -> dict[str, str]:
    """Return what a clerk is told of a ticket beside its number; of its class, whoever looks over his shoulder is not.

    Only the page of the clerk has the class, never the second screen (M18, M40).
    """
    hall = visit.house.hall
    told = {"业务": hall.service_name(ticket.service), "取号": clock_of(visit, ticket.taken_at)}
    if ticket.klass != ORDINARY:
        told["类别"] = hall.class_name(ticket.klass)
    if ticket.slot:
        told["预约时段"] = "–".join(clock_of(visit, at) for at in ticket.slot)
    if ticket.prechecked:
        told["预检"] = "已预审"
    if ticket.first_counter:
        told["首问责任人"] = f"{name_of(visit, ticket.first_person) or '未登录'}（{ticket.first_counter}号窗）"
    if ticket.taken_by:
        told["取号人"] = name_of(visit, ticket.taken_by)
    if ticket.items:
        told["待补材料"] = "、".join(ticket.items)
    return told


def call_of(visit: Visit, here: CounterState) -> dict[str, Any]:
    """Return why this ticket was called: who else could have been, and what decided; empty where it was not."""
    if here.ticket is None or here.call is None:
        return {}
    why = {"next": "按序", "automatic": "自动", "number": "特呼"}.get(here.call.why, here.call.why)
    if here.call.reason:
        why += f"（{visit.house.hall.reason_name('special', here.call.reason)}）"
    others = [Reason(one.number, clock_of(visit, one.key)) for one in here.call.candidates]
    return {"why": why, "candidates": others}


def materials(visit: Visit, ticket: Ticket | None) -> dict[str, Any]:
    """Return the ticket's list: each material, and whether it is there."""
    state, plan = visit.house.state, visit.house.hall.plan
    service = plan.services.get(ticket.service) if ticket else None
    there = visit.house.checklists.there(state, ticket) if ticket else frozenset[str]()
    every = [(words, words in there) for words in (service.materials if service else ())]
    return {"materials": every, "missing": [words for words, is_there in every if not is_there]}


def papers(visit: Visit) -> dict[str, Any]:
    """Return what the papers' part stands on."""
    number = seat_of(visit)
    return desk(visit) | {
        "papers": papers_of(visit.house.state, number),
        "is_private": visit.house.orders.is_private,
        "printer": visit.house.hall.plan.counters[number].printer,
        "slip": slip_words(visit.house.state, number),
    }


def slip_words(state: State, number: int) -> tuple[str, str]:
    """Return how it is with the counter's last paper, and as what that is shown; empty where there was none."""
    for slip in state.slips.values():
        if slip.counter == number:
            return f"正在打印{_slip(slip)}…", "soft"
    for slip in reversed(state.slips_ended.values()):
        if slip.counter == number:
            why = NOT_OUT.get(slip.why, slip.why)
            return (f"{_slip(slip)}未打出：{why}", "wrong") if slip.why else (f"{_slip(slip)}已打出", "well")
    return "", ""


def _slip(slip: Slip) -> str:
    return f"{SLIPS.get(slip.what, '单据')} {slip.own_serial}".strip()


def line(visit: Visit) -> dict[str, Any]:
    """Return who waits for this counter: how many, who longest, who would be called now."""
    state, plan, number = visit.house.state, visit.house.hall.plan, seat_of(visit)
    waits = waiting_tickets(visit, number)
    longest = min(waits, key=lambda one: one.taken_at, default=None)
    upcoming, _candidates = first_in_line(state, plan, number)
    return {
        "number": number,
        "count": waiting_for(state, plan, number),
        "longest": longest,
        "minutes": max(0, visit.house.clock.now() - longest.taken_at) // MINUTE_MS if longest else 0,
        "upcoming": upcoming,
    }


def waiting_tickets(visit: Visit, number: int) -> list[Ticket]:
    """Return those who wait whom this counter may call."""
    state, plan = visit.house.state, visit.house.hall.plan
    services = services_of(state, plan, number)
    places = (place for line, lane in state.waiting.items() if line[0] or line[1] in services for place in lane)
    every = (state.tickets[place[2]] for place in places)
    return [one for one in every if not one.only_at or may_serve(state, plan, number, one)]


def waiting_numbers(visit: Visit, number: int) -> list[str]:
    """Return whom a special call may name."""
    return [one.number for one in waiting_tickets(visit, number)]


def lists(visit: Visit) -> dict[str, Any]:
    """Return who may be called back here, whose class is to be confirmed, whose paper is doubted."""
    hall, state, number = visit.house.hall, visit.house.state, seat_of(visit)
    back = [one for one in state.tickets.values() if one.state in ("parked", "missed")]
    back = [one for one in back if may_serve(state, hall.plan, number, one)]
    back.sort(key=lambda one: (one.counter != number, -one.since))
    claims = [one for one in waiting_tickets(visit, number) if one.claim and one.klass != one.claim]
    here = state.counters.get(number) or CounterState()
    return {
        "number": number,
        "stands": stands(visit, here),
        "turn": turn_at(state, number),
        "back": back[:RETURNING_MAX],
        "claims": claims[:CLAIMS_MAX],
        "doubted": list(state.doubted.values())[:CLAIMS_MAX],
        "plan": hall.plan,
    }


def open_words(state: State, number: int) -> str:
    """Return in a word how another counter is."""
    here = state.counters.get(number) or CounterState()
    if here.away:
        return here.away.reason or "暂停"
    return "在岗" if here.person else "无人"


def day_words(day: str) -> str:
    """Return a day, YYYYMMDD, as people read it."""
    return f"{int(day[4:6])}月{int(day[6:])}日"


def clock_of(visit: Visit, at: int) -> str:
    """Return a moment as people of the hall read it."""
    return f"{local(at, visit.house.hall.zone):%H:%M}"

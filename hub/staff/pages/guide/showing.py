"""A ticket as a guide sees it: where it stands, and what can be done with it now."""

from msgspec import Struct

from hub.clock import local
from hub.config import Hall
from hub.rules import events
from hub.rules.order import ahead_of
from hub.rules.plan import ALL_COUNTERS, ORDINARY
from hub.rules.state import State, Ticket
from hub.rules.steps import FINAL, RESTORED, may

STATES = {
    "issued": "正在出票",
    "doubted": "未确认是否出票",
    RESTORED: "系统恢复后未确认是否已叫号",
    "shown": "未出票，号码显示在取号机上",
    "waiting": "等候中",
    "called": "正在呼叫",
    "serving": "办理中",
    "parked": "已挂起",
    "missed": "已过号",
    "done": "已办结",
    "no-show": "过号作废",
    "cancelled": "已退号",
    "void": "未出票，已作废",
    "left": "当日未能办理",
}
WHAT_TO_DO = {
    "issued": "请等候出票",
    "doubted": "请问群众拿到票没有：拿到了按“已拿到票”，没拿到按“补打”",
    RESTORED: "请问持号群众是否还在等候：还在等按“还在等候”，已到过窗口按“退号”",
    "shown": "请群众记下号码，然后按“已拿到票”",
    "waiting": "请群众在等候区等候叫号",
    "called": "请群众立即到窗口",
    "serving": "群众正在窗口办理",
    "parked": "群众回来后按“返回排队”",
    "missed": "群众在场的，按“返回排队”",
    "done": "需要再办的，请重新取号",
    "no-show": "请重新取号",
    "cancelled": "请重新取号",
    "void": "请重新取号",
    "left": "请按告知单所写的时间再来",
}


class TicketNow(Struct, frozen=True, kw_only=True):
    """A ticket. klass, claim: in words, empty for the ordinary one and for none. can: actions that are possible now."""

    number: str
    service: str
    klass: str
    claim: str
    state: str
    words: str
    where: str
    what: str
    taken: str
    by: str
    prechecked: bool
    can: frozenset[str]
    vouch: str


def ticket_now(hall: Hall, state: State, ticket: Ticket) -> TicketNow:
    """Return a ticket as it is at this moment."""
    person = hall.person(ticket.taken_by)
    return TicketNow(
        number=ticket.number,
        service=hall.service_name(ticket.service),
        klass="" if ticket.klass == ORDINARY else hall.class_name(ticket.klass),
        claim=hall.class_name(ticket.claim) if ticket.claim else "",
        state=ticket.state,
        words=STATES[_said_of(ticket)],
        where=_where(hall, state, ticket),
        what=WHAT_TO_DO[_said_of(ticket)],
        taken=f"{local(ticket.taken_at, hall.zone):%H:%M}",
        by=person.name if person else ticket.taken_by,
        prechecked=ticket.prechecked,
        can=possible(ticket),
        vouch="还在等候" if _said_of(ticket) == RESTORED else "已拿到票",
    )


def _said_of(ticket: Ticket) -> str:
    """After a restore the question is another one."""
    return RESTORED if (ticket.state, ticket.doubt) == ("doubted", RESTORED) else ticket.state


def possible(ticket: Ticket) -> frozenset[str]:
    """Return what a guide can do with a ticket, as the rules have it."""
    is_waiting = ticket.state == "waiting"
    checks = {
        "vouch": ticket.state in ("doubted", "shown"),
        "reprint": bool(ticket.job) and ticket.state != "issued" and ticket.state not in FINAL,
        "precheck": ticket.state in ("issued", "doubted", "shown", "waiting") and not ticket.prechecked,
        "class": is_waiting,
        "confirm": is_waiting and bool(ticket.claim),
        "return": may(ticket.state, events.TicketReturned),
        "cancel": may(ticket.state, events.TicketVoided) or may(ticket.state, events.TicketCancelled),
    }
    return frozenset(name for name, is_possible in checks.items() if is_possible)


def _where(hall: Hall, state: State, ticket: Ticket) -> str:
    """Say where its holder should be, or how many are before him."""
    if ticket.state in ("called", "serving", "done"):
        return f"{ticket.counter}号窗口" if ticket.counter else ""
    if ticket.state != "waiting":
        return ""
    if ticket.only_at != ALL_COUNTERS:
        return f"等{ticket.only_at}号窗口叫号"
    ahead = max(0, ahead_of(state, hall.plan, ticket.service, ticket.key) - 1)
    return f"前面{ahead}人" if ahead else "前面无人"

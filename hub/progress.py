"""What the holder of a ticket sees on his phone: the queue before his number, and nothing else (M38); pure.

No class, no name, no number of anybody else, and of the time that it takes no more than can be known.
"""

from typing import Literal

from msgspec import Struct

from hub.config import Hall
from hub.rules.forecast import expected_wait_ms, told_minutes
from hub.rules.order import ahead_of_ticket
from hub.rules.phase import phase_at
from hub.rules.state import State, Ticket
from hub.rules.steps import RESTORED
from hub.screen_words import FAULT, PHASES, hour

Mood = Literal["waiting", "called", "aside", "over", "fault"]
NEAR = 3
"""With so few before him he had better be in the hall."""
SOON_S, LATER_S = 5, 15
"""After how long a phone asks again: his turn is near, or not yet."""

_SAID: dict[str, tuple[Mood, str, str]] = {
    "issued": ("aside", "正在出票", "请稍候，本页会自动更新。"),
    "doubted": ("aside", "正在核实号票是否打出", "请告知引导员您已拿到号票。"),
    RESTORED: ("aside", "系统刚刚恢复，正在核实您的排队情况", "请告知引导员您还在等候。"),
    "shown": ("aside", "等待工作人员确认", "请到引导台告知您的号码。"),
    "waiting": ("waiting", "排队等候中", ""),
    "done": ("over", "已办结", "欢迎对本次服务作出评价。"),
    "no-show": ("over", "过号未到，号码已作废", "仍需办理的，请重新取号或咨询引导台。"),
    "left": ("over", "今日未能办理", "号码已失效，请在工作时间再来，或拨打咨询电话。"),
    "cancelled": ("over", "号码已取消", "仍需办理的，请重新取号或咨询引导台。"),
    "void": ("over", "号码已作废", "仍需办理的，请重新取号或咨询引导台。"),
}
"""State to mood, words and what to do; of those that a counter has or had, `_said`."""


class ProgressNow(Struct, frozen=True, kw_only=True):
    """A ticket's own queue. state: in a few words. ahead: how many are before it, None where it is in no line.

    estimate: of the wait, in words, empty where none is known. todo: what he had better do. at: hall time, ms.
    again_s: when to ask again, 0: never.
    """

    hall: str
    number: str
    service: str
    mood: Mood
    state: str
    ahead: int | None
    estimate: str
    todo: str
    taken: str
    moment: str
    phase: str
    again_s: int
    phones: tuple[tuple[str, str], ...]
    query: str


def progress(hall: Hall, state: State, ticket: Ticket, now: int, *, is_broken: bool = False) -> ProgressNow:
    """Return what the page of a ticket shows. is_broken: the hub cannot keep what happens, so nothing else is said."""
    is_shut = is_broken or bool(state.fault)
    said: tuple[Mood, str, str] = ("fault", FAULT, "") if is_shut else _said(hall, ticket)
    mood, words, todo = said
    ahead = ahead_of_ticket(state, hall.plan, ticket) if mood == "waiting" else None
    is_near = mood != "waiting" or (ahead is not None and ahead <= NEAR)
    return ProgressNow(
        hall=hall.name,
        number=ticket.number,
        service=hall.service_name(ticket.service),
        mood=mood,
        state=words,
        ahead=ahead,
        estimate=_estimate(hall, state, ticket, ahead, now),
        todo=_come(ahead) if ahead is not None else todo,
        taken=hour(ticket.taken_at, hall.zone),
        moment=hour(now, hall.zone),
        phase=PHASES[phase_at(state, now)],
        again_s=0 if mood == "over" else SOON_S if is_near else LATER_S,
        phones=_phones(hall),
        query=hall.file.ticket.query,
    )


def _said(hall: Hall, ticket: Ticket) -> tuple[Mood, str, str]:
    """Return the mood of the page, the ticket's state in plain words, and what is to be done about it."""
    window = f"{ticket.counter}号窗口"
    if ticket.state == "called":
        return "called", f"请到{window}", "正在叫您的号，请带好材料前往。"
    if ticket.state == "serving":
        return "called", f"正在{window}办理", ""
    if ticket.state == "parked":
        return "aside", "暂缓办理", f"请按工作人员的告知准备，备好后回到{window}。"
    if ticket.state == "missed":
        return "aside", "已过号", _missed(hall, ticket)
    return _SAID[RESTORED if (ticket.state, ticket.doubt) == ("doubted", RESTORED) else ticket.state]


def _missed(hall: Hall, ticket: Ticket) -> str:
    if ticket.until is not None:
        return f"请在{hour(ticket.until, hall.zone)}前到引导台或窗口说明，恢复排队。"
    if ticket.calls_left:
        return f"再叫{ticket.calls_left}个号后自动恢复排队，请留在厅内。"
    return "请马上到引导台或窗口说明。"


def _come(ahead: int) -> str:
    if ahead <= NEAR:
        return "快到您了，请在厅内等候，留意叫号。"
    return "请留意本页，前面不多于3人时请回到厅内。"


def _estimate(hall: Hall, state: State, ticket: Ticket, ahead: int | None, now: int) -> str:
    """Say how long it will be, for one whom any counter may call; a wait for one counter alone nobody can tell."""
    if ahead is None or ticket.only_at:
        return ""
    wait_ms = expected_wait_ms(state, hall.plan, ticket.service, ticket.key, now, serial=ticket.serial)
    if wait_ms is None:
        return "目前没有窗口叫号，暂时无法估计"
    minutes = told_minutes(ahead, wait_ms)
    return f"约{minutes}分钟" if minutes else "马上"


def _phones(hall: Hall) -> tuple[tuple[str, str], ...]:
    """Return whom to ask, and whom to complain to (M21, M49)."""
    texts = hall.file.ticket
    found = (("咨询电话", texts.enquiry_phone), ("监督投诉电话", texts.complaint_phone))
    return tuple((label, phone) for label, phone in found if phone)

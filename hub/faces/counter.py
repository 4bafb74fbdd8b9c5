"""The faces of a counter: lintel, table display, pad and rating pad."""

from hardware.contract import Lamp
from hub.clock import local
from hub.faces.content import Content, Looked
from hub.rules.case import is_on_duty
from hub.rules.deciding.rating import LOW
from hub.rules.order import waiting_for
from hub.rules.state import Absence, CounterState, Ticket
from hub.words import ASPECTS


def lintel(looked: Looked) -> Content:
    """Show the call, or else whether the counter serves; both faces change at once (M31), an absence in full (M17)."""
    number = looked.device.counter or 0
    counter = looked.state.counter(number)
    if counter.ticket:
        return Content(f"请{counter.ticket.number}号到{number}号窗", arrow=looked.device.arrow)
    if counter.away:
        return Content(_absence(looked, counter.away))
    if looked.hall.plan.sign_in and not counter.person:
        return Content(f"{number}号窗口 暂停服务")
    return Content(f"{number}号窗口 {looked.hall.counter_name(number)}")


def _absence(looked: Looked, away: Absence) -> str:
    words = ["暂停服务", away.reason]
    if away.back_at is not None:
        words.append(f"{local(away.back_at, looked.hall.zone):%H:%M}返回")
    if away.phone:
        words.append(f"电话{away.phone}")
    return " ".join(word for word in words if word)


def pad(looked: Looked) -> Content:
    """Show the clerk his number or how many wait, and light the keys that do something."""
    hall, state, number = looked.hall, looked.state, looked.device.counter or 0
    counter = state.counter(number)
    if looked.typing:
        return Content(looked.typing)
    if closed := _not_working(looked, counter):
        return Content(closed)
    waiting = waiting_for(state, hall.plan, number)
    lamps: dict[str, Lamp] = {} if counter.ticket is None else {"no-show": "on", "finish": "on"}
    if not _calling(looked, counter):
        lamps["next"] = "on" if waiting else "off"
        lamps["recall"] = "on" if counter.ticket else "off"
    return Content(_ticket_words(looked, counter.ticket) if counter.ticket else _waiting_words(waiting), lamps)


def _ticket_words(looked: Looked, ticket: Ticket) -> str:
    """Return the number, and of what was handed in out of hours who took it (M25)."""
    if ticket.job:
        return ticket.number
    person = looked.hall.plan.people.get(ticket.taken_by)
    return f"{ticket.number} 代办 {person.name if person else ticket.taken_by}".strip()


def _not_working(looked: Looked, counter: CounterState) -> str:
    """Return why nobody works here, empty where somebody does."""
    plan = looked.hall.plan
    if counter.away:
        return "暂停服务"
    if not plan.sign_in:
        return ""
    if not counter.person:
        return "未登录"
    if counter.locked:
        return "已锁定"
    person = plan.people.get(counter.person)
    waits_for = person.supervisor if person else ""
    return "民警未在岗" if waits_for and not is_on_duty(looked.state, waits_for) else ""


def _waiting_words(waiting: int) -> str:
    if waiting == 0:
        return "无人等候"
    return f"等候{waiting}人" if waiting < 100 else f"等{waiting}人"


def _calling(looked: Looked, counter: CounterState) -> bool:
    return counter.called_at is not None and 0 <= looked.now - counter.called_at < looked.hall.plan.call_pause_ms


def _board(looked: Looked) -> str:
    """Be the 工作监督牌 between ratings: who works here on its front, 暂停服务 on its back (M1, M31)."""
    number = looked.device.counter or 0
    counter = looked.state.counter(number)
    person = looked.hall.plan.people.get(counter.person)
    if counter.away or (looked.hall.plan.sign_in and not person):
        return "暂停服务"
    return f"{person.name} {counter.person}" if person else f"{number}号窗口 评价器"


def rating(looked: Looked) -> Content:
    """Ask for a rating after a finish and at no other time, in words that hint at none (M22)."""
    number = looked.device.counter or 0
    window = looked.state.counter(number).rating
    if window is None or looked.now > window.until:
        return Content(_board(looked))
    if window.level is None:
        return Content("请您评价本次服务", {f"r{level}": "on" for level in range(1, 6)})
    if window.level <= LOW and not window.aspect:
        asked = " ".join(f"{code}{words}" for code, words in ASPECTS.items())
        return Content(f"请选原因 {asked}", {f"r{6 - code}": "blink" for code in ASPECTS})
    return Content("感谢您的评价")

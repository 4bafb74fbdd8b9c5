"""The faces of a counter: lintel, table display, supervision plate (监督牌), pad and rating pad."""

from hardware.contract import Lamp
from hub.clock import local
from hub.faces.content import Content, Looked, opening
from hub.rules.case import is_on_duty
from hub.rules.deciding.rating import LOW
from hub.rules.order import waiting_for
from hub.rules.phase import phase_at
from hub.rules.state import Absence, CounterState, Ticket
from hub.words import ASPECTS

TITLES = {"police": "民警", "auxiliary": "辅警"}
ARROWS = {"left": "←", "right": "→", "up": "↑", "down": "↓"}


def lintel(looked: Looked) -> Content:
    """Show the call, or else whether the counter serves; all faces change at once (M31), an absence in full (M17).

    During a fault of the hall they all say that, and whom to follow (M41).
    """
    if looked.state.fault:
        return Content("fault")
    counter = _counter(looked)
    fields = _fields(looked, counter)
    if counter.ticket:
        state = _called(counter)
        arrow = looked.device.arrow if state != "serving" else None
        fields |= {"number": counter.ticket.number, "arrow": ARROWS.get(arrow or "", "")}
        return Content(state, fields, since=counter.called_at, arrow=arrow)
    if counter.away:
        return Content("absent" if counter.away.reason else "paused", fields | _absence(looked, counter.away))
    return Content(_idle(looked, counter), fields | {"opens": opening(looked)})


def _counter(looked: Looked) -> CounterState:
    return looked.state.counter(looked.device.counter or 0)


def _fields(looked: Looked, counter: CounterState) -> dict[str, str]:
    """Return what every face of a counter can name: the counter and who works there, with his office's phone (M20)."""
    number = looked.device.counter or 0
    person = looked.hall.plan.people.get(counter.person)
    return {
        "counter": str(number),
        "service": looked.hall.counter_name(number),
        "person": person.name if person else "",
        "police": counter.person,
        "title": TITLES.get(person.kind, "") if person else "",
    }


def _called(counter: CounterState) -> str:
    if counter.ticket and counter.ticket.state == "serving":
        return "serving"
    return "recalled" if counter.recalls else "called"


def _idle(looked: Looked, counter: CounterState) -> str:
    """Return the state of a counter that has nobody before it."""
    phase = phase_at(looked.state, looked.now)
    is_unmanned = looked.hall.plan.sign_in and not counter.person
    if phase in ("before", "break", "closed"):
        return phase
    if is_unmanned:
        return "unmanned"
    return "overtime" if phase == "closing" else "idle"


def _absence(looked: Looked, away: Absence) -> dict[str, str]:
    back = f"{local(away.back_at, looked.hall.zone):%H:%M}" if away.back_at is not None else ""
    return {"reason": away.reason, "back": back, "phone": away.phone}


def pad(looked: Looked) -> Content:
    """Show the clerk his number or how many wait, and light the keys that do something."""
    hall, state, number = looked.hall, looked.state, looked.device.counter or 0
    counter = state.counter(number)
    fields = {"counter": str(number)}
    if looked.typing:
        return Content("typing", fields | {"words": looked.typing})
    if closed := _not_working(looked, counter):
        return Content(closed, fields)
    waiting = waiting_for(state, hall.plan, number)
    lamps: dict[str, Lamp] = {} if counter.ticket is None else {"no-show": "on", "finish": "on"}
    if not (state.fault or _calling(looked, counter)):
        lamps["next"] = "on" if waiting else "off"
        lamps["recall"] = "on" if counter.ticket else "off"
    if counter.ticket:
        return Content(_of_ticket(counter), fields | _ticket_fields(looked, counter.ticket), lamps)
    if state.fault:
        return Content("fault")
    return Content("waiting" if waiting else "idle", fields | {"waiting": str(waiting)}, lamps)


def _of_ticket(counter: CounterState) -> str:
    return "serving" if _called(counter) == "serving" else "called"


def _ticket_fields(looked: Looked, ticket: Ticket) -> dict[str, str]:
    """Return the number, and of what was handed in out of hours who took it (M25)."""
    person = looked.hall.plan.people.get(ticket.taken_by)
    by = "" if ticket.job or ticket.is_reserve else person.name if person else ticket.taken_by
    return {"number": ticket.number, "by": by}


def _not_working(looked: Looked, counter: CounterState) -> str:
    """Return the state of a pad at which nobody works, empty where somebody does."""
    plan = looked.hall.plan
    if counter.away:
        return "paused"
    if not plan.sign_in:
        return ""
    if not counter.person:
        return "unmanned"
    if counter.locked:
        return "locked"
    person = plan.people.get(counter.person)
    waits_for = person.supervisor if person else ""
    return "unsupervised" if waits_for and not is_on_duty(looked.state, waits_for) else ""


def _calling(looked: Looked, counter: CounterState) -> bool:
    return counter.called_at is not None and 0 <= looked.now - counter.called_at < looked.hall.plan.call_pause_ms


def _board(looked: Looked) -> Content:
    """Be the 工作监督牌 between ratings: who works here on its front, 暂停服务 on its back (M1, M31)."""
    counter = _counter(looked)
    is_back = counter.away or (looked.hall.plan.sign_in and not counter.person)
    return Content("paused" if is_back else "idle", _fields(looked, counter))


def rating(looked: Looked) -> Content:
    """Ask for a rating after a finish and at no other time, in words that hint at none (M22)."""
    window = _counter(looked).rating
    if window is None or looked.now > window.until:
        return _board(looked)
    if window.level is None:
        return Content("asked", lamps={f"r{level}": "on" for level in range(1, 6)})
    if window.level <= LOW and not window.aspect:
        asked = " ".join(f"{code}{words}" for code, words in ASPECTS.items())
        return Content("aspects", {"words": asked}, {f"r{6 - code}": "blink" for code in ASPECTS})
    return Content("thanks")

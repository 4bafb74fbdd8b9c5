"""The faces that belong to no counter: dispensers, the guide's keypad, the duty officer's panel."""

from displays.layout import has_room
from hardware.contract import Lamp
from hub.clock import local
from hub.config import Device, Hall
from hub.faces.content import Content, Looked, opening
from hub.presses import asked_at
from hub.rules.alerts import present_alerts
from hub.rules.case import Case
from hub.rules.deciding.spool import is_unwell, other_printer
from hub.rules.device_report import NEAR_END
from hub.rules.forecast import told_minutes
from hub.rules.phase import phase_at
from hub.rules.selftest import present_faults
from hub.rules.state import DispenserState, Ticket
from hub.rules.steps import RESTORED
from hub.words import alerts_of

HANDED_OUT_MS = 5_000
"""How long a dispenser names the ticket that it has just handed out."""
_PRINTER = ("paper-out", "cover-open")


def dispenser(looked: Looked) -> Content:
    """Say what to do, what has come out, or why there is nothing to be had; light the keys that give a ticket."""
    hall, state, device = looked.hall, looked.state, looked.device
    here = state.dispenser(device.name)
    if here.shown and here.shown.cap in keys_of(hall, device):
        return Content("told", {"number": here.shown.number}, {here.shown.cap: "blink"})
    if here.shown:
        return Content("asking")
    if asked := asked_at(hall, state, device):
        return Content("asked", {"number": asked.number}, _lamps(looked) | {asked.cap: "blink"})
    if state.fault:
        return Content("fault")
    if phase := _not_giving(looked):
        return Content(phase, {"opens": opening(looked)})
    wrong, other = state.report(device.name).printer_stops, _printer_for(looked)
    if wrong and not other and not hall.plan.paperless:
        return Content(wrong if wrong in _PRINTER else "printer")
    if looked.awaits_identity:
        return Content("card")
    words, fields = _handing_out(looked, here)
    if words == "idle" and other:
        words, fields = "idle-elsewhere", {"place": hall.place_of(other)}
    elif words == "idle" and state.report(device.name).alerts.get("printer") == NEAR_END:
        words = "near-end"
    return Content(words, fields, _lamps(looked))


def _printer_for(looked: Looked) -> str:
    """Return the printer that stands in for a dispenser's own, empty where its own prints or none does."""
    name = looked.device.name
    case = Case(looked.state, looked.hall.plan, looked.now, looked.now)
    return other_printer(case, name) if is_unwell(looked.state, name) else ""


def _lamps(looked: Looked) -> dict[str, Lamp]:
    """Light the keys that give a ticket: all but those whose ticket is on its way, or asked for."""
    if _not_giving(looked):
        return {}
    here = looked.state.dispenser(looked.device.name)
    return {key: "on" for key in keys_of(looked.hall, looked.device) if key not in here.printing | here.asked}


def _not_giving(looked: Looked) -> str:
    """Return the state of a dispenser that gives no ticket now (M28, M29), empty where it gives one."""
    phase = phase_at(looked.state, looked.now)
    if phase in ("before", "break"):
        return phase
    return "" if phase == "open" else "overtime" if looked.state.living else "closed"


def _handing_out(looked: Looked, here: DispenserState) -> tuple[str, dict[str, str]]:
    """Say what becomes of tickets taken here, and what has come out here of those taken elsewhere."""
    name, is_late = looked.device.name, not 0 <= looked.now - here.last_at < HANDED_OUT_MS
    last = None if is_late else here.last
    at_hand = [*reversed(here.printing.values()), *([last] if last and not here.voided else [])]
    if away := next((one for one in at_hand if one.printer not in ("", name)), None):
        return "elsewhere", {"number": away.number, "place": looked.hall.place_of(away.printer)}
    if here.printing:
        return "printing", {}
    if here.voided:
        return "voided", {}
    return ("handed-out", _handed_out(last)) if last else ("idle", {})


def _handed_out(ticket: Ticket) -> dict[str, str]:
    """Name the number, and how long its holder will wait, as his paper does."""
    minutes = told_minutes(ticket.ahead, ticket.expected_ms)
    return {"number": ticket.number} | ({"minutes": str(minutes)} if minutes else {})


def keys_of(hall: Hall, device: Device) -> list[str]:
    """Return the keys of a dispenser that give a ticket, in the order of its board."""
    board = hall.boards[device.name]
    return [key for key in board.keys.names() if key in device.keys or key in hall.plan.services] if board.keys else []


def guide(looked: Looked) -> Content:
    """Show the guide what he types, what came of it, and how many wait."""
    if looked.typing:
        return Content("typing", {"words": looked.typing})
    state, hall, name = looked.state, looked.hall, looked.device.name
    if state.fault:
        return Content("fault")
    if hall.plan.sign_in and name not in state.on_duty:
        return Content("unmanned")
    prints = state.dispenser(looked.device.prints or name)
    if prints.shown and prints.shown.cap == name:
        return Content("unprinted", {"number": prints.shown.number})
    if doubted := next(iter(state.doubted.values()), None):
        return Content("restored" if doubted.doubt == RESTORED else "doubted", {"number": doubted.number})
    return Content("idle", _waiting(looked))


def duty(looked: Looked) -> Content:
    """Show the duty officer every alert, the most urgent first, or that there is none."""
    if looked.typing:
        return Content("typing", {"words": looked.typing})
    state, plan = looked.state, looked.hall.plan
    live = present_alerts(state, plan, looked.now)
    present = {key: live.get(key, alert.value) for key, alert in state.alerts.items()}
    words = _declared(looked) + alerts_of(present, present_faults(state, plan), looked.hall.place_of)
    if words:
        return Content("alert", {"words": _as_many(words, looked)})
    if state.tested_at is not None and phase_at(state, looked.now) == "before":
        return Content("tested")
    return Content("idle", _waiting(looked))


def _declared(looked: Looked) -> list[str]:
    """Say first of all that the hall stands still, and since when (M41)."""
    fault = looked.state.fault
    return [f"系统故障 {local(fault.since, looked.hall.zone):%H:%M}起"] if fault else []


def _waiting(looked: Looked) -> dict[str, str]:
    return {"waiting": str(sum(map(len, looked.state.waiting.values())))}


def _as_many(words: list[str], looked: Looked) -> str:
    """Return the most urgent words, as many as a panel has pages for."""
    panel = looked.hall.boards[looked.device.name].panel
    while len(words) > 1 and panel and not has_room([" ".join(words)], panel_w_px=panel.w, panel_h_px=panel.h):
        words = words[:-1]
    return " ".join(words)


def printer(_looked: Looked) -> Content:
    """A printer of its own has no panel."""
    return Content("")

"""The faces that belong to no counter: dispensers, the guide's keypad, the duty officer's panel."""

from msgspec.structs import replace

from displays.layout import has_room
from hardware.contract import Lamp
from hub.config import Device, Hall
from hub.faces.content import Content, Looked, opening
from hub.rules.alerts import present_alerts
from hub.rules.forecast import expected_minutes
from hub.rules.phase import phase_at
from hub.rules.selftest import present_faults
from hub.rules.state import NEAR_END, DispenserState, Ticket
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
    if phase := _not_giving(looked):
        return Content(phase, {"opens": opening(looked)})
    wrong = state.report(device.name).printer_stops
    if wrong and not hall.plan.paperless:
        return Content(wrong if wrong in _PRINTER else "printer")
    if looked.awaits_identity:
        return Content("card")
    free: dict[str, Lamp] = {key: "on" for key in keys_of(hall, device) if key not in here.printing}
    content = Content(*_handing_out(here, looked.now), free)
    if content.state == "idle" and state.report(device.name).alerts.get("printer") == NEAR_END:
        return replace(content, state="near-end")
    return content


def _not_giving(looked: Looked) -> str:
    """Return the state of a dispenser that gives no ticket now (M28, M29), empty where it gives one."""
    phase = phase_at(looked.state, looked.now)
    if phase in ("before", "break"):
        return phase
    return "" if phase == "open" else "overtime" if looked.state.living else "closed"


def _handing_out(here: DispenserState, now: int) -> tuple[str, dict[str, str]]:
    if here.printing:
        return "printing", {}
    if here.voided:
        return "voided", {}
    if here.last and 0 <= now - here.last_at < HANDED_OUT_MS:
        return "handed-out", _handed_out(here.last)
    return "idle", {}


def _handed_out(ticket: Ticket) -> dict[str, str]:
    """Name the number, and how long its holder will wait where somebody is before him."""
    if not ticket.ahead or not ticket.expected_ms:
        return {"number": ticket.number}
    return {"number": ticket.number, "minutes": str(expected_minutes(ticket.expected_ms))}


def keys_of(hall: Hall, device: Device) -> list[str]:
    """Return the keys of a dispenser that give a ticket, in the order of its board."""
    board = hall.boards[device.name]
    return [key for key in board.keys.pins if key in device.keys or key in hall.plan.services] if board.keys else []


def guide(looked: Looked) -> Content:
    """Show the guide what he types, what came of it, and how many wait."""
    if looked.typing:
        return Content("typing", {"words": looked.typing})
    state, hall, name = looked.state, looked.hall, looked.device.name
    if hall.plan.sign_in and name not in state.on_duty:
        return Content("unmanned")
    prints = state.dispenser(looked.device.prints or name)
    if prints.shown and prints.shown.cap == name:
        return Content("unprinted", {"number": prints.shown.number})
    return Content("idle", _waiting(looked))


def duty(looked: Looked) -> Content:
    """Show the duty officer every alert, the most urgent first, or that there is none."""
    if looked.typing:
        return Content("typing", {"words": looked.typing})
    state, plan = looked.state, looked.hall.plan
    live = present_alerts(state, plan, looked.now)
    present = {key: live.get(key, alert.value) for key, alert in state.alerts.items()}
    if words := alerts_of(present, present_faults(state, plan)):
        return Content("alert", {"words": _as_many(words, looked)})
    if state.tested_at is not None and phase_at(state, looked.now) == "before":
        return Content("tested")
    return Content("idle", _waiting(looked))


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

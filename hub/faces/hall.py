"""The faces that belong to no counter: dispensers, the guide's keypad, the duty officer's panel."""

from displays.strip import STRIP_PX_MAX, pages
from hardware.contract import Lamp
from hub.clock import local
from hub.config import Device, Hall
from hub.faces.content import Content, Looked
from hub.rules.alerts import present_alerts
from hub.rules.forecast import expected_minutes
from hub.rules.phase import phase_at
from hub.rules.selftest import present_faults
from hub.rules.state import DispenserState, Ticket
from hub.words import alerts_of

HANDED_OUT_MS = 5_000
"""How long a dispenser names the ticket that it has just handed out."""
_PRINTER = {
    "paper-out": "缺纸 请找引导员",
    "cover-open": "请合上打印机盖",
}


def dispenser(looked: Looked) -> Content:
    """Say what to do, what has come out, or why there is nothing to be had; light the keys that give a ticket."""
    hall, state, device = looked.hall, looked.state, looked.device
    here = state.dispenser(device.name)
    if here.shown and here.shown.cap in keys_of(hall, device):
        return Content(f"请记{here.shown.number} 再按确认", {here.shown.cap: "blink"})
    if here.shown:
        return Content("请稍候 引导员正在取号")
    if closed := _closed(looked):
        return Content(closed)
    wrong = state.report(device.name).alerts.get("printer")
    if wrong and not hall.plan.paperless:
        return Content(_PRINTER.get(wrong, "打印机故障"))
    if looked.awaits_identity:
        return Content("请刷身份证")
    free: dict[str, Lamp] = {key: "on" for key in keys_of(hall, device) if key not in here.printing}
    return Content(_dispenser_words(here, looked.now), free)


def _closed(looked: Looked) -> str:
    """Return why no ticket is given now (M28, M29), empty where one is."""
    state = looked.state
    phase = phase_at(state, looked.now)
    if phase == "open":
        return ""
    if phase in ("before", "break"):
        opens = min(start for start, _end in state.spans or () if start > looked.now)
        hour = f"{local(opens, looked.hall.zone):%H:%M}"
        return f"{hour}开始取号" if phase == "before" else f"午休 {hour}取号"
    return "停止取号，继续办理" if state.living else "今日停止取号"


def _dispenser_words(here: DispenserState, now: int) -> str:
    if here.printing:
        return "正在出票 请稍候"
    if here.voided:
        return "出票失败 请重取"
    if here.last and 0 <= now - here.last_at < HANDED_OUT_MS:
        return _handed_out(here.last)
    return "请按键取号"


def _handed_out(ticket: Ticket) -> str:
    """Name the number, and how long its holder will wait where somebody is before him."""
    if not ticket.ahead or not ticket.expected_ms:
        return f"请取票 {ticket.number}"
    return f"请取票 {ticket.number} 约等{expected_minutes(ticket.expected_ms)}分钟"


def keys_of(hall: Hall, device: Device) -> list[str]:
    """Return the keys of a dispenser that give a ticket, in the order of its board."""
    board = hall.boards[device.name]
    return [key for key in board.keys.pins if key in device.keys or key in hall.plan.services] if board.keys else []


def guide(looked: Looked) -> Content:
    """Show the guide what he types, what came of it, and how many wait."""
    if looked.typing:
        return Content(looked.typing)
    state, hall, name = looked.state, looked.hall, looked.device.name
    if hall.plan.sign_in and name not in state.on_duty:
        return Content("引导台 未登录")
    prints = state.dispenser(looked.device.prints or name)
    if prints.shown and prints.shown.cap == name:
        return Content(f"未出纸 {prints.shown.number}")
    return Content(f"引导台 等候{sum(map(len, state.waiting.values()))}人")


def duty(looked: Looked) -> Content:
    """Show the duty officer every alert, or that there is none."""
    if looked.typing:
        return Content(looked.typing)
    state, plan = looked.state, looked.hall.plan
    live = present_alerts(state, plan, looked.now)
    present = {key: live.get(key, alert.value) for key, alert in state.alerts.items()}
    if words := alerts_of(present, present_faults(state, plan)):
        return Content(_as_many(words, looked))
    if state.tested_at is not None and phase_at(state, looked.now) == "before":
        return Content("自检正常")
    return Content(f"正常 等候{sum(map(len, state.waiting.values()))}人")


def _as_many(words: list[str], looked: Looked) -> str:
    """Return the most urgent words, as many as a panel has pages for."""
    panel = looked.hall.boards[looked.device.name].panel
    width_px = panel.w if panel else STRIP_PX_MAX
    while len(words) > 1 and len(pages(" ".join(words), width_px)) * width_px > STRIP_PX_MAX:
        words = words[:-1]
    return " ".join(words)


def printer(_looked: Looked) -> Content:
    """A printer of its own shows nothing."""
    return Content("")

"""What each device must show, from the state alone; step 6 of a press.

A pure function from hall, state, device and time to a Face. Texts for people stand here and in displays and printers.
"""

from functools import lru_cache

from msgspec import Struct

from displays.strip import fit, strip_panel
from hardware.board import Board
from hardware.contract import Lamp, Note, Panel
from hub.config import Device, Hall
from hub.presses import turn_of
from hub.rules.decide import Reason
from hub.rules.order import waiting_for
from hub.rules.state import CounterState, DispenserState, State

HANDED_OUT_MS = 5_000
"""How long a dispenser names the ticket that it has just handed out."""
REFUSAL_MS = 2_500
"""How long a refused press is answered in words."""
ACCEPTED: tuple[Note, ...] = ((1200, 40),)
REFUSED: tuple[Note, ...] = ((400, 120), (0, 60), (400, 120))

_STALE = {"dispenser": "暂停取号", "pad": "离线", "lintel": "请稍候"}
_FAULT = "系统故障 请听从引导员安排"
_REFUSED: dict[Reason, str] = {
    "no-such-key": "无此功能",
    "calling": "正在呼叫",
    "nobody-waits": "无号码",
    "no-ticket": "无号码",
    "printing": "正在出票 请稍候",
    "printer": "暂停取号",
}
_PRINTER = {
    "paper-out": "缺纸 请找引导员",
    "cover-open": "请合上打印机盖",
}


class Face(Struct, frozen=True, kw_only=True):
    """What a device shows: a view without the numbers that change with every message."""

    turn: int
    lamps: dict[str, Lamp]
    panel: Panel | None
    stale: Panel | None


def face(hall: Hall, state: State, device: Device, now: int, *, refused: Reason | None = None) -> Face:
    """Return what a device shows at ``now``. refused: why its last press came to nothing, while that is said."""
    board = hall.boards[device.name]
    text, lamps = _CONTENT[device.kind](hall, state, device, now)
    if refused and device.kind != "lintel":
        text = _REFUSED.get(refused, text)
    return _face(turn_of(state, device), board, text, lamps, _STALE[device.kind])


def fault_face(hall: Hall, state: State, device: Device) -> Face:
    """Return what a device shows while the hub cannot keep what happens."""
    return _face(turn_of(state, device), hall.boards[device.name], _FAULT, {}, _STALE[device.kind])


def next_change(hall: Hall, state: State, device: Device, now: int) -> int | None:
    """Return the time at which a device's face changes without anything happening, None if never."""
    if device.kind == "dispenser":
        dispenser = state.dispensers.get(device.name)
        until = dispenser.last_at + HANDED_OUT_MS if dispenser and dispenser.last else 0
    else:
        counter = state.counters.get(device.counter or 0)
        until = (counter.called_at or 0) + hall.plan.call_pause_ms if counter else 0
    return until if until > now else None


def _face(turn: int, board: Board, text: str, lamps: dict[str, Lamp], stale: str) -> Face:
    width = board.panel.w if board.panel else 0
    height = board.panel.h if board.panel else 0
    return Face(
        turn=turn,
        lamps={key: lamps.get(key, "off") for key in board.lamps.pins} if board.lamps else {},
        panel=_panel(text, width, height) if width else None,
        stale=_small(stale) if width else None,
    )


@lru_cache(maxsize=512)
def _panel(text: str, width_px: int, height_px: int) -> Panel:
    return fit(text, panel_w_px=width_px, panel_h_px=height_px)


@lru_cache(maxsize=64)
def _small(text: str) -> Panel:
    return strip_panel(text)


def _lintel(hall: Hall, state: State, device: Device, _now: int) -> tuple[str, dict[str, Lamp]]:
    number = device.counter or 0
    ticket = state.counter(number).ticket
    if ticket:
        return f"请{ticket.number}号到{number}号窗", {}
    return f"{number}号窗口 {hall.counter_name(number)}", {}


def _pad(hall: Hall, state: State, device: Device, now: int) -> tuple[str, dict[str, Lamp]]:
    counter = state.counter(device.counter or 0)
    waiting = waiting_for(state, hall.plan, device.counter or 0)
    lamps: dict[str, Lamp] = {} if counter.ticket is None else {"no-show": "on", "finish": "on"}
    if not _calling(hall, counter, now):
        lamps["next"] = "on" if waiting else "off"
        lamps["recall"] = "on" if counter.ticket else "off"
    return (counter.ticket.number if counter.ticket else _waiting_words(waiting)), lamps


def _waiting_words(waiting: int) -> str:
    if waiting == 0:
        return "无人等候"
    return f"等候{waiting}人" if waiting < 100 else f"等{waiting}人"


def _calling(hall: Hall, counter: CounterState, now: int) -> bool:
    return counter.called_at is not None and 0 <= now - counter.called_at < hall.plan.call_pause_ms


def _dispenser(hall: Hall, state: State, device: Device, now: int) -> tuple[str, dict[str, Lamp]]:
    dispenser = state.dispenser(device.name)
    wrong = state.report(device.name).alerts.get("printer")
    if wrong:
        return _PRINTER.get(wrong, "打印机故障"), {}
    free: dict[str, Lamp] = {key: "on" for key in keys_of(hall, device) if key not in dispenser.printing}
    return _dispenser_words(dispenser, now), free


def _dispenser_words(dispenser: DispenserState, now: int) -> str:
    if dispenser.printing:
        return "正在出票 请稍候"
    if dispenser.voided:
        return "出票失败 请重取"
    if dispenser.last and 0 <= now - dispenser.last_at < HANDED_OUT_MS:
        return f"请取票 {dispenser.last.number}"
    return "请按键取号"


def keys_of(hall: Hall, device: Device) -> list[str]:
    """Return the keys of a dispenser that give a ticket, in the order of its board."""
    board = hall.boards[device.name]
    return [key for key in board.keys.pins if key in device.keys or key in hall.plan.services] if board.keys else []


_CONTENT = {"lintel": _lintel, "pad": _pad, "dispenser": _dispenser}

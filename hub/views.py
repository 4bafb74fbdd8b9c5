"""What each device must show, from the state alone; step 6 of a press.

A pure function from hall, state, device and time to a Face. Texts for people stand in faces, words, displays, printers.
"""

from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from displays.strip import TooLongError, fit, strip_panel
from hardware.board import Board
from hardware.contract import Lamp, Note, Panel
from hub.config import Device, Hall
from hub.faces import counter as at_counter
from hub.faces import hall as in_hall
from hub.faces.content import Content, Looked
from hub.presses import turn_of
from hub.rules.case import Reason
from hub.rules.phase import phase_at
from hub.rules.state import State
from hub.spoken import present_calls
from hub.words import REFUSED as WORDS

REFUSAL_MS = 2_500
"""How long a refused press is answered in words."""
SELF_TEST_MS = 5_000
"""How long every lamp is lit and every panel named when the hall tests itself (M30)."""
ACCEPTED: tuple[Note, ...] = ((1200, 40),)
REFUSED: tuple[Note, ...] = ((400, 120), (0, 60), (400, 120))

_STALE = {"dispenser": "暂停取号", "lintel": "请稍候", "table": "请稍候", "rating": "暂停评价"}
_OFFLINE = "离线"
_FAULT = "系统故障 请听从引导员安排"
_SILENT = ("lintel", "table", "printer", "speaker")
_CONTENT = {
    "lintel": at_counter.lintel,
    "table": at_counter.lintel,
    "pad": at_counter.pad,
    "rating": at_counter.rating,
    "dispenser": in_hall.dispenser,
    "guide": in_hall.guide,
    "duty": in_hall.duty,
    "printer": in_hall.printer,
    "speaker": in_hall.printer,
}


class Face(Struct, frozen=True, kw_only=True):
    """What a device shows: a view without the numbers that change with every message. reads: it looks for a card.

    calls: of a speaker, the numbers and counters of the present calls; None of any other device.
    """

    turn: int
    lamps: dict[str, Lamp]
    panel: Panel | None
    stale: Panel | None
    reads: bool = False
    calls: tuple[tuple[str, int], ...] | None = None


def face(looked: Looked, *, refused: Reason | None = None) -> Face:
    """Return what a device shows. refused: why its last press came to nothing, while that is said."""
    board = looked.hall.boards[looked.device.name]
    content = _CONTENT[looked.device.kind](looked)
    if refused and looked.device.kind not in _SILENT and not _says_why_itself(looked, refused):
        words = looked.hall.words.get(refused) or WORDS[refused]
        content = Content(words, content.lamps)
    if _tests_itself(looked):
        content = Content(f"自检 {looked.device.name}", dict.fromkeys(board.lamps.pins, "on") if board.lamps else {})
    shown = _face(turn_of(looked.state, looked.device), board, content, looked.device)
    if looked.device.kind == "speaker":
        return replace(shown, calls=present_calls(looked.state))
    return replace(shown, reads=True) if looked.awaits_identity else shown


def fault_face(hall: Hall, state: State, device: Device) -> Face:
    """Return what a device shows while the hub cannot keep what happens."""
    return _face(turn_of(state, device), hall.boards[device.name], Content(_FAULT), device)


def next_change(hall: Hall, state: State, device: Device, now: int) -> int | None:
    """Return the time at which a device's face changes without anything happening, None if never."""
    moments = [state.tested_at + SELF_TEST_MS] if state.tested_at is not None else []
    if device.kind == "dispenser":
        dispenser = state.dispensers.get(device.name)
        if dispenser and dispenser.last:
            moments.append(dispenser.last_at + in_hall.HANDED_OUT_MS)
    elif counter := state.counters.get(device.counter or 0):
        moments.append((counter.called_at or 0) + hall.plan.call_pause_ms)
    return min((at for at in moments if at > now), default=None)


def _tests_itself(looked: Looked) -> bool:
    """Only before the doors open: a hub that starts later must not hide a call."""
    tested_at = looked.state.tested_at
    is_due = tested_at is not None and 0 <= looked.now - tested_at < SELF_TEST_MS
    return is_due and phase_at(looked.state, looked.now) == "before"


def _says_why_itself(looked: Looked, refused: Reason) -> bool:
    """A dispenser that gives no tickets now says so, and until when; a refusal would tell less."""
    return looked.device.kind == "dispenser" and refused == "closed"


def _face(turn: int, board: Board, content: Content, device: Device) -> Face:
    width = board.panel.w if board.panel else 0
    height = board.panel.h if board.panel else 0
    return Face(
        turn=turn,
        lamps={key: content.lamps.get(key, "off") for key in board.lamps.pins} if board.lamps else {},
        panel=_panel(content.text, width, height) if width else None,
        stale=_small(_STALE.get(device.kind, _OFFLINE)) if width else None,
    )


@lru_cache(maxsize=512)
def _panel(text: str, width_px: int, height_px: int) -> Panel:
    """Cut a text that no panel takes, visibly: something must be on show."""
    words = text
    while True:
        try:
            return fit(words, panel_w_px=width_px, panel_h_px=height_px)
        except TooLongError:
            words = f"{words[: len(words) * 3 // 4].rstrip('…')}…"


@lru_cache(maxsize=64)
def _small(text: str) -> Panel:
    return strip_panel(text)

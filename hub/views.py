"""What each device must show, from the state alone; step 6 of a press.

A pure function from hall, state, device and time to a Face. Texts for people stand in faces, words, displays, printers.
"""

from msgspec import Struct
from msgspec.structs import replace

from displays.face_table import card_picture, picture, stale_picture
from displays.strip import strip_panel
from hardware.board import StripCard
from hardware.contract import Direction, Lamp, Note, Panel
from hub.clock import local
from hub.config import Device, Hall
from hub.faces import counter as at_counter
from hub.faces import hall as in_hall
from hub.faces.content import Content, Looked
from hub.light import level_at, next_step
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

FAULT_LAMP = "fault"
_SILENT = ("lintel", "table", "face", "printer", "speaker")
_CONTENT = {
    "lintel": at_counter.lintel,
    "table": at_counter.lintel,
    "face": at_counter.lintel,
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

    arrow, light: as in the contract. calls: of a speaker, the numbers and counters of the present calls; None of any
    other device.
    """

    turn: int
    lamps: dict[str, Lamp]
    panel: Panel | None
    stale: Panel | None
    reads: bool = False
    arrow: Direction | None = None
    light: int | None = None
    calls: tuple[tuple[str, int], ...] | None = None


def face(looked: Looked, *, refused: Reason | None = None, done: str = "") -> Face:
    """Return what a device shows.

    refused: why its last press came to nothing, done: what it did; both while that is said.
    """
    board = looked.hall.boards[looked.device.name]
    content = _CONTENT[looked.device.kind](looked)
    if refused and looked.device.kind not in _SILENT and not _says_more(looked, content, refused):
        content = Content("refused", {"words": _refusal_words(looked, refused)}, content.lamps)
    elif done:
        content = Content("done", {"words": done}, content.lamps)
    if _tests_itself(looked):
        content = Content("self-test", lamps=dict.fromkeys(board.lamps.pins, "on") if board.lamps else {})
    shown = _face(looked.hall, looked.device, content, turn_of(looked.state, looked.device), looked.now)
    calls = present_calls(looked.state) if looked.device.kind == "speaker" else None
    lamps = shown.lamps if content.state == "self-test" else shown.lamps | _fault_lamp(looked, shown.lamps)
    return replace(shown, lamps=lamps, reads=looked.awaits_identity, light=_light(looked.hall, looked.now), calls=calls)


def _refusal_words(looked: Looked, refused: Reason) -> str:
    """Return why a press came to nothing; the number in it is that which stands in the way at a dispenser."""
    words = looked.hall.words.get(refused) or WORDS[refused]
    shown = looked.state.dispenser(looked.device.prints or looked.device.name).shown
    return words.replace("{number}", shown.number if shown else "").strip()


def _fault_lamp(looked: Looked, lamps: dict[str, Lamp]) -> dict[str, Lamp]:
    """A lamp named fault is lit while the printer of its device stops, and blinks near the end of the paper (M4)."""
    report = looked.state.report(looked.device.name)
    if FAULT_LAMP not in lamps or not report.alerts.get("printer"):
        return {}
    return {FAULT_LAMP: "on" if report.printer_stops else "blink"}


def fault_face(hall: Hall, state: State, device: Device, now: int) -> Face:
    """Return what a device shows while the hub cannot keep what happens."""
    return replace(_face(hall, device, Content("fault"), turn_of(state, device), 0), light=_light(hall, now))


def next_change(hall: Hall, state: State, device: Device, now: int) -> int | None:
    """Return the time at which a device's face changes without anything happening, None if never."""
    moments = [state.tested_at + SELF_TEST_MS] if state.tested_at is not None else []
    if hall.file.light and (light_at := next_step(hall.file.light, local(now, hall.zone))):
        moments.append(round(light_at.timestamp() * 1000))
    if device.kind == "dispenser":
        dispenser = state.dispensers.get(device.name)
        if dispenser and dispenser.last:
            moments.append(dispenser.last_at + in_hall.HANDED_OUT_MS)
    elif counter := state.counters.get(device.counter or 0):
        if counter.called_at is not None:
            moments += [counter.called_at + wait for wait in (hall.plan.call_pause_ms, _blink_ms(hall, device))]
        moments += [edge for span in state.spans or () for edge in span]
    return min((at for at in moments if at > now), default=None)


def _blink_ms(hall: Hall, device: Device) -> int:
    cells = hall.faces.get(device.kind, {})
    return round(1000 * max((cell.blink_s for cell in cells.values()), default=0.0))


def _light(hall: Hall, now: int) -> int | None:
    steps = hall.file.light
    return level_at(steps, local(now, hall.zone)) if steps else None


def _tests_itself(looked: Looked) -> bool:
    """Only before the doors open: a hub that starts later must not hide a call."""
    tested_at = looked.state.tested_at
    is_due = tested_at is not None and 0 <= looked.now - tested_at < SELF_TEST_MS
    return is_due and phase_at(looked.state, looked.now) == "before"


def _says_more(looked: Looked, content: Content, refused: Reason) -> bool:
    """A dispenser that gives no tickets now says so, and until when; a question stays above its key."""
    is_asking = content.state in ("asked", "told")
    return looked.device.kind == "dispenser" and (refused in ("closed", "fault") or is_asking)


def _face(hall: Hall, device: Device, content: Content, turn: int, now: int) -> Face:
    board = hall.boards[device.name]
    return Face(
        turn=turn,
        lamps={key: content.lamps.get(key, "off") for key in board.lamps.pins} if board.lamps else {},
        panel=_panel(hall, device, content, now),
        stale=_stale(hall, device),
        arrow=content.arrow,
    )


def _panel(hall: Hall, device: Device, content: Content, now: int) -> Panel | None:
    panel = hall.boards[device.name].panel
    if not panel:
        return None
    if device.kind not in hall.faces:
        return strip_panel("")
    cell = hall.faces[device.kind][content.state]
    fields = content.fields | {"device": device.name}
    if isinstance(panel, StripCard):
        return card_picture(cell, fields, panel_w_px=panel.w)
    is_new = content.since is not None and now < content.since + cell.blink_s * 1000
    return picture(cell, fields, panel_w_px=panel.w, panel_h_px=panel.h, is_new=is_new)


def _stale(hall: Hall, device: Device) -> Panel | None:
    panel = hall.boards[device.name].panel
    if not panel or device.kind not in hall.faces:
        return None
    if isinstance(panel, StripCard):
        return card_picture(hall.faces[device.kind]["stale"], {}, panel_w_px=panel.w)
    return stale_picture(hall.faces[device.kind]["stale"], panel_w_px=panel.w, panel_h_px=panel.h)

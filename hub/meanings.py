"""What a digit stands for that names something in a list, so that a clerk reads 开会 before he confirms it."""

from displays.glyphs import width_px
from hub.config import Device, Hall
from hub.fields import ABSENCE, OTHER_SERVICE, REASON, RESULT, SERVICE, Field

_REASONS = {"special": "special", "transfer": "transfer", "finish": "refused"}


def meaning_of(hall: Hall, action: str, field: Field, typed: str) -> str:
    """Return the words for what was typed into a field of an action; empty where it names nothing in a list.

    Not those of a class, which are for nobody beside the desk (M40).
    """
    if field is REASON and action in _REASONS:
        words = hall.reason_name(_REASONS[action], typed)
    elif field is ABSENCE:
        words = hall.reason_name("absence", typed)
    elif field is RESULT:
        words = hall.result_name(typed)
    elif field in (SERVICE, OTHER_SERVICE):
        words = service_name(hall, typed)
    else:
        return ""
    return "" if words == typed else words


def service_name(hall: Hall, typed: str) -> str:
    """Return the name of the service that a digit names, the digit itself where it names none."""
    codes, place = list(hall.plan.services), int(typed or 0)
    return hall.service_name(codes[place - 1]) if 1 <= place <= len(codes) else typed


def stands_still(hall: Hall, device: Device, text: str) -> bool:
    """Return whether a device's panel has room for a text in one line."""
    panel = hall.boards[device.name].panel
    return panel is not None and width_px(text) <= panel.w

"""Compares what a panel shows with what its view says, dot by dot."""

from hardware.contract import Panel, View
from sim.changes import PanelNow


def shows(panel: PanelNow, view: View | None) -> bool:
    """Tell whether a panel shows its view: all of it, or the part of a moving one that is its turn.

    A picture that is narrower or lower than the panel stands in its middle (hardware.contract.Panel).
    """
    if not view or not view.panel:
        return False
    dots = _dots(panel.bits, panel.w, panel.h)
    return any(dots == one for one in _moments(view.panel, panel.w, panel.h))


def _moments(told: Panel, w: int, h: int) -> list[list[list[int]]]:
    """Return every picture that a panel of this size shows of one, at one moment or another."""
    rows = _dots(told.bits, told.w, told.h)
    dark = [[0] * w for _ in range(h)]
    if told.w <= w:
        whole = [_window(rows, (told.w - w) // 2, w, h)]
    else:
        step = 1 if told.motion == "scroll" else w
        whole = [_window(rows, left, w, h) for left in range(-w if step == 1 else 0, told.w, step)]
    return [*whole, dark] if told.motion == "blink" else whole


def _window(rows: list[list[int]], left: int, w: int, h: int) -> list[list[int]]:
    """Return w columns from ``left`` on, dark beyond the picture, in the middle of h rows."""
    cut = [[row[x] if 0 <= x < len(row) else 0 for x in range(left, left + w)] for row in rows]
    above = max(0, (h - len(cut)) // 2)
    dark = [0] * w
    return [*[dark] * above, *cut, *[dark] * (h - len(cut) - above)][:h]


def _dots(bits: bytes, w: int, h: int) -> list[list[int]]:
    stride = (w + 7) // 8
    return [[bits[y * stride + x // 8] >> (7 - x % 8) & 1 for x in range(w)] for y in range(h)]

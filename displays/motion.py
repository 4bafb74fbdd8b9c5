"""How a picture moves on a panel: which window of it is on show after how long; the firmware does the same."""

from PIL import Image

from hardware.contract import Panel


def window(panel: Panel | None, *, w: int, h: int, elapsed_ms: int) -> tuple[bytes, int | None]:
    """Return the dots on show, as the contract writes bits, and when they change next; None is never.

    w, h: the panel's own size. elapsed_ms: since the picture was put on show; the answer counts from then too.
    """
    moves = panel is not None and panel.pace_ms > 0 and (panel.motion == "blink" or panel.w > w)
    if panel is None or not moves or panel.motion == "still":
        return _cut(panel, w, h, 0), None
    step = elapsed_ms // panel.pace_ms
    return _cut(panel, w, h, step), (step + 1) * panel.pace_ms


def _cut(panel: Panel | None, w: int, h: int, step: int) -> bytes:
    whole = Image.new("1", (w, h))
    if panel and not (panel.motion == "blink" and step % 2):
        strip = Image.frombytes("1", (panel.w, panel.h), panel.bits)
        whole.paste(strip, (_left(panel, w, step), max(0, (h - panel.h) // 2)))
    return whole.tobytes()


def _left(panel: Panel, w: int, step: int) -> int:
    """Return where the picture's left edge is, from the panel's."""
    if panel.w <= w:
        return (w - panel.w) // 2
    if panel.motion == "flip":
        return -(step % -(-panel.w // w)) * w
    return -(step % panel.w) if panel.motion == "scroll" else 0

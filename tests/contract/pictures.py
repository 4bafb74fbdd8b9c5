"""Pictures for panels and where their dots must be, reckoned here anew so that no driver is its own judge."""

import random
from typing import Any

from hardware.contract import Panel

Dots = list[list[int]]


def picture(w: int, h: int = 16, *, seed: int = 1, **fields: Any) -> Panel:
    """Return a picture of noise, in which no two rows, columns or windows are the same."""
    noise = random.Random(f"{w} {h} {seed}")
    rows = [[noise.randint(0, 1) for _ in range(w)] for _ in range(h)]
    return panel_of(rows, **fields)


def panel_of(rows: Dots, **fields: Any) -> Panel:
    """Return rows of dots as the contract sends them: each row padded to bytes, leftmost dot in the highest bit."""
    w, bits = len(rows[0]), b""
    for row in rows:
        padded = "".join(map(str, row)).ljust((w + 7) // 8 * 8, "0")
        bits += int(padded, 2).to_bytes(len(padded) // 8, "big")
    return Panel(w=w, h=len(rows), bits=bits, **fields)


def dots_of(panel: Panel) -> Dots:
    """Return a picture's rows of dots."""
    stride = (panel.w + 7) // 8
    rows = [panel.bits[at : at + stride] for at in range(0, len(panel.bits), stride)]
    return [[row[x // 8] >> (7 - x % 8) & 1 for x in range(panel.w)] for row in rows]


def dark(w: int, h: int) -> Dots:
    """Return a panel on which nothing is lit."""
    return [[0] * w for _ in range(h)]


def centred(panel: Panel, w: int, h: int) -> Dots:
    """Return what a panel of w times h dots shows of a picture that is not larger; an odd dot is left on the right."""
    shown, left, top = dark(w, h), (w - panel.w) // 2, (h - panel.h) // 2
    for y, row in enumerate(dots_of(panel)):
        shown[top + y][left : left + panel.w] = row
    return shown


def window(panel: Panel, at: int, w: int, h: int) -> Dots:
    """Return what a panel shows of a picture of its height from dot ``at`` on; dark beyond its end."""
    return [(row[at : at + w] + [0] * w)[:w] for row in dots_of(panel)[:h]]


def drawn(dots: Dots) -> str:
    """Return dots for people to compare."""
    return "\n".join("".join("#" if dot else "." for dot in row) for row in dots)

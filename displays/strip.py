"""Text to pixels: one strip 16 px high, and how it goes onto a panel: fitted, flipped in pages, or scrolled."""

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

from PIL import Image

from displays.glyphs import COLUMN_PX, HEIGHT_PX, composed, glyph, is_shown, width_px
from hardware.contract import Panel

PAGE_MS = 2_000
SCROLL_MS = 30
STRIP_PX_MAX = 1024
TEXT_MAX = 128
BITS_MAX = 2048
"""Bytes of one picture: with words, lamps and the stale picture it still goes into the contract's largest view."""
_WORD = re.compile(
    r"[（《“]*(?:[0-9A-Za-z]+(?:[.,:/-][0-9A-Za-z]+)*(?:号窗口|号窗|[号楼室年月日时分])?|.)[，。、；：！？）》”]*",
    re.DOTALL,
)
"""What stays together on a page: a number with the word that belongs to it (A012号), a mark with what it belongs to."""
NUMBER = re.compile(r"(?<![0-9A-Za-z])[A-Z]\d{3,}(?![0-9A-Za-z])")
_PIECES = tuple(re.compile(f"{NUMBER.pattern}{more}|[0-9A-Za-z]+[.,:/-]|.", re.DOTALL) for more in ("号?|窗口", ""))
"""What of a word too wide for a page stays together still: a ticket number, if there is room with its 号; a phone's
number breaks behind its dash."""


class TooLongError(ValueError):
    """A text that no message of the contract can hold."""


class SmallPanelError(ValueError):
    """A panel on which a character or a ticket number would be cut."""


def strip_panel(text: str) -> Panel:
    """Return a text as wide as it is, at least 8 px, for a display to centre. Raises TooLongError beyond 1024 px."""
    columns = _join(text)
    return _panel(columns, text) if columns else Panel(w=COLUMN_PX, h=HEIGHT_PX, bits=bytes(HEIGHT_PX), text=text)


def fit(
    text: str, *, panel_w_px: int, panel_h_px: int = HEIGHT_PX, overflow: Literal["flip", "scroll"] = "flip"
) -> Panel:
    """Return a text for a panel: centred if it fits, else in pages that flip, or scrolled if that is asked for.

    No character is ever cut. A text with a ticket number never scrolls: it flips, and the number stays in one piece.
    panel_w_px: a multiple of 8. Raises TooLongError beyond 128 characters, 1024 px or 2048 bytes, and
    SmallPanelError where the panel is too low for a line, or too narrow for a character or a ticket number.
    """
    if len(text) > TEXT_MAX:
        raise TooLongError(f"a text of {len(text)} characters; at most {TEXT_MAX} go to a panel")
    if width_px(text) <= panel_w_px:
        return _tall(_panel(_centred(_join(text), panel_w_px), text), panel_h_px)
    if overflow == "scroll" and not NUMBER.search(text):
        gap = bytes(panel_w_px // COLUMN_PX * HEIGHT_PX)
        return _tall(_panel(gap + _join(text), text, motion="scroll", pace_ms=SCROLL_MS), panel_h_px)
    whole = b"".join(_centred(_join(page), panel_w_px) for page in pages(text, panel_w_px))
    return _tall(_panel(whole, text, motion="flip", pace_ms=PAGE_MS), panel_h_px)


def pages(text: str, panel_w_px: int, *, width: Callable[[str], int] = width_px) -> list[str]:
    """Return a text in pieces that each fit the panel, broken between words, or else between characters.

    A phrase that has to be broken has its pages for itself, no wider than need be: 先办结 本号, not 先办结本 号.
    width: how wide a text is, in px, on a panel that has a font of its own. Raises SmallPanelError where a character or
    a ticket number alone is wider than the panel.
    """
    found: list[str] = []
    is_full = True
    for phrase in "".join(char for char in composed(text) if char.isspace() or is_shown(char)).split():
        if width(phrase) > panel_w_px:
            found += _broken(phrase, panel_w_px, width)
            is_full = True
        elif is_full or width(f"{found[-1]} {phrase}") > panel_w_px:
            found.append(phrase)
            is_full = False
        else:
            found[-1] += f" {phrase}"
    return found or [""]


def broken_phrases(text: str, panel_w_px: int, *, width: Callable[[str], int] = width_px) -> int:
    """Return how many phrases of a text are wider than a panel."""
    return sum(width(phrase) > panel_w_px for phrase in text.split())


def image(panel: Panel) -> Image.Image:
    """Return a panel's pixels as a picture of mode "1"."""
    return Image.frombytes("1", (panel.w, panel.h), panel.bits)


def _broken(phrase: str, panel_w_px: int, width: Callable[[str], int]) -> list[str]:
    """Return a phrase in as many pages as it takes, none wider than need be."""
    found = _filled(phrase, panel_w_px, width)
    for narrower_px in range(2 * COLUMN_PX, panel_w_px, COLUMN_PX):
        with suppress(SmallPanelError):
            if len(even := _filled(phrase, narrower_px, width)) == len(found):
                return even
    return found


def _filled(phrase: str, panel_w_px: int, width: Callable[[str], int]) -> list[str]:
    """Return a phrase in pages that are filled one after the other, broken between words where that can be."""
    found: list[str] = []
    for word in _WORD.findall(phrase):
        for piece in [word] if width(word) <= panel_w_px else _pieces(word, panel_w_px, width):
            if found and width(found[-1] + piece) <= panel_w_px:
                found[-1] += piece
            else:
                found.append(piece)
    return found


def _pieces(word: str, panel_w_px: int, width: Callable[[str], int]) -> list[str]:
    for pattern in _PIECES:
        pieces = pattern.findall(word)
        widest = max(pieces, key=width)
        if width(widest) <= panel_w_px:
            return pieces
    raise SmallPanelError(f"a panel {panel_w_px} px wide cannot show {widest} whole; give its board a wider panel")


def _join(text: str) -> bytes:
    return b"".join(map(glyph, composed(text)))


def _centred(columns: bytes, panel_w_px: int) -> bytes:
    """Centre on whole columns, so that the rows stay whole bytes."""
    room = panel_w_px // COLUMN_PX - len(columns) // HEIGHT_PX
    return bytes(room // 2 * HEIGHT_PX) + columns + bytes((room - room // 2) * HEIGHT_PX)


def _panel(columns: bytes, text: str, motion: Literal["still", "flip", "scroll"] = "still", pace_ms: int = 0) -> Panel:
    width = len(columns) // HEIGHT_PX * COLUMN_PX
    if width > STRIP_PX_MAX:
        raise TooLongError(f"a text of {width} px in pages; at most {STRIP_PX_MAX} go to a panel")
    bits = b"".join([columns[row::HEIGHT_PX] for row in range(HEIGHT_PX)])
    return Panel(w=width, h=HEIGHT_PX, bits=bits, text=text, motion=motion, pace_ms=pace_ms)


def _tall(panel: Panel, panel_h_px: int) -> Panel:
    """Centre a strip on a panel that is higher; a lower one is a mistake of its board file."""
    if panel_h_px < panel.h:
        raise SmallPanelError(
            f"a panel {panel_h_px} px high cannot show a line of {panel.h} px; give its board a higher panel"
        )
    if panel.w * panel_h_px > BITS_MAX * 8:
        raise TooLongError(f"a picture of {panel.w}x{panel_h_px} px; at most {BITS_MAX} bytes go to a panel")
    if panel_h_px == panel.h:
        return panel
    stride, above = panel.w // COLUMN_PX, (panel_h_px - panel.h) // 2
    below = panel_h_px - panel.h - above
    bits = bytes(stride * above) + panel.bits + bytes(stride * below)
    return Panel(w=panel.w, h=panel_h_px, bits=bits, text=panel.text, motion=panel.motion, pace_ms=panel.pace_ms)

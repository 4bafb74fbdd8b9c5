"""Texts to a panel of any size: the largest type in which one of them stands still, else pages that flip, or scroll.

A panel of 16 rows has one line; a higher one has more, or type of twice the size, where Unifont is crisp too. A lower
one has small capitals. Nothing is ever cut, and a ticket number stays whole and never scrolls (M2).
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace
from PIL import Image

from displays.glyphs import COLUMN_PX, HEIGHT_PX, width_px
from displays.small_font import CELL_W_PX, small_rows
from displays.strip import (
    BITS_MAX,
    NUMBER,
    PAGE_MS,
    TEXT_MAX,
    SmallPanelError,
    TooLongError,
    broken_phrases,
    fit,
    image,
    pages,
    strip_panel,
)
from hardware.contract import Panel

BLINK_MS = 500
"""Half a blink: one in a second, well under the three that may harm (M2)."""
LARGE = 2
Moves = Literal["still", "blink", "scroll"]
_Line = tuple[str, int]
"""A line of text and how many times its type is as large as 16 px."""


class _Laid(Struct, frozen=True):
    """A text in lines that fit the panel. weight: how many times its largest line is as large as 16 px."""

    text: str
    lines: tuple[_Line, ...]
    weight: int


def lay(texts: Sequence[str], *, panel_w_px: int, panel_h_px: int, small: str = "", moves: Moves = "still") -> Panel:
    """Return what a panel shows of texts that say the same, the fullest first; "\\n" in one begins another line.

    Of those that fit as they are the one with the largest type is taken, the fullest of several. Where none fits, the
    one with the fewest broken phrases flips in pages, or the first scrolls if that is asked for and it has no ticket
    number. small: for a panel that is too low or too narrow for all of them. panel_w_px: a multiple of 8. Raises
    TooLongError as `strip.fit`, and SmallPanelError where not even small has room.
    """
    if panel_h_px < HEIGHT_PX:
        return _blinking(_small(small, panel_w_px, panel_h_px), moves)
    if texts and _is_full_line(texts[0], panel_w_px, panel_h_px):
        return _blinking(fit(texts[0], panel_w_px=panel_w_px, panel_h_px=panel_h_px), moves)
    still = [laid for text in texts for laid in _ways(text, panel_w_px, panel_h_px)]
    if still:
        return _blinking(_still(max(still, key=lambda laid: laid.weight), panel_w_px, panel_h_px), moves)
    try:
        return _moving(texts, panel_w_px, panel_h_px, moves)
    except SmallPanelError:
        return _blinking(_small(small, panel_w_px, panel_h_px), moves)


def has_room(texts: Sequence[str], *, panel_w_px: int, panel_h_px: int) -> bool:
    """Tell whether a panel can show one of these texts whole."""
    try:
        lay(texts, panel_w_px=panel_w_px, panel_h_px=panel_h_px)
    except TooLongError:
        return False
    return True


def tall_strip(text: str, small: str, *, panel_h_px: int) -> Panel:
    """Return a text as wide as it is, for a display to centre: what a device keeps for the time without a hub."""
    if panel_h_px < HEIGHT_PX:
        return _small(small, -(-len(small) * CELL_W_PX // COLUMN_PX) * COLUMN_PX, panel_h_px)
    return strip_panel(text)


def _is_full_line(text: str, w: int, h: int) -> bool:
    """Tell whether nothing can be larger than this text in one line: a call on a lintel, which has to be quick."""
    return h < LARGE * HEIGHT_PX and "\n" not in text and width_px(text) <= w


def _ways(text: str, w: int, h: int) -> Iterator[_Laid]:
    """Yield the ways in which a text stands still on a panel."""
    if len(text) > TEXT_MAX:
        return
    own = text.split("\n")
    for scale in range(min(LARGE, h // HEIGHT_PX), 0, -1):
        if lines := _wrapped(own, w // scale, h // HEIGHT_PX // scale, may_break=scale == 1):
            yield _Laid(text, tuple((line, scale) for line in lines), scale)
    mixed = _emphasised(own)
    width, height = max(width_px(line) * scale for line, scale in mixed), sum(scale for _, scale in mixed) * HEIGHT_PX
    if len(own) > 1 and width <= w and height <= h:
        yield _Laid(text, mixed, LARGE)


def _wrapped(own: list[str], w: int, rows: int, *, may_break: bool) -> list[str]:
    """Return a text's own lines, broken where they are too wide, or all of them run on; empty where both are many.

    may_break: also within a phrase; large type is not worth that.
    """
    run_on = " ".join(own)
    if (
        w < COLUMN_PX
        or width_px("".join(run_on.split())) > rows * w
        or not (may_break or broken_phrases(run_on, w) == 0)
    ):
        return []
    try:
        for lines in (own, [run_on]):
            broken = [page for line in lines for page in pages(line, w)]
            if len(broken) <= rows:
                return broken
    except SmallPanelError:
        pass
    return []


def _emphasised(own: list[str]) -> tuple[_Line, ...]:
    """Make the line with the ticket number large, or else the first."""
    numbered = next((at for at, line in enumerate(own) if NUMBER.search(line)), 0)
    return tuple((line, LARGE if at == numbered else 1) for at, line in enumerate(own))


def _still(laid: _Laid, w: int, h: int) -> Panel:
    if h == HEIGHT_PX:
        return replace(fit(laid.lines[0][0], panel_w_px=w), text=_said(laid.text))
    return _panel([_page(laid.lines, w, h)], _said(laid.text))


def _moving(texts: Sequence[str], w: int, h: int, moves: Moves) -> Panel:
    for text in map(_run_on, texts):
        if moves == "scroll" and not NUMBER.search(text):
            return fit(text, panel_w_px=w, panel_h_px=h, overflow="scroll")
    failed: ValueError | None = None
    for text in sorted(map(_run_on, texts), key=lambda text: broken_phrases(text, w)):
        try:
            return _flipping(text, w, h)
        except (TooLongError, SmallPanelError) as error:
            failed = failed or error
    raise failed or SmallPanelError("no text was given to show")


def _flipping(text: str, w: int, h: int) -> Panel:
    rows = h // HEIGHT_PX
    if rows == 1:
        return replace(fit(text, panel_w_px=w, panel_h_px=h), text=_said(text))
    if len(text) > TEXT_MAX:
        raise TooLongError(f"a text of {len(text)} characters; at most {TEXT_MAX} go to a panel")
    lines = pages(text, w)
    sheets = [lines[at : at + rows] for at in range(0, len(lines), rows)]
    if len(sheets) * w * h > BITS_MAX * 8:
        raise TooLongError(f"a text of {len(sheets)} pages of {w}x{h} px; at most {BITS_MAX} bytes go to a panel")
    return replace(
        _panel([_page([(line, 1) for line in sheet], w, h) for sheet in sheets], _said(text)),
        motion="flip",
        pace_ms=PAGE_MS,
    )


def _page(lines: Sequence[_Line], w: int, h: int) -> Image.Image:
    """Draw lines one below the other, in the middle of a page."""
    page = Image.new("1", (w, h))
    top = (h - sum(scale for _, scale in lines) * HEIGHT_PX) // 2
    for line, scale in lines:
        if width_px(line):
            strip = image(strip_panel(line))
            large = strip.resize((strip.width * scale, strip.height * scale), Image.Resampling.NEAREST)
            left = (w - large.width) // 2 // COLUMN_PX * COLUMN_PX
            page.paste(large, (left, top))
        top += scale * HEIGHT_PX
    return page


def _panel(sheets: list[Image.Image], text: str) -> Panel:
    whole = Image.new("1", (sum(sheet.width for sheet in sheets), sheets[0].height))
    for at, sheet in enumerate(sheets):
        whole.paste(sheet, (at * sheet.width, 0))
    return Panel(w=whole.width, h=whole.height, bits=whole.tobytes(), text=text)


def _small(text: str, w: int, h: int) -> Panel:
    """Show small capitals, one beside the other or else one below the other."""
    width, rows = small_rows(text)
    if width > w:
        width, rows = CELL_W_PX - 1, [row for char in text for row in small_rows(char)[1]]
    if width > w or len(rows) > h:
        raise SmallPanelError(f"a panel of {w}x{h} px has no room for {text!r}; give its board a larger panel")
    shift = w - width - (w - width) // 2
    bits = b"".join((row << shift).to_bytes(w // COLUMN_PX, "big") for row in rows)
    return Panel(w=w, h=len(rows), bits=bits, text=text)


def _blinking(panel: Panel, moves: Moves) -> Panel:
    if moves != "blink" or panel.motion != "still":
        return panel
    return replace(panel, motion="blink", pace_ms=BLINK_MS)


def _run_on(text: str) -> str:
    return re.sub(r"\s*\n\s*", " ", text)


def _said(text: str) -> str:
    """Return a text as people write it: no space where a line ends with a Chinese mark."""
    return re.sub(r"(?<=[，。；：、])\s+", "", _run_on(text))

"""Text to what a strip card on RS-485 takes: pages of GBK as wide as the card, and the frames that carry them.

A frame, as drivers of Chinese halls send it (REQUIREMENTS.md, section 7), at most every 100 ms::

    AA addr BB 51 54 check 01 00 99 00 63 text FF

check is the sum of all after it, FF too, modulo 256. No byte of GBK is FF, so that ends the text. Nobody explains the
five bytes before the text; they are those that drivers send with every call, so they are taken for "show this at once,
keep it in RAM": a card's flash would be worn out by calls. A card therefore starts empty, and is told again.
"""

from functools import partial

from displays.glyphs import COLUMN_PX, HEIGHT_PX, STAND_IN, composed, glyph, is_shown
from displays.strip import PAGE_MS, STRIP_PX_MAX, TEXT_MAX, TooLongError, pages
from hardware.contract import Panel

FRAME_GAP_S = 0.1
"""What comes sooner after a frame is lost."""
START, KIND, HEAD, END = 0xAA, b"\xbb\x51\x54", b"\x01\x00\x99\x00\x63", 0xFF
PAGE_BREAK = b"\f"


def card_panel(text: str, panel_w_px: int) -> Panel:
    """Return a text in pages for a card, and the picture that is meant by them.

    Characters that GBK lacks are a visible stand-in. Raises TooLongError beyond 128 characters or 1024 px, and
    SmallPanelError where the card is too narrow for a character or a ticket number.
    """
    if len(text) > TEXT_MAX:
        raise TooLongError(f"a text of {len(text)} characters; at most {TEXT_MAX} go to a panel")
    cells = panel_w_px // COLUMN_PX
    found = pages("".join(map(_shown, composed(text))), panel_w_px, width=_width_px)
    if len(found) * panel_w_px > STRIP_PX_MAX:
        raise TooLongError(f"a text of {len(found)} pages; at most {STRIP_PX_MAX} px go to a panel")
    lines = [line(page, cells) for page in found]
    columns = b"".join(map(drawn, lines))
    bits = b"".join(columns[row::HEIGHT_PX] for row in range(HEIGHT_PX))
    panel = partial(Panel, w=len(lines) * panel_w_px, h=HEIGHT_PX, bits=bits, text=text, gbk=PAGE_BREAK.join(lines))
    return panel(motion="flip", pace_ms=PAGE_MS) if len(lines) > 1 else panel()


def lacking(text: str) -> list[str]:
    """Return what of a text a card cannot draw, each character once, in order."""
    return [char for char in dict.fromkeys(composed(text)) if is_shown(char) and not _gbk(char)]


def line(page: str, cells: int) -> bytes:
    """Return a page in GBK, centred by spaces: a card writes over what it shows and begins on its left."""
    data = page.encode("gbk")
    return (b" " * ((cells - len(data)) // 2) + data).ljust(cells)


def drawn(data: bytes) -> bytes:
    """Return GBK as byte columns of 16 rows, as a card draws it: a cell of 8 px for each byte."""
    columns = b""
    for char in data.decode("gbk"):
        columns += glyph(char).ljust(len(char.encode("gbk")) * HEIGHT_PX, b"\0")
    return columns


def frame(address: int, data: bytes) -> bytes:
    """Return the frame that shows a line of GBK on the card of an address, 1 to 254."""
    body = HEAD + data + bytes((END,))
    return bytes((START, address)) + KIND + bytes((sum(body) % 256,)) + body


def _gbk(char: str) -> bytes:
    return char.encode("gbk", errors="ignore")


def _shown(char: str) -> str:
    return char if _gbk(char) or not is_shown(char) else STAND_IN


def _width_px(text: str) -> int:
    return len(_gbk(text)) * COLUMN_PX

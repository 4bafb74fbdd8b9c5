"""The glyph cache: GNU Unifont at 16 px, where its outlines fall on whole pixels, as columns ready to be joined.

A cell is 8 px wide, or 16 for Chinese, and 16 px high. Fonts stay in their Debian package; none is copied.
"""

import unicodedata
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FOLDER = Path("/usr/share/fonts/opentype/unifont")
FONTS = ("unifont.otf", "unifont_upper.otf")
HEIGHT_PX = 16
COLUMN_PX = 8
NO_GLYPH = "\U0010ffff"
"""A code point that no font may ever have: it draws what the font shows for a character that it lacks."""
STAND_IN = "〓"
"""What Chinese printers set for a character that is not at hand (geta)."""


class FontMissingError(FileNotFoundError):
    """The font is not installed; the sentence names the package."""


@lru_cache(maxsize=8192)
def glyph(char: str) -> bytes:
    """Return a character's byte columns: for each 8 px of width 16 bytes from the top, leftmost pixel highest.

    Control, zero-width and combining characters have no width: b"". A character that no font has is shown as
    ``STAND_IN``. Raises FontMissingError.
    """
    if not is_shown(char):
        return b""
    columns = _columns(char)
    return columns if columns is not None else glyph(STAND_IN)


def composed(text: str) -> str:
    """Return a text with its accents joined to their letters (NFC), because a cell holds one character."""
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def missing(text: str) -> list[str]:
    """Return what of a text cannot be seen as it is written, each character once, in order.

    That is what no font has, and accents that no letter with them exists for. Raises FontMissingError.
    """
    return [char for char in dict.fromkeys(composed(text)) if _is_lost(char)]


def is_shown(char: str) -> bool:
    """Tell whether a character takes room: control, format and combining characters do not."""
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Mn", "Me", "Zl", "Zp"}


@lru_cache(maxsize=4096)
def width_px(text: str) -> int:
    """Return the width of a text. Raises FontMissingError."""
    return sum(map(len, map(glyph, composed(text)))) // HEIGHT_PX * COLUMN_PX


def _is_lost(char: str) -> bool:
    if is_shown(char):
        return _columns(char) is None
    return bool(unicodedata.combining(char)) or unicodedata.category(char) == "Me"


def _columns(char: str) -> bytes | None:
    """Draw a character with the first font that has it; None if none has."""
    for font in _fonts():
        rows = _drawn(font, char)
        if rows != _nothing(font):
            return rows[0::2] if font.getlength(char) <= COLUMN_PX else rows[0::2] + rows[1::2]
    return None


@lru_cache(maxsize=1)
def _fonts() -> tuple[ImageFont.FreeTypeFont, ...]:
    if not (FOLDER / FONTS[0]).is_file():
        raise FontMissingError(f"{FOLDER / FONTS[0]} is missing; run: apt-get install fonts-unifont")
    found = [FOLDER / name for name in FONTS if (FOLDER / name).is_file()]
    return tuple(ImageFont.truetype(str(path), HEIGHT_PX, layout_engine=ImageFont.Layout.BASIC) for path in found)


@lru_cache(maxsize=len(FONTS))
def _nothing(font: ImageFont.FreeTypeFont) -> bytes:
    return _drawn(font, NO_GLYPH)


def _drawn(font: ImageFont.FreeTypeFont, char: str) -> bytes:
    """Return 16 rows of two bytes."""
    image = Image.new("1", (HEIGHT_PX, HEIGHT_PX))
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    draw.text((0, 0), char, font=font, fill=1)
    return image.tobytes()

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

    Control and zero-width characters have no width: b"". A character that no font has is shown as ``STAND_IN``.
    """
    if not is_shown(char):
        return b""
    font = next((font for font in _fonts() if _has(font, char)), None)
    return _columns(font, char) if font else glyph(STAND_IN)


def missing(text: str) -> list[str]:
    """Return the characters of a text that no font has, each once, in order."""
    return [char for char in dict.fromkeys(text) if is_shown(char) and not any(_has(font, char) for font in _fonts())]


def is_shown(char: str) -> bool:
    """Tell whether a character takes room: control, format and combining characters do not."""
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Mn", "Me", "Zl", "Zp"}


def width_px(text: str) -> int:
    """Return the width of a text."""
    return sum(len(glyph(char)) for char in text) // HEIGHT_PX * COLUMN_PX


@lru_cache(maxsize=1)
def _fonts() -> tuple[ImageFont.FreeTypeFont, ...]:
    if not (FOLDER / FONTS[0]).is_file():
        raise FontMissingError(f"{FOLDER / FONTS[0]} is missing; run: apt-get install fonts-unifont")
    basic = ImageFont.Layout.BASIC
    found = [FOLDER / name for name in FONTS if (FOLDER / name).is_file()]
    return tuple(ImageFont.truetype(str(path), HEIGHT_PX, layout_engine=basic) for path in found)


@lru_cache(maxsize=8192)
def _has(font: ImageFont.FreeTypeFont, char: str) -> bool:
    return _drawn(font, char).tobytes() != _drawn(font, NO_GLYPH).tobytes()


def _drawn(font: ImageFont.FreeTypeFont, char: str) -> Image.Image:
    image = Image.new("1", (HEIGHT_PX, HEIGHT_PX))
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    draw.text((0, 0), char, font=font, fill=1)
    return image


def _columns(font: ImageFont.FreeTypeFont, char: str) -> bytes:
    rows = _drawn(font, char).tobytes()
    return rows[0::2] if font.getlength(char) <= COLUMN_PX else rows[0::2] + rows[1::2]

"""Characters that GNU Unifont lacks, as names have them (𬭼): BabelStone Han at 24 dots, where it is installed.

GB 18030-2022 asks for the characters of names; no thermal printer has them in its own type.
"""

from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from printers.layout import CELL_H_DOTS

FONT = Path("/usr/share/fonts/truetype/babelstone/BabelStoneHan.ttf")
"""Debian's fonts-babelstone-han."""
NO_GLYPH = "\U0010ffff"
SIDE_DOTS = CELL_H_DOTS
_SIZE_DOTS, _BASE_DOTS = 23, 20


@lru_cache(maxsize=256)
def rare_rows(char: str) -> tuple[int, ...] | None:
    """Return 24 rows of 24 dots, leftmost highest; None where the font is not installed or lacks the character."""
    font = _font()
    if font is None:
        return None
    rows = _drawn(font, char)
    return None if rows == _drawn(font, NO_GLYPH) else rows


@lru_cache(maxsize=1)
def _font() -> ImageFont.FreeTypeFont | None:
    if not FONT.is_file():
        return None
    return ImageFont.truetype(str(FONT), _SIZE_DOTS, layout_engine=ImageFont.Layout.BASIC)


def _drawn(font: ImageFont.FreeTypeFont, char: str) -> tuple[int, ...]:
    image = Image.new("1", (SIDE_DOTS, SIDE_DOTS))
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    draw.text((SIDE_DOTS / 2, _BASE_DOTS), char, font=font, fill=1, anchor="ms")
    data, stride = image.tobytes(), SIDE_DOTS // 8
    return tuple(int.from_bytes(data[at : at + stride], "big") for at in range(0, len(data), stride))

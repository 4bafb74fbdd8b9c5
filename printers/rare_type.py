"""Characters that GNU Unifont lacks, as names have them (𬭼): BabelStone Han, where it is installed.

GB 18030-2022 asks for the characters of names; no thermal printer has them in its own type.
"""

from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONT = Path("/usr/share/fonts/truetype/babelstone/BabelStoneHan.ttf")
"""Debian's fonts-babelstone-han."""
NO_GLYPH = "\U0010ffff"


@lru_cache(maxsize=256)
def rare_rows(char: str, side_dots: int) -> tuple[int, ...] | None:
    """Return a character as rows, leftmost dot highest; None where the font is not installed or lacks it.

    side_dots: how high and wide it is, a multiple of 8.
    """
    font = _font(side_dots)
    if font is None:
        return None
    rows = _drawn(font, char, side_dots)
    return None if rows == _drawn(font, NO_GLYPH, side_dots) else rows


@lru_cache(maxsize=2)
def _font(side_dots: int) -> ImageFont.FreeTypeFont | None:
    if not FONT.is_file():
        return None
    return ImageFont.truetype(str(FONT), side_dots - 1, layout_engine=ImageFont.Layout.BASIC)


def _drawn(font: ImageFont.FreeTypeFont, char: str, side_dots: int) -> tuple[int, ...]:
    image = Image.new("1", (side_dots, side_dots))
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    draw.text((side_dots / 2, side_dots * 5 // 6), char, font=font, fill=1, anchor="ms")
    data, stride = image.tobytes(), side_dots // 8
    return tuple(int.from_bytes(data[at : at + stride], "big") for at in range(0, len(data), stride))

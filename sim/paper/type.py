"""The printer's own characters: 24 dots high, 12 wide, Chinese 24, made larger by whole factors as printers do."""

from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

HEIGHT_DOTS, CELL_DOTS = 24, 12
_LIKE_PAPER = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")
_ALWAYS_THERE = Path("/usr/share/fonts/opentype/unifont/unifont.otf")
_MONO = 1


@lru_cache(maxsize=4096)
def type_of(char: str, is_wide: bool, is_bold: bool) -> Image.Image:
    """Return a character in mode "1", ink is 1, at its normal size."""
    width = 2 * CELL_DOTS if is_wide else CELL_DOTS
    image = Image.new("1", (width, HEIGHT_DOTS))
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    for left in (0, 1) if is_bold else (0,):
        draw.text((width / 2 + left, HEIGHT_DOTS - 4), char, font=_font(), fill=1, anchor="ms")
    return image


@lru_cache(maxsize=1)
def _font() -> ImageFont.FreeTypeFont:
    basic = ImageFont.Layout.BASIC
    if _LIKE_PAPER.is_file():
        return ImageFont.truetype(str(_LIKE_PAPER), 22, index=_MONO, layout_engine=basic)
    return ImageFont.truetype(str(_ALWAYS_THERE), HEIGHT_DOTS, layout_engine=basic)

"""The printer's own characters: 24 dots high, 12 wide, Chinese 24, made larger by whole factors as printers do."""

from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

HEIGHT_DOTS, CELL_DOTS = 24, 12
SMALL_HEIGHT_DOTS, SMALL_CELL_DOTS = 17, 9
"""Font B, which printers have for single-byte characters only."""
_LIKE_PAPER = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")
_ALWAYS_THERE = Path("/usr/share/fonts/opentype/unifont/unifont.otf")
_MONO = 1


@lru_cache(maxsize=16384)
def type_of(char: str, is_wide: bool, is_bold: bool, is_small: bool = False) -> Image.Image:
    """Return a character in mode "1", ink is 1, at its normal size; what the first font lacks is of the second."""
    face = _drawn(char, is_wide, is_bold, is_small, _LIKE_PAPER)
    return face if face.getbbox() or char.isspace() else _drawn(char, is_wide, is_bold, is_small, _ALWAYS_THERE)


def _drawn(char: str, is_wide: bool, is_bold: bool, is_small: bool, path: Path) -> Image.Image:
    cell, height = (SMALL_CELL_DOTS, SMALL_HEIGHT_DOTS) if is_small else (CELL_DOTS, HEIGHT_DOTS)
    width = 2 * cell if is_wide else cell
    image = Image.new("1", (width, height))
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    foot = height - (3 if is_small else 4)
    for left in (0, 1) if is_bold else (0,):
        draw.text((width / 2 + left, foot), char, font=_font(is_small, path), fill=1, anchor="ms")
    return image


@lru_cache(maxsize=4)
def _font(is_small: bool, path: Path) -> ImageFont.FreeTypeFont:
    basic = ImageFont.Layout.BASIC
    if path == _LIKE_PAPER and path.is_file():
        return ImageFont.truetype(str(path), 16 if is_small else 22, index=_MONO, layout_engine=basic)
    size = SMALL_HEIGHT_DOTS if is_small else HEIGHT_DOTS
    return ImageFont.truetype(str(_ALWAYS_THERE), size, layout_engine=basic)

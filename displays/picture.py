"""A panel as it looks on the wall: round red dots that glow, and dark ones that can just be seen."""

from PIL import Image, ImageChops, ImageDraw, ImageFilter

DOT_PX = 8
_BOARD, _OFF, _ON = (12, 8, 8), (42, 18, 18), (255, 64, 40)
_GLOW_PX = 5
_FINE = 4
"""A dot is drawn that many times as large and made small again, so that its edge is smooth."""


def glowing(dots: Image.Image) -> Image.Image:
    """Return a picture, 8 px a dot, of dots in mode "1"."""
    size = (dots.width * DOT_PX, dots.height * DOT_PX)
    discs = _discs(size)
    lit = ImageChops.multiply(discs, dots.convert("L").resize(size, Image.Resampling.NEAREST))
    wall = Image.composite(Image.new("RGB", size, _OFF), Image.new("RGB", size, _BOARD), discs)
    wall.paste(_ON, mask=lit)
    glow = Image.composite(Image.new("RGB", size, _ON), Image.new("RGB", size), lit)
    return ImageChops.lighter(wall, glow.filter(ImageFilter.GaussianBlur(_GLOW_PX)))


def _discs(size: tuple[int, int]) -> Image.Image:
    """Return one smooth disc in every cell, white on black, of mode "L"."""
    fine = Image.new("L", (DOT_PX * _FINE, DOT_PX * _FINE))
    ImageDraw.Draw(fine).ellipse((_FINE, _FINE, (DOT_PX - 1) * _FINE - 1, (DOT_PX - 1) * _FINE - 1), fill=255)
    disc = fine.resize((DOT_PX, DOT_PX), Image.Resampling.BOX)
    discs = Image.new("L", size)
    for left in range(0, size[0], DOT_PX):
        discs.paste(disc, (left, 0))
    row = discs.crop((0, 0, size[0], DOT_PX))
    for top in range(DOT_PX, size[1], DOT_PX):
        discs.paste(row, (0, top))
    return discs

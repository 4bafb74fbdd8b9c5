"""A panel as it looks on the wall: round red dots that glow, and dark ones that can just be seen."""

from PIL import Image, ImageDraw

DOT_PX = 8
_DARK, _OFF, _ON, _GLOW = (12, 8, 8), (42, 18, 18), (255, 64, 40), (96, 20, 14)


def glowing(dots: Image.Image) -> Image.Image:
    """Return a picture, 8 px a dot, of dots in mode "1"."""
    board = Image.new("RGB", (dots.width * DOT_PX, dots.height * DOT_PX), _DARK)
    draw = ImageDraw.Draw(board)
    for y in range(dots.height):
        for x in range(dots.width):
            _dot(draw, x * DOT_PX, y * DOT_PX, bool(dots.getpixel((x, y))))
    return board


def _dot(draw: ImageDraw.ImageDraw, left: int, top: int, is_lit: bool) -> None:
    if is_lit:
        draw.rectangle((left, top, left + DOT_PX - 1, top + DOT_PX - 1), fill=_GLOW)
    draw.ellipse((left + 1, top + 1, left + DOT_PX - 2, top + DOT_PX - 2), fill=_ON if is_lit else _OFF)

"""The paper as it passes under the print head: lines of type, codes and pictures, down to the dot."""

from dataclasses import dataclass, replace

import segno
from PIL import Image

from sim.paper.type import CELL_DOTS, HEIGHT_DOTS, type_of

LINE_DOTS = 30
"""The usual line spacing, 1/6 inch (``ESC 2``)."""
MARGIN_DOTS = 16


@dataclass(frozen=True)
class Style:
    """How the next character looks. width, height: factors 1 to 8."""

    width: int = 1
    height: int = 1
    is_bold: bool = False
    is_inverse: bool = False
    is_underlined: bool = False


@dataclass(frozen=True)
class Letter:
    """One character of a line."""

    char: str
    is_wide: bool
    style: Style

    @property
    def dots(self) -> int:
        """Its width."""
        return (2 if self.is_wide else 1) * CELL_DOTS * self.style.width


class Sheet:
    """Paper of so many dots in width that grows downwards."""

    def __init__(self, width_dots: int) -> None:
        self._width = width_dots
        self._bands: list[Image.Image] = []
        self._line: list[Letter] = []
        self.text: list[str] = []
        self.qr: list[str] = []
        self.align = 0
        self.spacing_dots = LINE_DOTS

    @property
    def has_ink(self) -> bool:
        """Tell whether anything stands on it, or waits in the line."""
        return bool(self.text or self.qr or self._line or self._bands)

    @property
    def is_at_line_start(self) -> bool:
        """Tell whether nothing waits in the line; some commands count only then."""
        return not self._line

    def put(self, letter: Letter) -> int:
        """Set a character and return the dots that the paper moved: a full line goes out first, as on the printer."""
        moved = 0
        if sum(one.dots for one in self._line) + letter.dots > self._width:
            moved = self.end_line()
        self._line.append(letter)
        return moved

    def end_line(self) -> int:
        """Print what is in the line and return the dots that the paper moved."""
        height = max((HEIGHT_DOTS * one.style.height for one in self._line), default=0)
        band = Image.new("1", (self._width, max(height, self.spacing_dots)), 1)
        self._draw(band, height)
        words = "".join(one.char for one in self._line).rstrip()
        if words:
            self.text.append(words)
        self._line = []
        self._bands.append(band)
        return band.height

    def _draw(self, band: Image.Image, base: int) -> None:
        """Letters of different heights stand on one base line."""
        left = self._left(sum(one.dots for one in self._line))
        for one in self._line:
            face = type_of(one.char, one.is_wide, one.style.is_bold)
            face = face.resize((one.dots, HEIGHT_DOTS * one.style.height), Image.Resampling.NEAREST)
            band.paste(_inked(face, one.style), (left, base - face.height))
            left += one.dots

    def feed(self, dots: int) -> int:
        """Move the paper and return how far."""
        if dots:
            self._bands.append(Image.new("1", (self._width, dots), 1))
        return dots

    def put_picture(self, picture: Image.Image) -> int:
        """Print a picture, ink is 1, and return the dots that the paper moved."""
        band = Image.new("1", (self._width, picture.height), 1)
        band.paste(picture.point(lambda dot: not dot), (self._left(picture.width), 0))
        self._bands.append(band)
        return band.height

    def put_qr(self, text: str, module_dots: int, level: str) -> int:
        """Print a QR code and return the dots that the paper moved."""
        code = segno.make(text, micro=False, error=level, boost_error=False)
        self.qr.append(text)
        modules = [list(row) for row in code.matrix]
        picture = Image.new("1", (len(modules), len(modules)))
        picture.putdata([dot for row in modules for dot in row])
        side = len(modules) * module_dots
        return self.put_picture(picture.resize((side, side), Image.Resampling.NEAREST))

    def _left(self, dots: int) -> int:
        return (self._width - dots) * self.align // 2

    def picture(self) -> Image.Image:
        """Return the paper as it is torn off, with the white edge that a printer leaves beside its head."""
        height = sum(band.height for band in self._bands) + 2 * MARGIN_DOTS
        paper = Image.new("1", (self._width + 2 * MARGIN_DOTS, height), 1)
        top = MARGIN_DOTS
        for band in self._bands:
            paper.paste(band, (MARGIN_DOTS, top))
            top += band.height
        return paper


def _inked(face: Image.Image, style: Style) -> Image.Image:
    ink = face.copy()
    if style.is_underlined:
        ink.paste(1, (0, ink.height - 2, ink.width, ink.height))
    return ink if style.is_inverse else ink.point(lambda dot: not dot)


def upright(style: Style, **changes: bool | int) -> Style:
    """Return the style with some of it changed."""
    return replace(style, **changes)  # type: ignore[arg-type]

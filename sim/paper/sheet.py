"""The paper as it passes under the print head: lines of type, codes and pictures, down to the dot."""

from dataclasses import dataclass, field

from msgspec import Struct
from PIL import Image

from sim.paper.type import CELL_DOTS

LINE_DOTS = 30
"""The usual line spacing, 1/6 inch (``ESC 2``)."""
MARGIN_DOTS = 16


@dataclass
class Ruling:
    """How lines lie on the paper; all in dots. area: width of the print area, None as wide as there is room.

    tabs: places from the margin, in rising order.
    """

    align: int = 0
    spacing: int = LINE_DOTS
    margin: int = 0
    area: int | None = None
    is_upside_down: bool = False
    tabs: list[int] = field(default_factory=lambda: [8 * CELL_DOTS * n for n in range(1, 9)])


class Mark(Struct, frozen=True):
    """Something in a line. left: dots from the margin. picture: mode "1", ink is 1. char: empty for a picture."""

    left: int
    picture: Image.Image
    char: str

    @property
    def right(self) -> int:
        """The first dot after it."""
        return self.left + self.picture.width


class Sheet:
    """Paper of so many dots in width that grows downwards. moved: how far it has gone, in dots."""

    def __init__(self, width_dots: int, ruling: Ruling) -> None:
        self._width = width_dots
        self._ruling = ruling
        self._bands: list[Image.Image] = []
        self._line: list[Mark] = []
        self.text: list[str] = []
        self.qr: list[str] = []
        self.bars: list[str] = []
        self.has_ink = False
        self.moved = 0
        self.x = 0

    @property
    def area(self) -> int:
        """The width that can be printed on."""
        rest = max(0, self._width - self._ruling.margin)
        return rest if self._ruling.area is None else min(rest, self._ruling.area)

    @property
    def is_at_line_start(self) -> bool:
        """Tell whether nothing waits in the line; some commands count only then."""
        return not self._line

    def put(self, picture: Image.Image, char: str = "", gaps: tuple[int, int] = (0, 0)) -> None:
        """Set something into the line, with gaps before and after it; a full line goes out first."""
        if self._line and self.x + gaps[0] + picture.width > self.area:
            self.end_line()
        self.x += gaps[0]
        self._line.append(Mark(self.x, picture, char))
        self.x += picture.width + gaps[1]

    def use(self, ruling: Ruling) -> None:
        """Lay what follows out in another way."""
        self._ruling = ruling

    def tab(self) -> None:
        """Move to the next tab; nothing happens where there is none."""
        self.x = next((tab for tab in self._ruling.tabs if self.x < tab < self.area), self.x)

    def end_line(self, feed_dots: int | None = None) -> None:
        """Print what is in the line and move on by so much, None by the line spacing; never by less than its height."""
        height = max((mark.picture.height for mark in self._line), default=0)
        feed = self._ruling.spacing if feed_dots is None else feed_dots
        words = _words(self._line)
        if words:
            self.text.append(words)
        if self._line or feed:
            self._add(self._drawn(height), max(height, feed))
        self.drop_line()

    def drop_line(self) -> None:
        """Forget what stands in the line."""
        self._line = []
        self.x = 0

    def feed(self, dots: int) -> None:
        """Print what is in the line and move the paper on by so much."""
        self.end_line(dots)

    def put_picture(self, picture: Image.Image) -> None:
        """Print a picture, ink is 1, after what is in the line."""
        if self._line:
            self.end_line()
        band = Image.new("1", (self._width, picture.height), 1)
        seen = picture.crop((0, 0, min(picture.width, self.area), picture.height))
        band.paste(0, (self._left(picture.width), 0), seen)
        self._add(self._turned(band), band.height)

    def _drawn(self, height: int) -> Image.Image:
        """Letters of different heights stand on one base line."""
        band = Image.new("1", (self._width, height), 1)
        left = self._left(max((mark.right for mark in self._line), default=0))
        for mark in self._line:
            band.paste(0, (left + mark.left, height - mark.picture.height), mark.picture)
        return self._turned(band)

    def _turned(self, band: Image.Image) -> Image.Image:
        return band.transpose(Image.Transpose.ROTATE_180) if self._ruling.is_upside_down else band

    def _left(self, dots: int) -> int:
        return self._ruling.margin + max(0, self.area - dots) * self._ruling.align // 2

    def _add(self, band: Image.Image, height: int) -> None:
        self.has_ink = self.has_ink or (height > 0 and band.height > 0 and band.getextrema()[0] == 0)
        whole = Image.new("1", (self._width, height), 1)
        whole.paste(band, (0, 0))
        self._bands.append(whole)
        self.moved += height

    def picture(self) -> Image.Image:
        """Return the paper as it is torn off, with the white edge that a printer leaves beside its head."""
        height = sum(band.height for band in self._bands) + 2 * MARGIN_DOTS
        paper = Image.new("1", (self._width + 2 * MARGIN_DOTS, height), 1)
        top = MARGIN_DOTS
        for band in self._bands:
            paper.paste(band, (MARGIN_DOTS, top))
            top += band.height
        return paper


def _words(line: list[Mark]) -> str:
    """Return what a line says, from left to right; room between characters is spaces, as many as would fit."""
    words, right = "", 0
    for mark in sorted((mark for mark in line if mark.char), key=lambda mark: mark.left):
        words += " " * (max(0, mark.left - right) // CELL_DOTS) + mark.char
        right = mark.right
    return words.rstrip()

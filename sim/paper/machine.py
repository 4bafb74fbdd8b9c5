"""What a printer knows between two commands: its paper, how the next character looks, and what was asked of it."""

from dataclasses import dataclass, replace

from msgspec import Struct
from PIL import Image

from sim.paper.lexer import Code
from sim.paper.sheet import Ruling, Sheet
from sim.paper.slip import Report
from sim.paper.type import type_of

DOTS_AN_INCH = 203
COARSER_BY_WIDTH = {512: 180}
"""Printers of 180 dpi are known by their line: 512 dots on 80 mm. Source: Epson, TM-T88V."""


@dataclass(frozen=True)
class Style:
    """How the next character looks. width, height: factors 1 to 8. underline, before, after: dots."""

    width: int = 1
    height: int = 1
    is_bold: bool = False
    is_struck_twice: bool = False
    is_inverse: bool = False
    is_turned: bool = False
    is_small: bool = False
    underline: int = 0
    before: int = 0
    after: int = 0


@dataclass
class QrWish:
    """What the next QR code is made of."""

    text: str = ""
    module_dots: int = 3
    level: str = "l"
    is_micro: bool = False


@dataclass
class BarWish:
    """How the next bar code looks. words: bit 0 above it, bit 1 below."""

    height: int = 162
    module_dots: int = 3
    words: int = 0


class Asked(Struct, frozen=True, kw_only=True):
    """What a command wants beyond the paper. status: GS r n. identity: GS I n. tells: GS a n. is_cut: a slip is out."""

    status: int | None = None
    identity: int | None = None
    tells: int | None = None
    is_cut: bool = False


NOTHING = Asked()


class Machine:
    """The state that commands change. code, is_chinese: as the printer's switches say."""

    def __init__(self, *, width_dots: int, code: Code, is_chinese: bool) -> None:
        self.code = code
        self.offset = 0
        self.reports: list[Report] = []
        self.asked = NOTHING
        self._width = width_dots
        self._is_chinese_at_first = is_chinese
        self.dots_an_inch = COARSER_BY_WIDTH.get(width_dots, DOTS_AN_INCH)
        self.reset()
        self.sheet = Sheet(width_dots, self.ruling)

    def reset(self) -> None:
        """Be as after power-on, the paper apart."""
        self.latin, self.chinese = Style(), Style()
        self.is_chinese = self._is_chinese_at_first
        self.page = 0
        self.country = 0
        self.is_selected = True
        self.unit_x_dots = self.unit_y_dots = 1.0
        self.qr, self.bar = QrWish(), BarWish()
        self.graphics: Image.Image | None = None
        self.rows: tuple[int, int, int, int] | None = None
        self.ruling = Ruling()

    def init(self) -> None:
        """``ESC @``: what stands in the line is lost."""
        stored = self.qr, self.bar
        self.reset()
        self.qr, self.bar = stored
        self.sheet.drop_line()
        self.sheet.use(self.ruling)

    def new_sheet(self) -> Sheet:
        """Give away the paper that is out."""
        old, self.sheet = self.sheet, Sheet(self._width, self.ruling)
        return old

    def style(self, **changes: bool | int) -> None:
        """Change how all characters look."""
        self.style_latin(**changes)
        self.style_chinese(**changes)

    def style_latin(self, **changes: bool | int) -> None:
        """Change how single-byte characters look."""
        self.latin = replace(self.latin, **changes)  # type: ignore[arg-type]

    def style_chinese(self, **changes: bool | int) -> None:
        """Change how Chinese characters look."""
        self.chinese = replace(self.chinese, **changes)  # type: ignore[arg-type]

    def put(self, char: str, *, is_wide: bool) -> None:
        """Set a character into the line."""
        style = self.chinese if is_wide else self.latin
        is_bold = style.is_bold or style.is_struck_twice
        face = type_of(char, is_wide, is_bold, style.is_small and not is_wide)
        face = face.resize((face.width * style.width, face.height * style.height), Image.Resampling.NEAREST)
        gaps = (style.before * style.width, style.after * style.width)
        self.sheet.put(inked(face, style), char, gaps)

    def report(self, data: bytes, why: str = "unknown command") -> None:
        """Say what could not be done; of long commands the beginning is enough."""
        self.reports.append(Report(self.offset, data[:7].hex(), why))


def inked(face: Image.Image, style: Style) -> Image.Image:
    """Return a face as it is burnt: with its line below, or white on black, or on its side."""
    ink = face.copy()
    if style.underline and not style.is_inverse:
        ink.paste(1, (0, ink.height - style.underline, ink.width, ink.height))
    if style.is_inverse:
        ink = ink.point(lambda dot: not dot)
    return ink.transpose(Image.Transpose.ROTATE_270) if style.is_turned else ink

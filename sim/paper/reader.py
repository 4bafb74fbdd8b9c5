"""Reads ESC/POS as a printer with Chinese does, a command at a time; what it does not know it reports, never skips.

Commands: Epson, ESC/POS Command Reference; ``FS`` commands as Chinese printers have them.
"""

from collections.abc import Callable

from msgspec import Struct
from PIL import Image

from sim.paper.sheet import LINE_DOTS, Letter, Sheet, Style, upright
from sim.paper.slip import Slip

CUT_FEED_DOTS = 40
"""From the print head to the cutter."""


class Step(Struct, frozen=True, kw_only=True):
    """What one command did. size: its bytes. moved_dots: how far the paper went. cut: a slip is ready. asks: GS r n."""

    size: int
    moved_dots: int = 0
    is_cut: bool = False
    asks: int | None = None


class Incomplete(Exception):  # noqa: N818
    """The bytes end within a command."""


class Reader:
    """A printer's mind: bytes come in any pieces, commands are done one by one."""

    def __init__(self, *, width_dots: int = 384) -> None:
        self._width = width_dots
        self._buffer = bytearray()
        self._slip_data = bytearray()
        self._unknown: list[str] = []
        self._qr_text, self._qr_dots, self._qr_level = "", 3, "l"
        self._reset()
        self._sheet = Sheet(width_dots)

    def feed(self, data: bytes) -> None:
        """Add bytes to what waits to be done."""
        self._buffer += data

    @property
    def waiting(self) -> int:
        """How many bytes wait."""
        return len(self._buffer)

    def step(self) -> Step | None:
        """Do the next command or character; None when none is there as a whole."""
        if not self._buffer:
            return None
        try:
            step = self._do()
        except Incomplete:
            return None
        if step.asks is None:
            self._slip_data += self._buffer[: step.size]
        del self._buffer[: step.size]
        return step

    def tear(self, *, is_cut: bool) -> Slip | None:
        """Take the paper that is out, None where nothing stands on it."""
        sheet, self._sheet = self._sheet, Sheet(self._width)
        self._sheet.align, self._sheet.spacing_dots = sheet.align, sheet.spacing_dots
        data, self._slip_data = bytes(self._slip_data), bytearray()
        unknown, self._unknown = self._unknown, []
        if not sheet.has_ink:
            return None
        return Slip(text=sheet.text, image=sheet.picture(), data=data, qr=sheet.qr, unknown=unknown, is_cut=is_cut)

    def forget(self) -> None:
        """Lose what waits, as without power."""
        self._buffer.clear()

    def _reset(self) -> None:
        self._style = Style()
        self._is_chinese = True

    def _take(self, start: int, count: int) -> bytes:
        if len(self._buffer) < start + count:
            raise Incomplete
        return bytes(self._buffer[start : start + count])

    def _do(self) -> Step:
        first = self._buffer[0]
        if first in (0x1B, 0x1C, 0x1D, 0x10):
            return self._command(self._take(0, 2))
        if first < 0x20:
            return self._control(first)
        return self._character(first)

    def _control(self, byte: int) -> Step:
        if byte == 0x0A:
            return Step(size=1, moved_dots=self._sheet.end_line())
        if byte == 0x0C and not self._sheet.is_at_line_start:
            return Step(size=1, moved_dots=self._sheet.end_line())
        if byte == 0x09:
            return Step(size=1, moved_dots=self._put(" ", is_wide=False))
        if byte != 0x0D:
            self._unknown.append(f"{byte:02x}")
        return Step(size=1)

    def _character(self, first: int) -> Step:
        if not self._is_chinese or first < 0x81 or first == 0xFF:
            char = chr(first) if first < 0x7F else "?"
            return Step(size=1, moved_dots=self._put(char, is_wide=False))
        size = 4 if 0x30 <= self._take(1, 1)[0] <= 0x39 else 2
        try:
            char = self._take(0, size).decode("gb18030")
        except UnicodeDecodeError:
            self._unknown.append(self._take(0, 1).hex())
            return Step(size=1)
        return Step(size=size, moved_dots=self._put(char, is_wide=True))

    def _put(self, char: str, *, is_wide: bool) -> int:
        return self._sheet.put(Letter(char, is_wide, self._style))

    def _command(self, code: bytes) -> Step:
        if code in _FIXED:
            count, do = _FIXED[code]
            args = self._take(2, count)
            return Step(size=2 + count, moved_dots=do(self, args) or 0)
        if code in _LONG:
            return _LONG[code](self)
        self._unknown.append(code.hex())
        return Step(size=2)

    def _init(self, _args: bytes) -> None:
        self._reset()
        self._sheet.align, self._sheet.spacing_dots = 0, LINE_DOTS

    def _character_size(self, args: bytes) -> None:
        self._style = upright(self._style, width=(args[0] >> 4 & 7) + 1, height=(args[0] & 7) + 1)

    def _print_mode(self, args: bytes) -> None:
        mode = args[0]
        self._style = upright(
            self._style, width=2 if mode & 0x20 else 1, height=2 if mode & 0x10 else 1, is_bold=bool(mode & 0x08)
        )

    def _chinese_mode(self, args: bytes) -> None:
        mode = args[0]
        self._style = upright(self._style, width=2 if mode & 0x04 else 1, height=2 if mode & 0x08 else 1)

    def _chinese(self, is_on: bool) -> None:
        self._is_chinese = is_on

    def _bold(self, args: bytes) -> None:
        self._style = upright(self._style, is_bold=bool(args[0] & 1))

    def _inverse(self, args: bytes) -> None:
        self._style = upright(self._style, is_inverse=bool(args[0] & 1))

    def _underline(self, args: bytes) -> None:
        self._style = upright(self._style, is_underlined=args[0] not in (0, 0x30))

    def _align(self, args: bytes) -> None:
        if self._sheet.is_at_line_start:
            self._sheet.align = args[0] & 3

    def _feed_lines(self, args: bytes) -> int:
        moved = 0 if self._sheet.is_at_line_start else self._sheet.end_line()
        return moved + self._sheet.feed(args[0] * self._sheet.spacing_dots)

    def _feed_dots(self, args: bytes) -> int:
        moved = 0 if self._sheet.is_at_line_start else self._sheet.end_line()
        return moved + self._sheet.feed(args[0])

    def _spacing(self, dots: int) -> None:
        self._sheet.spacing_dots = dots

    def _nothing(self, _args: bytes) -> None:
        """Known, and without effect on paper."""

    def _cut(self) -> Step:
        mode = self._take(2, 1)[0]
        size, extra = (4, self._take(3, 1)[0]) if mode in (65, 66) else (3, 0)
        if mode not in (0, 1, 48, 49, 65, 66):
            self._unknown.append(self._take(0, 3).hex())
            return Step(size=3)
        moved = self._sheet.feed(CUT_FEED_DOTS + extra) if mode in (65, 66) else 0
        return Step(size=size, moved_dots=moved, is_cut=True)

    def _cut_at_once(self) -> Step:
        return Step(size=2, is_cut=True)

    def _status(self) -> Step:
        return Step(size=3, asks=self._take(2, 1)[0])

    def _symbol(self) -> Step:
        """``GS ( k``: of the two-dimensional codes only QR (cn 49)."""
        length = int.from_bytes(self._take(3, 2), "little")
        kind = self._take(2, 1)
        body = self._take(5, length)
        if kind != b"k" or length < 3 or body[0] != 49:
            self._unknown.append(self._take(0, min(7, 5 + length)).hex())
            return Step(size=5 + length)
        return Step(size=5 + length, moved_dots=self._qr(body[1], body[2:]))

    def _qr(self, function: int, args: bytes) -> int:
        if function == 67:
            self._qr_dots = args[0]
        elif function == 69:
            self._qr_level = "lmqh"[args[0] - 48 & 3]
        elif function == 80:
            self._qr_text = args[1:].decode("utf-8", "replace")
        elif function == 81:
            return self._sheet.put_qr(self._qr_text, self._qr_dots, self._qr_level)
        elif function != 65:
            self._unknown.append(f"1d286b31{function:02x}")
        return 0

    def _raster(self) -> Step:
        """``GS v 0``: a picture, rows of bytes, leftmost dot highest."""
        head = self._take(2, 6)
        stride, height = int.from_bytes(head[2:4], "little"), int.from_bytes(head[4:6], "little")
        bits = self._take(8, stride * height)
        if not bits:
            self._unknown.append(self._take(0, 8).hex())
            return Step(size=8)
        scale = (2 if head[1] & 1 else 1, 2 if head[1] & 2 else 1)
        picture = Image.frombytes("1", (stride * 8, height), bits)
        picture = picture.resize((picture.width * scale[0], height * scale[1]), Image.Resampling.NEAREST)
        return Step(size=8 + len(bits), moved_dots=self._sheet.put_picture(picture))


Fixed = Callable[[Reader, bytes], int | None]
_FIXED: dict[bytes, tuple[int, Fixed]] = {
    b"\x1b@": (0, Reader._init),
    b"\x1b!": (1, Reader._print_mode),
    b"\x1d!": (1, Reader._character_size),
    b"\x1c!": (1, Reader._chinese_mode),
    b"\x1c&": (0, lambda reader, _: reader._chinese(True)),
    b"\x1c.": (0, lambda reader, _: reader._chinese(False)),
    b"\x1bE": (1, Reader._bold),
    b"\x1bG": (1, Reader._bold),
    b"\x1dB": (1, Reader._inverse),
    b"\x1b-": (1, Reader._underline),
    b"\x1c-": (1, Reader._underline),
    b"\x1ba": (1, Reader._align),
    b"\x1bd": (1, Reader._feed_lines),
    b"\x1bJ": (1, Reader._feed_dots),
    b"\x1b2": (0, lambda reader, _: reader._spacing(LINE_DOTS)),
    b"\x1b3": (1, lambda reader, args: reader._spacing(args[0])),
    b"\x1bt": (1, Reader._nothing),
    b"\x1bR": (1, Reader._nothing),
    b"\x1b=": (1, Reader._nothing),
    b"\x1da": (1, Reader._nothing),
    b"\x10\x04": (1, Reader._nothing),
}
_LONG: dict[bytes, Callable[[Reader], Step]] = {
    b"\x1dV": Reader._cut,
    b"\x1bi": Reader._cut_at_once,
    b"\x1bm": Reader._cut_at_once,
    b"\x1dr": Reader._status,
    b"\x1d(": Reader._symbol,
    b"\x1dv": Reader._raster,
}


def read_slips(data: bytes, *, width_dots: int = 384) -> list[Slip]:
    """Return the slips that these bytes print; the last one too if it was never cut."""
    reader = Reader(width_dots=width_dots)
    reader.feed(data)
    slips: list[Slip | None] = []
    while step := reader.step():
        if step.is_cut:
            slips.append(reader.tear(is_cut=True))
    slips.append(reader.tear(is_cut=False))
    return [slip for slip in slips if slip]

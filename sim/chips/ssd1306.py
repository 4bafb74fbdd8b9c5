"""A model of a small SSD1306 OLED on I2C: its commands, its memory and the glass (Solomon Systech SSD1306, rev 1.1).

It is not a real display: it takes the bytes of the bus and knows the dots one would see. The glass is wired as on the
common modules: segment 127 on the left, COM63 or COM31 on top.
"""

import random
from collections.abc import Callable

from PIL import Image

COLUMNS, PAGES = 128, 8
_ARGUMENTS = {0x20: 1, 0x21: 2, 0x22: 2, 0x81: 1, 0x8D: 1, 0xA3: 2, 0xA8: 1, 0xD3: 1, 0xD5: 1, 0xD9: 1, 0xDA: 1}
_ARGUMENTS |= {0xDB: 1, 0x26: 6, 0x27: 6, 0x29: 5, 0x2A: 5}
"""How many bytes follow a command (tables 9-1 and 9-2, and the charge pump's application note)."""
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_RESET = {0x20: 2, 0x81: 0x7F, 0xA8: 63, 0xD3: 0, 0xDA: 0x12, 0x8D: 0x10}


class Ssd1306Glass:
    """A display after power-up: off, and its memory whatever it happens to hold.

    h: 64 or 32 px; it is 128 px wide. is_turned: mounted upside down. on_change: called when the dots that one sees
    may have changed. is_there: whether it answers; a broken one does not.
    """

    def __init__(
        self, *, h: int, is_turned: bool = False, on_change: Callable[[], None] | None = None, seed: int = 1306
    ) -> None:
        self.w, self.h = COLUMNS, h
        self.is_there = True
        self._is_turned = is_turned
        self._on_change = on_change
        # Not for secrets: what memory happens to hold, the same in every run.
        self._memory = bytearray(random.Random(seed).randbytes(COLUMNS * PAGES))  # noqa: S311
        self._values = dict(_RESET)
        self._columns, self._pages = (0, COLUMNS - 1), (0, PAGES - 1)
        self._column = self._page = self._start_line = 0
        self._is_on = self._is_inverse = self._is_all_lit = self._is_remapped = self._is_scanned_down = False
        self._command: list[int] = []
        self._bits: bytes | None = None

    def write(self, transfer: bytes) -> bool:
        """Take one I2C transfer after its address (8.1.5.2); tell whether it was acknowledged."""
        if not self.is_there:
            return False
        at = 0
        while at + 1 < len(transfer):
            control = transfer[at]
            end = at + 2 if control & 0x80 else len(transfer)
            for byte in transfer[at + 1 : end]:
                (self._take_dots if control & 0x40 else self._take_command)(byte)
            at = end
        self._bits = None
        if self._on_change:
            self._on_change()
        return True

    @property
    def contrast(self) -> int:
        """The brightness, 0 to 255."""
        return self._values[0x81]

    @property
    def bits(self) -> bytes:
        """The dots that one sees, as the contract writes them."""
        if self._bits is None:
            self._bits = self._seen()
        return self._bits

    def rows(self) -> list[list[int]]:
        """Return the dots that one sees, rows from the top, 1 is lit."""
        bits, stride = self.bits, COLUMNS // 8
        lines = [bits[at : at + stride] for at in range(0, len(bits), stride)]
        return [[byte >> 7 - x & 1 for byte in line for x in range(8)] for line in lines]

    def _take_command(self, byte: int) -> None:
        self._command.append(byte)
        code, *arguments = self._command
        if len(arguments) < _ARGUMENTS.get(code, 0):
            return
        self._command = []
        if arguments:
            self._set(code, arguments)
        else:
            self._do(code)

    def _set(self, code: int, arguments: list[int]) -> None:
        if code == 0x21:
            self._columns, self._column = (arguments[0] & 127, arguments[1] & 127), arguments[0] & 127
        elif code == 0x22:
            self._pages, self._page = (arguments[0] & 7, arguments[1] & 7), arguments[0] & 7
        else:
            self._values[code] = arguments[-1]

    def _do(self, code: int) -> None:
        if code <= 0x0F:
            self._column = self._column & 0x70 | code
        elif code <= 0x1F:
            self._column = self._column & 0x0F | (code & 7) << 4
        elif 0x40 <= code <= 0x7F:
            self._start_line = code & 63
        elif 0xB0 <= code <= 0xB7:
            self._page = code & 7
        elif code in (0xA0, 0xA1):
            self._is_remapped = code == 0xA1
        elif code in (0xA4, 0xA5):
            self._is_all_lit = code == 0xA5
        elif code in (0xA6, 0xA7):
            self._is_inverse = code == 0xA7
        elif code in (0xAE, 0xAF):
            self._is_on = code == 0xAF
        elif code in (0xC0, 0xC8):
            self._is_scanned_down = code == 0xC8

    def _take_dots(self, byte: int) -> None:
        """Put a byte into memory; the remapping of segments works on what comes in, not on what is there (10.1.8)."""
        segment = COLUMNS - 1 - self._column if self._is_remapped else self._column
        self._memory[self._page * COLUMNS + segment] = byte
        mode = self._values[0x20] & 3
        if mode == 2:
            self._column = (self._column + 1) % COLUMNS
        elif mode == 1:
            self._page, is_over = _next(self._page, self._pages)
            self._column = _next(self._column, self._columns)[0] if is_over else self._column
        else:
            self._column, is_over = _next(self._column, self._columns)
            self._page = _next(self._page, self._pages)[0] if is_over else self._page

    def _seen(self) -> bytes:
        stride = COLUMNS // 8
        if not self._is_on or not self._values[0x8D] & 4:
            return bytes(self.h * stride)
        memory = self._rows_of_memory()
        lines = [memory[self._line_at(y)] if self._is_scanned(y) else bytes(stride) for y in range(self.h)]
        bits = b"".join(lines)
        return bits[::-1].translate(_REVERSED) if self._is_turned else bits

    def _rows_of_memory(self) -> list[bytes]:
        """Return the 64 rows of dots, segment 127 on the left."""
        turned = bytearray(len(self._memory))
        for page in range(PAGES):
            turned[page::PAGES] = self._memory[page * COLUMNS : (page + 1) * COLUMNS]
        if self._is_all_lit:
            turned[:] = b"\xff" * len(turned)
        columns = Image.frombytes("1", (8 * PAGES, COLUMNS), bytes(turned).translate(_REVERSED))
        rows = columns.transpose(Image.Transpose.TRANSPOSE).transpose(Image.Transpose.FLIP_LEFT_RIGHT).tobytes()
        if self._is_inverse:
            rows = bytes(255 - byte for byte in rows)
        return [rows[at : at + COLUMNS // 8] for at in range(0, len(rows), COLUMNS // 8)]

    def _is_scanned(self, y: int) -> bool:
        line = y if self._is_scanned_down else self.h - 1 - y
        return line <= self._values[0xA8] & 63

    def _line_at(self, y: int) -> int:
        """Return the row of memory that a row of the glass shows; wrong COM pins (table 10-3) part odd from even."""
        line = y if self._is_scanned_down else self.h - 1 - y
        if bool(self._values[0xDA] & 0x10) != (self.h == 64):
            line = line // 2 + (self.h // 2 if line % 2 else 0)
        return (line + self._start_line + self._values[0xD3]) % 64


def _next(at: int, limits: tuple[int, int]) -> tuple[int, bool]:
    """Return the place after another between limits, and whether it began anew."""
    return (limits[0], True) if at == limits[1] else ((at + 1) % 128, False)

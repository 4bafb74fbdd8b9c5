"""Cuts a stream of ESC/POS into whole commands and characters, as a printer's firmware must before it can do them.

Sizes: Epson, ESC/POS Command Reference; ``ESC 7``, ``ESC 8``, ``ESC 9`` and ``DC2`` as panel printers have them.
"""

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

Code = Literal["gb18030", "gbk", "gb2312"]
"""What a printer takes for Chinese: four bytes are one character for ``gb18030`` only."""
REAL_TIME = b"\x10\x04"
PREFIXES = (0x10, 0x1B, 0x1C, 0x1D)
_ESC, _FS, _GS, _DLE = b"\x1b", b"\x1c", b"\x1d", b"\x10"
_COUNTS = {
    _ESC: {0: "@2LSimv\f", 1: " !%-3=?AEGJKMRTUVadertu{9+", 2: "$\\Bc8", 3: "p7", 8: "W"},
    _FS: {0: "&.", 1: "!-WC", 2: "S?p", 74: "2"},
    _GS: {0: ":c", 1: "!BHTabfhwrIj/E|", 2: "$\\LWP", 3: "^z", 4: "g"},
    _DLE: {1: "\x05"},
}
FIXED = {
    prefix + letter.encode(): count
    for prefix, groups in _COUNTS.items()
    for count, letters in groups.items()
    for letter in letters
}
"""How many bytes follow the two of a command, where that never changes."""


class Incomplete(Exception):  # noqa: N818
    """The bytes end within a command."""


class Token(Struct, frozen=True):
    """One command, one character, or one row of a raster picture. offset: of all bytes that came."""

    offset: int
    data: bytes
    is_row: bool

    @property
    def is_real_time(self) -> bool:
        """Tell whether it is a request that was answered as it arrived, and does nothing more."""
        return not self.is_row and self.data.startswith(REAL_TIME)


class Lexer:
    """Takes bytes in any pieces and gives whole commands. is_chinese: as the printer is switched on."""

    def __init__(self, *, code: Code = "gb18030", is_chinese: bool = True) -> None:
        self._code = code
        self._default = is_chinese
        self.offset = 0
        self.forget()

    def forget(self) -> None:
        """Lose what has come of a command, as without power."""
        self.rest = bytearray()
        self._is_chinese = self._default
        self._row_bytes = self._rows = 0

    def feed(self, data: bytes) -> list[Token]:
        """Return the commands and characters that are whole; a raster picture comes as its head, then row by row."""
        self.rest += data
        whole = []
        start = 0
        try:
            while start < len(self.rest):
                is_row = self._rows > 0
                size = self._size(_View(self.rest, start))
                whole.append(Token(self.offset, bytes(self.rest[start : start + size]), is_row))
                start += size
                self.offset += size
        except Incomplete:
            pass
        del self.rest[:start]
        return whole

    def _size(self, view: "_View") -> int:
        if self._rows:
            view.need(self._row_bytes)
            self._rows -= 1
            return self._row_bytes
        first = view[0]
        if first in PREFIXES:
            return self._command(view)
        if first == 0x12 and view[1] in b"#T":
            return view.need(3) if view[1] == 0x23 else 2
        return self._character(view) if first >= 0x81 and self._is_chinese else 1

    def _character(self, view: "_View") -> int:
        if view[0] == 0xFF:
            return 1
        second = view[1]
        if self._code == "gb18030" and 0x30 <= second <= 0x39:
            return view.need(4)
        is_pair = second >= 0x30 if self._code != "gb18030" else second >= 0x40
        return 2 if is_pair and second != 0x7F else 1

    def _command(self, view: "_View") -> int:
        name = view.bytes(0, 2)
        if name in FIXED:
            size = view.need(2 + FIXED[name])
            self._follow(name)
            return size
        size = view.need(_LONG[name](view)) if name in _LONG else 2
        if name == b"\x1dv":
            self._row_bytes, self._rows = view.word(4), view.word(6)
            self._rows *= bool(self._row_bytes)
        return size

    def _follow(self, name: bytes) -> None:
        if name in (b"\x1c&", b"\x1c."):
            self._is_chinese = name == b"\x1c&"
        elif name == b"\x1b@":
            self._is_chinese = self._default


class _View:
    """The bytes from a place on; raises Incomplete beyond their end."""

    def __init__(self, data: bytearray, start: int) -> None:
        self._data, self._start = data, start

    def need(self, size: int) -> int:
        """Return the size if so many bytes are there."""
        if self._start + size > len(self._data):
            raise Incomplete
        return size

    def __getitem__(self, index: int) -> int:
        self.need(index + 1)
        return self._data[self._start + index]

    def bytes(self, index: int, count: int) -> bytes:
        self.need(index + count)
        return bytes(self._data[self._start + index : self._start + index + count])

    def word(self, index: int) -> int:
        return int.from_bytes(self.bytes(index, 2), "little")

    def after_zero(self, index: int) -> int:
        """Return the place after the next NUL."""
        place = self._data.find(b"\0", self._start + index)
        if place < 0:
            raise Incomplete
        return place - self._start + 1


def _bar_code(view: _View) -> int:
    return 4 + view[3] if view[2] >= 65 else view.after_zero(3)


def _own_characters(view: _View) -> int:
    """``ESC &``: y c1 c2, then for every character its width x and x * y bytes."""
    size = 5
    for _ in range(view[3], view[4] + 1):
        size += 1 + view[size] * view[2]
    return size


def _stored_pictures(view: _View) -> int:
    """``FS q``: n pictures, each with its width and height in bytes."""
    size = 3
    for _ in range(view[2]):
        size += 4 + view.word(size) * view.word(size + 2) * 8
    return size


_LONG: dict[bytes, Callable[[_View], int]] = {
    b"\x1b*": lambda view: 5 + view.word(3) * (3 if view[2] in (32, 33) else 1),
    b"\x1bD": lambda view: view.after_zero(2),
    b"\x1b&": _own_characters,
    b"\x1b(": lambda view: 5 + view.word(3),
    b"\x1c(": lambda view: 5 + view.word(3),
    b"\x1cq": _stored_pictures,
    b"\x1d(": lambda view: 5 + view.word(3),
    b"\x1d8": lambda view: 7 + int.from_bytes(view.bytes(3, 4), "little"),
    b"\x1d*": lambda view: 4 + view[2] * view[3] * 8,
    b"\x1dk": _bar_code,
    b"\x1dv": lambda _view: 8,
    b"\x1dV": lambda view: 4 if view[2] in (65, 66, 97, 98, 103, 104) else 3,
    b"\x10\x04": lambda view: 4 if view[2] in (7, 8, 18) else 3,
    b"\x10\x14": lambda view: {1: 5, 2: 5, 3: 8, 7: 4, 8: 10}.get(view[2], 3),
}

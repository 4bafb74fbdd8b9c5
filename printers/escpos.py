"""The ESC/POS commands that Lintel prints with, and Chinese text as thermal printers take it.

Names and codes: Epson, ESC/POS Command Reference; ``FS`` commands as every Chinese printer has them.
"""

from functools import lru_cache

INIT = b"\x1b@"
CHINESE_ON = b"\x1c&"
LEFT, CENTRE = b"\x1ba\x00", b"\x1ba\x01"
LF = b"\n"
STAND_IN = "〓"
YUAN = b"\xa3\xa4"
"""The full-width sign of GBK: GB18030 has ``¥`` in four bytes, which most printers take for two characters."""
CELLS = {58: 32, 80: 48}
"""Cells of 12 dots in a line, by the paper's width in mm; a Chinese character takes two."""
STATUS_REQUEST = b"\x1dr\x01"
"""``GS r 1``: answered when all before it has been printed."""


def status_now(n: int) -> bytes:
    """Return ``DLE EOT n``: answered at once, also while paper moves. n: 1 to 4."""
    return bytes((0x10, 0x04, n))


def size(width: int, height: int) -> bytes:
    """Return ``GS !``: characters 1 to 8 times as wide and high, Chinese too."""
    return bytes((0x1D, 0x21, (width - 1) << 4 | (height - 1)))


def feed(lines: int) -> bytes:
    """Return ``ESC d``: print what is in the line and move on by lines. lines: 0 to 255."""
    return bytes((0x1B, 0x64, lines))


def move(dots: int) -> bytes:
    """Return ``ESC J``: print what is in the line and move on by dots of 0.125 mm. dots: 0 to 255."""
    return bytes((0x1B, 0x4A, dots))


CUT = b"\x1dVB\x00"
"""``GS V 66 0``: move to the cutter and cut; a printer without one only moves."""


@lru_cache(maxsize=64)
def qr_code(text: str, module_dots: int = 4) -> bytes:
    """Return ``GS ( k`` functions 165, 167, 169, 180, 181: a QR code of model 2, error correction M.

    module_dots: the side of a module, 1 to 16 dots of 0.125 mm. Raises ValueError beyond 700 bytes.
    """
    data = text.encode()
    if not 0 < len(data) <= 700:
        raise ValueError(f"a QR code of {len(data)} bytes; give 1 to 700")
    parts = (b"1A2\x00", b"1C" + bytes([module_dots]), b"1E1", b"1P0" + data, b"1Q0")
    return b"".join(b"\x1d(k" + len(part).to_bytes(2, "little") + part for part in parts)


@lru_cache(maxsize=4096)
def encode(text: str) -> bytes:
    """Return text for a printer in Chinese mode: ASCII and GBK's two bytes; what those lack becomes ``STAND_IN``."""
    return b"".join(map(_encode_char, text))


def unprintable(text: str) -> list[str]:
    """Return the characters of a text that come out as a stand-in, each once, in order."""
    stand_in = _encode_char(STAND_IN)
    return [char for char in dict.fromkeys(text) if char != STAND_IN and _encode_char(char) == stand_in]


def cells(text: str) -> int:
    """Return how many cells a text takes: Chinese two, ASCII one."""
    return len(encode(text))


def wrap(text: str, width_cells: int) -> list[str]:
    """Return a text in lines of at most so many cells; no character is cut, and a line never begins with ，or 。"""
    lines = [""]
    for char in text:
        room = cells(lines[-1]) + cells(char) <= width_cells
        if room:
            lines[-1] += char
        elif char in "，。、；：！？）】》" and len(lines[-1]) > 1:
            lines[-1], carried = lines[-1][:-1], lines[-1][-1]
            lines.append(carried + char)
        else:
            lines.append(char)
    return lines


@lru_cache(maxsize=8192)
def _encode_char(char: str) -> bytes:
    if char in "¥￥":
        return YUAN
    if char < " " or char == "\x7f":
        return b""
    try:
        return char.encode("gbk")
    except UnicodeEncodeError:
        return STAND_IN.encode("gbk")

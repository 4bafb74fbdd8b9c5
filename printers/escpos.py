"""The ESC/POS commands that Lintel prints with.

Names and codes: Epson, ESC/POS Command Reference; ``FS`` commands as every Chinese printer has them.
"""

from functools import lru_cache

from printers.profile import Profile
from printers.qr import data_of

INIT = b"\x1b@"
LF = b"\n"
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


def align(where: str) -> bytes:
    """Return ``ESC a``. where: left, centre or right; counts at the start of a line only."""
    return bytes((0x1B, 0x61, ("left", "centre", "right").index(where)))


def bold(*, is_on: bool) -> bytes:
    """Return ``ESC E``."""
    return bytes((0x1B, 0x45, is_on))


def cut(profile: Profile, *, is_full: bool = False) -> bytes:
    """Return ``GS V``: move to the cutter and cut; without a cutter, ``ESC d`` to where the paper is torn off."""
    if profile.cutter == "none":
        return feed(profile.tear_lines)
    return b"\x1dV" + bytes((65 if is_full and profile.cutter in ("full", "both") else 66, 0))


@lru_cache(maxsize=64)
def qr_code(text: str, module_dots: int = 4, level: str = "M") -> bytes:
    """Return ``GS ( k`` functions 167, 169, 180, 181: a QR code of model 2, which ``ESC @`` chooses.

    module_dots: the side of a module, 1 to 16 dots. level: L, M, Q or H. Raises QrTooLongError.
    """
    correction = b"1E" + bytes([48 + "LMQH".index(level)])
    parts = (b"1C" + bytes([module_dots]), correction, b"1P0" + data_of(text), b"1Q0")
    return b"".join(b"\x1d(k" + len(part).to_bytes(2, "little") + part for part in parts)

"""QR codes on paper: their modules, and how large these may be."""

from functools import lru_cache
from typing import Any

import segno
from segno import consts

from printers.layout import Qr
from printers.wrapping import clean

MAX_BYTES = 700
"""What fits on 58 mm with modules that phones can read."""
Modules = tuple[tuple[bool, ...], ...]


class QrTooLongError(ValueError):
    """A text that no QR code of this paper can hold; the sentence says how long it may be."""


@lru_cache(maxsize=64)
def matrix(text: str, level: str) -> Modules:
    """Return the modules of a QR code without its border, True is dark. Raises QrTooLongError."""
    code = segno.make(data_of(text), micro=False, error=level.lower(), boost_error=False, mode="byte")
    return tuple(tuple(bool(module) for module in row) for row in code.matrix)


def data_of(text: str) -> bytes:
    """Return what a QR code holds: UTF-8 without control characters. Raises QrTooLongError."""
    data = clean(text).encode()
    if not 0 < len(data) <= MAX_BYTES:
        raise QrTooLongError(f"a QR code of {len(data)} bytes; give 1 to {MAX_BYTES}")
    return data


def side_of(text: str, level: str) -> int:
    """Return how many modules a side of a QR code has, without drawing it: a printer that draws codes itself gets
    another one with every ticket, and drawing takes milliseconds (ISO/IEC 18004, table 7). Raises QrTooLongError.
    """
    data_bits, at = 8 * len(data_of(text)), consts.ERROR_MAPPING[level]
    capacity_bits: Any = consts.SYMBOL_CAPACITY
    version = next(one for one in range(1, 41) if capacity_bits[one][at] >= 4 + (8 if one < 10 else 16) + data_bits)
    return 17 + 4 * version


@lru_cache(maxsize=64)
def module_dots_for(code: Qr, width_dots: int) -> int:
    """Return how many dots a module takes: as asked, fewer where the paper is too narrow for it and its border."""
    side = side_of(code.text, code.level) + 4
    dots = min(code.module_dots, width_dots // side)
    if not dots:
        raise QrTooLongError(f"a QR code of {side} modules on paper of {width_dots} dots; give it a shorter text")
    return dots

"""What a printer's model says of itself, to the bit.

Source: Epson, ESC/POS Command Reference, DLE EOT, GS r, GS a, GS I.
"""

from msgspec import Struct

NAMES = {65: b"SIM 1.0", 66: b"LINTEL", 67: b"MODEL", 68: b"0000001", 69: b"CHINA GB18030"}


class Health(Struct, frozen=True, kw_only=True):
    """What is wrong. is_out: no paper under the head. is_jammed: paper or head, not the cutter."""

    is_near_end: bool
    is_out: bool
    is_open: bool
    is_cutter_stuck: bool
    is_jammed: bool

    @property
    def has_error(self) -> bool:
        """Tell whether a part is stuck."""
        return self.is_cutter_stuck or self.is_jammed

    @property
    def is_stopped(self) -> bool:
        """Tell whether nothing can be printed."""
        return self.is_out or self.is_open or self.has_error


def real_time(number: int, health: Health) -> int:
    """Return the answer to ``DLE EOT`` 1 to 4: 0xx1xx10 in bits."""
    paper = 0x0C * (health.is_near_end or health.is_out) | 0x60 * health.is_out
    stopped = 0x04 * health.is_open | 0x20 * health.is_out | 0x40 * health.has_error
    error = 0x08 * health.is_cutter_stuck | 0x04 * health.is_jammed
    return 0x12 | (0x08 * health.is_stopped, stopped, error, paper)[number - 1]


def transmitted(number: int, health: Health) -> bytes:
    """Return the answer to ``GS r n``, 0xx0xxxx in bits; nothing to a number that it does not know."""
    if number in (1, 49):
        return bytes((0x03 * health.is_near_end | 0x0C * health.is_out,))
    return b"\0" if number in (2, 4, 50, 52) else b""


def automatic(health: Health) -> bytes:
    """Return the four bytes of automatic status back (``GS a``)."""
    first = 0x10 | 0x08 * health.is_stopped | 0x20 * health.is_open
    second = 0x08 * health.is_cutter_stuck | 0x04 * health.is_jammed
    return bytes((first, second, 0x03 * (health.is_near_end or health.is_out) | 0x0C * health.is_out, 0))


def identity(number: int) -> bytes:
    """Return the answer to ``GS I n``: one byte, or ``_`` and words that end with NUL."""
    if number in NAMES:
        return b"_" + NAMES[number] + b"\0"
    return {1: b"\x20", 2: b"\x03", 3: b"\x01", 49: b"\x20", 50: b"\x03", 51: b"\x01"}.get(number, b"")

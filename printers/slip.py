"""Slips other than tickets: what came of a service (M16, M36, M45), and why somebody was not served today (M28)."""

from datetime import datetime

from msgspec import Struct

from printers import escpos

DOUBLE = escpos.size(2, 2)
NORMAL = escpos.size(1, 1)


class Slip(Struct, frozen=True, kw_only=True):
    """One slip. title: 办理结果. lines: what it says, each wrapped to the paper. paper_mm: 58 or 80.

    Nothing on it says who holds it (M40).
    """

    hall: str
    title: str
    number: str
    lines: tuple[str, ...]
    at: datetime
    enquiry: str = ""
    paper_mm: int = 58


def slip_bytes(slip: Slip) -> bytes:
    """Return the ESC/POS bytes of a slip, from init to cut."""
    foot = f"咨询电话 {slip.enquiry}" if slip.enquiry else ""
    texts = [line for line in (*slip.lines, f"{slip.at:%Y-%m-%d %H:%M}", foot) if line]
    return b"".join(
        (
            escpos.INIT,
            escpos.CHINESE_ON,
            escpos.CENTRE,
            _lines(slip.hall, slip.paper_mm),
            DOUBLE,
            _lines(slip.title, slip.paper_mm, doubled=True),
            slip.number.encode(),
            escpos.LF,
            NORMAL,
            *(_lines(text, slip.paper_mm) for text in texts),
            escpos.feed(1),
            escpos.CUT,
        )
    )


def _lines(text: str, paper_mm: int, *, doubled: bool = False) -> bytes:
    cells = escpos.CELLS[paper_mm] // (2 if doubled else 1)
    return b"".join(escpos.encode(line) + escpos.LF for line in escpos.wrap(text, cells))

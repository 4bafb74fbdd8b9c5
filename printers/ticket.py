"""The ticket: the first thing that a citizen holds. Native text and a native QR code, under 300 bytes."""

from datetime import datetime
from functools import lru_cache

from msgspec import Struct

from printers import escpos

BIG = escpos.size(4, 4)
DOUBLE = escpos.size(2, 2)
NORMAL = escpos.size(1, 1)
GAP_DOTS = 16


class Foot(Struct, frozen=True):
    """What is the same on every ticket of a hall; an empty text leaves its line out.

    rule: what becomes of a missed number. hours: when the hall is open. enquiry, complaint: phone numbers (M21, M38).
    supervision: what the 码上监督 QR code says (S15). paper_mm: 58 or 80.
    """

    rule: str = "号码当日有效，过号作废"
    hours: str = ""
    enquiry: str = ""
    complaint: str = ""
    supervision: str = ""
    paper_mm: int = 58


class Ticket(Struct, frozen=True, kw_only=True):
    """One ticket. Nothing on it says who holds it or why he may go before others (M18, M40).

    number: A012. service: 户籍. ahead: how many are before it. counters: where it may be called, such as 2至5号窗口.
    serial: the day's job, check: its check code. is_copy: it may be a second one (补打). expected_min: the wait as
    forecast, None where nobody could say.
    """

    hall: str
    number: str
    service: str
    ahead: int
    taken_at: datetime
    counters: str
    serial: str
    check: str
    is_copy: bool = False
    expected_min: int | None = None


def ticket_bytes(ticket: Ticket, foot: Foot) -> bytes:
    """Return the ESC/POS bytes of a ticket, from init to cut."""
    copy = escpos.encode("（补打）") + escpos.LF if ticket.is_copy else b""
    return b"".join(
        (
            _head(ticket.hall, foot.paper_mm),
            BIG,
            ticket.number.encode(),
            escpos.LF,
            DOUBLE,
            escpos.encode(ticket.service),
            NORMAL,
            escpos.move(GAP_DOTS),
            copy,
            escpos.encode(_ahead_words(ticket.ahead)),
            _expected(ticket),
            escpos.LF,
            escpos.encode(f"请在{ticket.counters}办理"),
            escpos.LF,
            f"{ticket.taken_at:%Y-%m-%d %H:%M}".encode(),
            escpos.LF,
            _foot(foot),
            escpos.encode(f"{ticket.serial} 校验码{ticket.check}"),
            escpos.feed(1),
            escpos.CUT,
        )
    )


def _ahead_words(ahead: int) -> str:
    return f"您的前面还有{ahead}人在等待" if ahead else "您的前面无人等待，请留意叫号"


def _expected(ticket: Ticket) -> bytes:
    """Nobody who is next wants to read of minutes."""
    if not ticket.ahead or not ticket.expected_min:
        return b""
    return escpos.LF + escpos.encode(f"预计等候约{ticket.expected_min}分钟")


@lru_cache(maxsize=8)
def _head(hall: str, paper_mm: int) -> bytes:
    return escpos.INIT + escpos.CHINESE_ON + escpos.CENTRE + _lines(hall, paper_mm)


@lru_cache(maxsize=8)
def _foot(foot: Foot) -> bytes:
    texts = (
        foot.rule,
        foot.hours,
        f"咨询电话 {foot.enquiry}" if foot.enquiry else "",
        f"监督电话 {foot.complaint}" if foot.complaint else "",
    )
    lines = b"".join(_lines(text, foot.paper_mm) for text in texts if text)
    if not foot.supervision:
        return lines
    return lines + escpos.qr_code(foot.supervision) + escpos.encode("码上监督") + escpos.LF


def _lines(text: str, paper_mm: int) -> bytes:
    return b"".join(escpos.encode(line) + escpos.LF for line in escpos.wrap(text, escpos.CELLS[paper_mm]))

"""Slips other than tickets: what came of a service (M16, M36, M45), and why somebody was not served today (M28)."""

from datetime import datetime

from msgspec import Struct

from printers.layout import Cut, Document, Feed, Text


class Slip(Struct, frozen=True, kw_only=True):
    """One slip. title: 办理结果. lines: what it says, each wrapped to the paper.

    Nothing on it says who holds it (M40).
    """

    hall: str
    title: str
    number: str
    lines: tuple[str, ...]
    at: datetime
    enquiry: str = ""


def slip_document(slip: Slip) -> Document:
    """Return a slip's document."""
    foot = f"咨询电话 {slip.enquiry}" if slip.enquiry else ""
    texts = [line for line in (*slip.lines, f"{slip.at:%Y-%m-%d %H:%M}", foot) if line]
    return (
        Text(slip.hall, "centre"),
        Text(slip.title, "centre", 2, 2),
        Text(slip.number, "centre", 2, 2),
        *(Text(text, "centre") for text in texts),
        Feed(1),
        Cut(),
    )

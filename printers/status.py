"""What a printer's answers mean, in the contract's words. Epson, ESC/POS Command Reference, DLE EOT and GS r."""

from hardware.contract import NearEnd, Why

OFFLINE = 0x08
COVER, PAPER_STOP, ERROR = 0x04, 0x20, 0x40
CUTTER = 0x08
NEAR_END, PAPER_END = 0x0C, 0x60
XON, XOFF = 0x11, 0x13
UNASKED = 0x12
"""Stands for the answer of a printer that is not asked, since it would not answer."""

STOPPED: frozenset[Why | NearEnd | None] = frozenset({"paper-out", "cover-open", "cutter", "error"})
"""What stops a printer within a slip; ``offline`` may be no more than a key that feeds paper."""


def is_real_time(byte: int) -> bool:
    """Tell whether a byte answers ``DLE EOT``: 0xx1xx10."""
    return byte & 0x93 == 0x12


def is_transmitted(byte: int) -> bool:
    """Tell whether a byte answers ``GS r``: 0xx0xxxx."""
    return byte & 0x90 == 0x00


def why_not_well(
    printer: int | None, stopped: int | None, error: int | None, paper: int | None
) -> Why | NearEnd | None:
    """Return what is wrong according to the answers to ``DLE EOT 1`` to ``4``; None is well.

    An answer of None is silence. A silent printer is not well: nobody can say that paper would come out.
    """
    if printer is None or stopped is None or paper is None:
        return "no-answer"
    if stopped & COVER:
        return "cover-open"
    if stopped & PAPER_STOP or paper & PAPER_END:
        return "paper-out"
    if stopped & ERROR:
        return "cutter" if error is not None and error & CUTTER else "error"
    if printer & OFFLINE:
        return "offline"
    return "near-end" if paper & NEAR_END else None

"""What is wrong with a panel: no driver can read it, so neither its node nor the hub knows; whoever looks sees it."""

from typing import Literal

PanelFault = Literal["panel-well", "panel-dark", "panel-garbled"]
MODULE_BYTES = 1
"""A module's width, 8 px, in bytes of a row."""
GARBLED = 1
"""The module that is garbled, from the left: the second one, so that numbers are hit."""


def seen(fault: PanelFault, w: int, h: int, bits: bytes) -> bytes:
    """Return the dots of a panel as one sees them, rows from the top, each of ceil(w / 8) bytes."""
    if fault == "panel-dark":
        return bytes(len(bits))
    if fault == "panel-well":
        return bits
    stride = (w + 7) // 8
    left = min(GARBLED, stride - 1)
    found = bytearray(bits)
    for y in range(h):
        at = y * stride + left
        found[at : at + MODULE_BYTES] = bytes([found[at] ^ (0xAA if y % 2 else 0x55)])
    return bytes(found)

"""One piece of paper."""

from msgspec import Struct
from PIL import Image


class Slip(Struct, frozen=True, kw_only=True):
    """What came out between two cuts.

    text: the lines that something stands on, as read back from the bytes. image: the paper in mode "1", black is 0, one
    pixel a dot of 0.125 mm. data: the bytes. qr: what the QR codes say. unknown: commands that were not understood, in
    hexadecimal. is_cut: False where the paper was torn off by a fault.
    """

    text: list[str]
    image: Image.Image
    data: bytes
    qr: list[str]
    unknown: list[str]
    is_cut: bool = True

"""One piece of paper."""

from msgspec import Struct
from PIL import Image


class Report(Struct, frozen=True):
    """Something that was not done as asked. offset: of all bytes that came. code: its beginning in hexadecimal."""

    offset: int
    code: str
    why: str = "unknown command"

    def __str__(self) -> str:
        return f"byte {self.offset}: {self.code}: {self.why}"


class Slip(Struct, frozen=True, kw_only=True):
    """What came out between two cuts.

    text: the lines that something stands on, as read back from the bytes. image: the paper in mode "1", black is 0, one
    pixel a dot of 0.125 mm. data: the bytes. qr: what the QR codes say. bars: what the bar codes say. reports: what was
    not understood, or could not be done. is_cut: False where the paper was torn off by a fault.
    """

    text: list[str]
    image: Image.Image
    data: bytes
    qr: list[str]
    bars: list[str] = []
    reports: list[Report] = []
    is_cut: bool = True

    @property
    def unknown(self) -> list[str]:
        """The beginnings of commands that were not done, in hexadecimal."""
        return [report.code for report in self.reports]

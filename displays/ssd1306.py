"""Pixels to the bytes of an SSD1306: the same commands and pages as the firmware sends (Solomon Systech, table 9-1)."""

from PIL import Image

_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def start_commands(*, h: int, contrast: int, is_turned: bool) -> bytes:
    """Return the commands for all registers but the one that switches it on. h: 32 or 64 px. contrast: 0 to 255.

    is_turned: whether the display is mounted upside down.
    """
    lines = b"\xa0\xc0" if is_turned else b"\xa1\xc8"
    multiplex = bytes((0xA8, h - 1, 0xDA, 0x12 if h == 64 else 0x02))
    levels = b"\xd5\x80\xd9\xf1\xdb\x40\x8d\x14\x20\x02\x2e\xa4\xa6"
    return b"\xd3\x00\x40" + multiplex + lines + levels + bytes((0x81, contrast))


def page_bytes(image: Image.Image) -> list[bytes]:
    """Return the pages of a picture of mode "1": eight rows each, a byte a column, its lowest bit on top."""
    columns = image.transpose(Image.Transpose.TRANSPOSE).tobytes().translate(_REVERSED)
    pages = image.height // 8
    return [columns[page::pages] for page in range(pages)]

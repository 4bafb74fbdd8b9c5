"""Which characters a printer's own type has, and their bytes."""

from typing import Literal

Charset = Literal["none", "gbk", "gb18030"]
YUAN = "￥"
"""A3 A4 in every Chinese set; ``¥`` itself is four bytes of GB18030, which most printers take for two characters."""
EXTENSION_A = range(0x3400, 0x4DB6)
"""The only four-byte characters that GB 18030-2000 asks of everybody."""


def encode(text: str, charset: Charset) -> bytes | None:
    """Return a clean text for a printer in Chinese mode; None where it has a character that the printer does not."""
    if text.isascii():
        return text.encode("ascii")
    text = text.replace("¥", YUAN)
    try:
        return text.encode("gbk")
    except UnicodeEncodeError:
        return _with_four_bytes(text) if charset == "gb18030" else None


def unprintable(text: str, charset: Charset) -> list[str]:
    """Return the characters that a printer's own type does not have, each once, in order; a picture shows them."""
    return [char for char in dict.fromkeys(text) if encode(char, charset) is None]


def _with_four_bytes(text: str) -> bytes | None:
    parts = [_one(char) for char in text]
    return None if None in parts else b"".join(part for part in parts if part)


def _one(char: str) -> bytes | None:
    try:
        return char.encode("gbk")
    except UnicodeEncodeError:
        return char.encode("gb18030") if ord(char) in EXTENSION_A else None

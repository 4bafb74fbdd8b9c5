"""Takes long base64 texts out of JSON before it is parsed: memory is too small to hold a slip or a picture twice."""

import binascii

_LONG = 64
"""Texts shorter than this stay; a longer one is met by whoever looks at every 64th byte."""

_CHUNK = 256
_QUOTE = 0x22
_BACKSLASH = 0x5C
_PAD = 0x3D


def lift(payload):
    """Return a payload's JSON with ``@n`` for its n-th long base64 text, and the bytes of these texts.

    payload: a writable memoryview, in which the bytes take the place of their texts. What only looks like base64 stays.
    """
    pieces, lifted, done, at = [], [], 0, _LONG
    while at < len(payload):
        start = _start(payload, at)
        end = _end(payload, start) if start > done else 0
        size = _decode(payload[start:end]) if end - start >= _LONG else 0
        at = (end if size else at) + _LONG
        if size:
            pieces.append(bytes(payload[done:start]))
            pieces.append(b"@%d" % len(lifted))
            lifted.append(payload[start : start + size])
            done = end
    if not lifted:
        return payload, lifted
    pieces.append(bytes(payload[done:]))
    return b"".join(pieces), lifted


def _start(payload, at):
    """Return where the text begins of which the byte here is a part, or 0; it begins not more than _LONG before."""
    for start in range(at, at - _LONG, -1):
        before = payload[start - 1]
        if before == _QUOTE:
            return start if payload[start - 2] != _BACKSLASH else 0
        if not _is_digit(before):
            return 0
    return 0


def _end(payload, start):
    """Return where the closing quote is, which is a multiple of four away from where base64 begins; or 0."""
    for end in range(start, len(payload), 4):
        if payload[end] == _QUOTE:
            return end
        if not _is_digit(payload[end]):
            return 0
    return 0


def _decode(text):
    """Write a text's bytes over it and return how many they are; 0, with nothing written, where it is no base64.

    Raises ValueError where it begins as base64 and goes on as something else.
    """
    size = 0
    for at in range(0, len(text), _CHUNK):
        chunk = text[at : at + _CHUNK]
        pads = (chunk[-1] == _PAD) + (chunk[-2] == _PAD)
        try:
            data = binascii.a2b_base64(chunk)
        except ValueError:
            data = b""
        # The decoder passes over strange characters, and the length tells.
        if len(data) != len(chunk) // 4 * 3 - pads:
            if size:
                raise ValueError("base64")
            return 0
        text[size : size + len(data)] = data
        size += len(data)
    return size


def _is_digit(byte):
    return 0x41 <= byte <= 0x5A or 0x61 <= byte <= 0x7A or 0x2F <= byte <= 0x39 or byte == 0x2B

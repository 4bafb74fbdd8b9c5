"""Takes long base64 texts out of JSON before it is parsed: memory is too small to hold a slip or a picture twice."""

import binascii

from micropython import const

_LONG = const(64)
"""Texts shorter than this stay; a longer one is met by whoever looks at every 64th byte."""

_QUOTE = const(0x22)
_BACKSLASH = const(0x5C)
_PAD = const(0x3D)


def lift(payload, scratch):
    """Return a payload's JSON with ``@n`` for its n-th long base64 text, and the bytes of these texts.

    payload: a writable memoryview, in which the bytes take the place of their texts. scratch: another, which the JSON
    is put into; raises ValueError where it is too small. What only looks like base64 stays.
    """
    lifted, done, size, at = [], 0, 0, _LONG
    while at < len(payload):
        start = _start(payload, at)
        end = _end(payload, start) if start > done else 0
        count = _decode(payload[start:end]) if end else 0
        at = (end if count else at) + _LONG
        if count:
            size = _put(scratch, size, payload[done:start])
            size = _put(scratch, size, b"@%d" % len(lifted))
            lifted.append(payload[start : start + count])
            done = end
    if not lifted:
        return payload, lifted
    return scratch[: _put(scratch, size, payload[done:])], lifted


def _put(scratch, at, data):
    """Put data into the scratch memory and return where it ends."""
    end = at + len(data)
    if end > len(scratch):
        raise ValueError
    scratch[at:end] = data
    return end


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
    """Return where the closing quote is, a multiple of four away from where base64 begins; 0 if near or not there."""
    for end in range(start, len(payload), 4):
        if payload[end] == _QUOTE:
            return end if end - start >= _LONG else 0
        if not _is_digit(payload[end]):
            return 0
    return 0


def _decode(text):
    """Write a text's bytes over it and return how many they are; 0, with nothing written, where it is no base64.

    Raises ValueError where it begins as base64 and goes on as something else.
    """
    size = 0
    for at in range(0, len(text), _LONG):
        chunk = text[at : at + _LONG]
        data = _bytes(chunk)
        if not data:
            if size:
                raise ValueError
            return 0
        text[size : size + len(data)] = data
        size += len(data)
    return size


def _bytes(chunk):
    """Return what a piece of base64 stands for; None for anything else."""
    try:
        data = binascii.a2b_base64(chunk)
    except ValueError:
        return None
    # The decoder passes over strange characters, and the length tells.
    pads = (chunk[-1] == _PAD) + (chunk[-2] == _PAD)
    return data if len(data) == len(chunk) // 4 * 3 - pads else None


def _is_digit(byte):
    return 0x41 <= byte <= 0x5A or 0x61 <= byte <= 0x7A or 0x2F <= byte <= 0x39 or byte == 0x2B

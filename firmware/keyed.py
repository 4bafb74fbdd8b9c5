"""HMAC-SHA256, which proves that who made something has a key."""

import hashlib


def hmac(key, pieces):
    """Return HMAC-SHA256 (RFC 2104) of pieces of bytes, one after another, under a key of up to 64 bytes."""
    for pattern in (0x36, 0x5C):
        text = hashlib.sha256(bytes(byte ^ pattern for byte in key) + bytes((pattern,)) * (64 - len(key)))
        for piece in pieces:
            text.update(piece)
        pieces = (text.digest(),)
    return pieces[0]

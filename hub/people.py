"""PINs and badges: kept as slow hashes, so that a copied file tells nobody's (M12)."""

import hashlib
import hmac
import secrets

COST = 2**13
SALT_BYTES = 16
HASH_BYTES = 32


BADGE_FROM = 9
"""Digits from which a number is a badge's; people's own numbers and PINs are shorter."""


class PinError(ValueError):
    """A PIN or badge that nobody should have."""


def hash_pin(pin: str) -> str:
    """Return what the hall's file keeps of a PIN, ``scrypt$salt$hash``; raise PinError if it is not 4 to 8 digits."""
    if not (pin.isascii() and pin.isdecimal() and 4 <= len(pin) <= 8):
        raise PinError("a PIN has 4 to 8 digits")
    salt = secrets.token_bytes(SALT_BYTES)
    return f"scrypt${salt.hex()}${_scrypt(pin, salt).hex()}"


def pin_matches(pin: str, stored: str) -> bool:
    """Return whether a PIN is the one that was hashed."""
    _kind, salt, digest = stored.split("$")
    return hmac.compare_digest(_scrypt(pin, bytes.fromhex(salt)).hex(), digest)


def hash_badge(badge: str, hall: str) -> str:
    """Return what a hall's file keeps of a badge of 9 to 12 digits; raise PinError for another.

    All badges of a hall share its salt, so that one slow hash finds whose it is.
    """
    if not (badge.isascii() and badge.isdecimal() and BADGE_FROM <= len(badge) <= 12):
        raise PinError("a badge has 9 to 12 digits")
    salt = hashlib.sha256(hall.encode()).digest()[:SALT_BYTES]
    return f"scrypt${salt.hex()}${_scrypt(badge, salt).hex()}"


def _scrypt(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=COST, r=8, p=1, dklen=HASH_BYTES)

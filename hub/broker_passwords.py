"""mosquitto's file of passwords, hashed here: no list of plain ones is ever on the disk, nor in a command line.

A line is ``account:$7$rounds$salt$hash``, salt and hash in base64: PBKDF2 with HMAC-SHA-512, as mosquitto_passwd 2.0
writes it (src/password_mosq.c, PW_SHA512_PBKDF2).
"""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Mapping
from pathlib import Path

from hub.secrets import write_private

ROUNDS = 101
"""mosquitto_passwd's own. The passwords are 144 random bits, which no number of rounds makes harder to guess."""
SALT_BYTES, HASH_BYTES = 12, 64
_KIND = "7"


def write_passwords(path: Path, passwords: Mapping[str, str]) -> bool:
    """Write mosquitto's file of these accounts; return whether it held others. Salted anew where it did."""
    if _holds(path, passwords):
        return False
    lines = [f"{name}:{_hashed(word)}\n" for name, word in sorted(passwords.items())]
    write_private(path, "".join(lines).encode())
    return True


def matches(word: str, stored: str) -> bool:
    """Tell whether a password is the one of a stored hash."""
    try:
        _, kind, rounds, salt, digest = stored.split("$")
        made = _digest(word, base64.b64decode(salt, validate=True), int(rounds))
        return kind == _KIND and hmac.compare_digest(made, base64.b64decode(digest, validate=True))
    except (ValueError, binascii.Error):
        return False


def _holds(path: Path, passwords: Mapping[str, str]) -> bool:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return False
    kept = dict(line.partition(":")[::2] for line in lines)
    return kept.keys() == passwords.keys() and all(matches(word, kept[name]) for name, word in passwords.items())


def _hashed(word: str) -> str:
    salt = os.urandom(SALT_BYTES)
    encoded = (base64.b64encode(one).decode() for one in (salt, _digest(word, salt, ROUNDS)))
    return f"${_KIND}${ROUNDS}${'$'.join(encoded)}"


def _digest(word: str, salt: bytes, rounds: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha512", word.encode(), salt, rounds, HASH_BYTES)

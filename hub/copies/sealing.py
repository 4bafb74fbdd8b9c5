"""Seals what must not be read from a stick: AES-256-GCM under a key that follows from the recovery code.

The code has 115 bits by chance, so the key needs no slow hash: HKDF is enough (RFC 5869). Each copy has a salt of its
own, and each file is bound to its name.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hub.copies.code import CodeError

_NONCE_BYTES = 12


class Sealer:
    """Seals and opens with one code. salt: of the copy."""

    def __init__(self, code: str, salt: bytes) -> None:
        raw = HKDF(algorithm=hashes.SHA256(), length=64, salt=salt, info=b"lintel copy").derive(code.encode("ascii"))
        self._cipher, self._naming = AESGCM(raw[:32]), raw[32:]

    def seal(self, name: str, data: bytes) -> bytes:
        """Return data so that only who has the code can read it, under this name."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, data, name.encode())

    def open(self, name: str, data: bytes) -> bytes:
        """Return what was sealed; raise CodeError where the code is another or a byte was changed."""
        try:
            return self._cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], name.encode())
        except (InvalidTag, ValueError) as error:
            raise CodeError(
                f"{name} does not open: the recovery code is another one, or the file is damaged"
            ) from error

    def name_of(self, path: str, sha256: str) -> str:
        """Return the name under which a content stands on a stick: it tells nobody anything without the code."""
        naming = hmac.HMAC(self._naming, hashes.SHA256())
        naming.update(f"{path} {sha256}".encode())
        return naming.finalize().hex()[:32]

"""Reads what a certificate says of itself, without the 12 MB of a library that could also make one (RFC 5280, 4.1)."""

import hashlib
import ipaddress
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

_COMMON_NAME, _KEY_ID, _NAMES, _AUTHORITY_KEY_ID = b"\x55\x04\x03", b"\x55\x1d\x0e", b"\x55\x1d\x11", b"\x55\x1d\x23"
_GENERALIZED, _DNS, _ADDRESS, _EXTENSIONS, _IN_AUTHORITY, _VERSION = 0x18, 0x82, 0x87, 0xA3, 0x80, 0xA0
_BEGIN = "-----BEGIN CERTIFICATE-----"


RENEW_EVERY_S = 600.0
"""Whether a new certificate is due, or is there, is looked at so often: where the computer's clock was far off at the
start, what was made then may be over when it is set right."""


class AuthorityError(ValueError):
    """The authority's files cannot be used; the sentence says what to do."""


class Certificate(Struct, frozen=True, kw_only=True):
    """names: for whom it is; of an authority its own name. key, by: ids of its key, and of that which signed it."""

    names: tuple[str, ...]
    begins: datetime
    ends: datetime
    key: bytes
    by: bytes
    fingerprint: str


def read_certificate(path: Path) -> Certificate:
    """Return the first certificate in a file, PEM; raise OSError, or ValueError where it is none."""
    text = path.read_text(encoding="ascii", errors="replace")
    try:
        der = ssl.PEM_cert_to_DER_cert(text[text.index(_BEGIN) :].partition("-----END")[0] + ssl.PEM_FOOTER + "\n")
        return _read(der)
    except (ValueError, IndexError, StopIteration) as error:
        raise ValueError(f"{path}: no certificate; give one in PEM") from error


def _read(der: bytes) -> Certificate:
    ((_, whole),) = _items(der)
    fields = [one for one in _items(next(_items(whole))[1]) if one[0] != _VERSION]
    _serial, _algorithm, _issuer, (_, validity), (_, subject), _key, *rest = fields
    begins, ends = (_time(tag, value) for tag, value in _items(validity))
    extensions = dict(_extensions(rest))
    named = _inner(extensions.get(_NAMES, b""))
    names = [_name(tag, value) for tag, value in named if tag in (_DNS, _ADDRESS)]
    authority = dict(_inner(extensions.get(_AUTHORITY_KEY_ID, b"")))
    return Certificate(
        names=tuple(names or _common_names(subject)),
        begins=begins,
        ends=ends,
        key=next((value for _tag, value in _items(extensions.get(_KEY_ID, b""))), b""),
        by=authority.get(_IN_AUTHORITY, b""),
        fingerprint=hashlib.sha256(der).digest().hex(":").upper(),
    )


def _items(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield tag and value of what stands side by side in DER."""
    at = 0
    while at < len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if length & 0x80:
            count = length & 0x7F
            length, at = int.from_bytes(data[at : at + count], "big"), at + count
        if at + length > len(data):
            raise ValueError("cut off")
        yield tag, data[at : at + length]
        at += length


def _inner(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield what stands in the one thing that data is."""
    for _tag, value in _items(data):
        yield from _items(value)


def _extensions(rest: list[tuple[int, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    for tag, value in rest:
        if tag == _EXTENSIONS:
            for _sequence, extension in _inner(value):
                parts = list(_items(extension))
                yield parts[0][1], parts[-1][1]


def _common_names(subject: bytes) -> Iterator[str]:
    for _set, one in _items(subject):
        for _sequence, pair in _items(one):
            (_, kind), (_, words) = _items(pair)
            if kind == _COMMON_NAME:
                yield words.decode(errors="replace")


def _name(tag: int, value: bytes) -> str:
    return str(ipaddress.ip_address(value)) if tag == _ADDRESS else value.decode()


def _time(tag: int, value: bytes) -> datetime:
    words = value.decode()
    if tag != _GENERALIZED:
        words = ("20" if words[:2] < "50" else "19") + words
    return datetime.strptime(words, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)

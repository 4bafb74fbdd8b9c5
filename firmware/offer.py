"""Judges the manifest of a firmware that is offered: it must be whole, this node's, and above that of what runs.

Its lines are ``lintel 1``, ``version V``, ``for HALL/DEVICE``, ``serial N``, then ``SUM SIZE PATH`` for each file, and
``mac M``: HMAC-SHA256 of all lines before it by the node's own key. It is fetched as ``part``, and then lies beside the
files as ``manifest.new``, until they are whole.
"""

import binascii
import json
import os
import sys

from checks import BadMessageError
from keyed import hmac
from micropython import const

_MAC_LINE_BYTES = const(69)


async def step(update):
    """Return what to fetch, (manifest, from where, size), or None when it is there and good; raise BadMessageError."""
    sys.modules.pop("keyed", None)
    found, other = update.found, "ba"[sys.path[0] == "b"]
    place, part = other + "/manifest", other + "/part"
    if found["do"] == "switch":
        if _size(place) is None:
            raise BadMessageError("damaged")
        _check(place, update.target)
        return None
    size, mac = found["size"], found["mac"]
    for name in (place, place + ".new"):
        if _says(name, size, mac):
            _check(name, update.target)
            return None
    if _size(part) == size:
        return _adopt(place, part, size, mac, update.target)
    if _size(other) is None:
        os.mkdir(other)
    for name in (part, place + ".new"):
        _remove(name)
    return "manifest", 0, size


def _adopt(place, part, size, mac, target):
    """Take the manifest that was fetched for the one of the other slot, which is no firmware any more from here on."""
    try:
        if not _says(part, size, mac):
            raise BadMessageError("damaged")
        _check(part, target)
    except ValueError:
        os.remove(part)
        raise
    _remove(place)
    os.rename(part, place + ".new")


def _size(name):
    """Return the size of a file, None where there is none."""
    try:
        return os.stat(name)[6]
    except OSError:
        return None


def _remove(name):
    if _size(name) is not None:
        os.remove(name)


def _says(name, size, mac):
    """Return whether there is a manifest of this size that says this MAC."""
    if _size(name) != size:
        return False
    with open(name, "rb") as file:
        file.seek(max(0, size - _MAC_LINE_BYTES))
        return file.read() == b"mac " + mac + b"\n"


def _check(name, target):
    """Raise BadMessageError with what is wrong with a manifest."""
    with open("settings.json") as file:
        key = binascii.unhexlify(json.load(file).get("key") or "")
    with open(name, "rb") as file:
        mac = hmac(key, _lines(file, _size(name) - _MAC_LINE_BYTES))
        if not key or file.read() != b"mac %s\n" % binascii.hexlify(mac).decode():
            raise BadMessageError("not-mine")
    head, own = _head(name), _head(sys.path[0] + "/manifest")
    if head[2] != b"for %s\n" % target:
        raise BadMessageError("not-mine")
    if head[0] != b"lintel 1\n" or not head[3].startswith(b"serial "):
        raise BadMessageError("damaged")
    # What was put there by hand has none.
    if own and int(head[3][7:]) <= int(own[3][7:]):
        raise BadMessageError("old")


def _lines(file, end):
    while file.tell() < end:
        yield file.readline()


def _head(name):
    """Return the first four lines, [] where there is no such file."""
    try:
        with open(name, "rb") as file:
            return [file.readline() for _ in range(4)]
    except OSError:
        return []

"""Judges a manifest: it must be this node's, by a key that only its hub has, and above what runs; a step of update.py.

Its lines are ``lintel 1``, ``version V``, ``for HALL/DEVICE``, ``serial N``, then ``SUM SIZE PATH`` for each file, and
``mac M``: HMAC-SHA256 of all lines before it, in hexadecimal.
"""

import binascii
import os
import sys

from checks import BadMessageError
from keyed import hmac
from micropython import const

_MAC_LINE_BYTES = const(69)


async def step(update):
    """Return the next step; raise BadMessageError where the file update.want is no good manifest."""
    del sys.modules["keyed"]
    name, node = update.want, update.node
    place = name[:2] + "manifest.new"
    try:
        _check(name, binascii.unhexlify(node.key), node.root[5:-1])
    except ValueError:
        if name != place[:-4]:
            os.remove(name)
        raise
    if len(name) == len("a/part.fetched"):
        try:
            # From here on what is in the other slot is no firmware any more.
            os.remove(place[:-4])
        except OSError:
            pass
        os.rename(name, place)
    return "fill" if "mac" in update.found else "start_other"


def _check(name, key, target):
    """Raise BadMessageError with what is wrong."""
    with open(name, "rb") as file:
        end = file.seek(0, 2) - _MAC_LINE_BYTES
        file.seek(0)
        mac = hmac(key, _pieces(file, end))
        if not key or file.read() != b"mac %s\n" % binascii.hexlify(mac).decode():
            raise BadMessageError("not-mine")
    head = _header(name)
    if head[2] != b"for %s\n" % target:
        raise BadMessageError("not-mine")
    if head[0] != b"lintel 1\n" or head[3][:7] != b"serial ":
        raise BadMessageError("damaged")
    if int(head[3][7:]) <= int(_header("%s/manifest" % sys.path[0])[3][7:]):
        raise BadMessageError("old")


def _pieces(file, end):
    while file.tell() < end:
        yield file.readline()


def _header(name):
    with open(name, "rb") as file:
        return [file.readline() for _ in range(4)]

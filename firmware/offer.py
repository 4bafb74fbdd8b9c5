"""Looks for the manifest of a firmware that is offered, and has it fetched where it is not there; a step of update.py.

It is fetched as any file, and then lies beside the files as ``manifest.new``, until all of them are there.
"""

import os
import sys

from checks import BadMessageError
from micropython import const

_MAC_LINE_BYTES = const(69)


async def step(update):
    """Return the next step; raise BadMessageError where what was fetched is not what was offered, or nothing is there.

    update.want becomes the file with the manifest, or what is to be fetched.
    """
    other = "ab"[sys.path[0] == "a"]
    place, part, size = "%s/manifest" % other, "%s/part.fetched" % other, update.found.get("size")
    for name in (place, place + ".new", part) if size else (place,):
        if _is_told(name, update.found.get("mac")):
            update.want = name
            # Beside the files there is only one that was judged already.
            return "fill" if name[-4:] == ".new" else "judge"
    if size is None:
        raise BadMessageError("damaged")
    is_other = _length(part) == size
    for name in (part, place + ".new"):
        if _length(name) is not None:
            os.remove(name)
    if is_other:
        raise BadMessageError("damaged")
    if _length(other) is None:
        os.mkdir(other)
    update.want = place[2:], 0, size
    return "fetch"


def _is_told(name, mac):
    """Return whether there is a file that ends with this MAC; None is any."""
    length = _length(name) or 0
    if length < _MAC_LINE_BYTES or mac is None:
        return length >= _MAC_LINE_BYTES
    with open(name, "rb") as file:
        file.seek(length - _MAC_LINE_BYTES)
        return file.read() == b"mac " + mac


def _length(name):
    """Return the size of a file, None where there is none."""
    try:
        return os.stat(name)[6]
    except OSError:
        return None

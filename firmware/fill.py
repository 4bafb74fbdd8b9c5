"""Says which file of its new manifest the other slot lacks; a step of update.py.

A file gets its name when its sum is right, so what has a name needs no other look than at its sum.
"""

import os
import sys

from checks import BadMessageError
from summed import hashed, path_in


async def step(update):
    """Return the next step, None where the slot is whole; raise BadMessageError where what was fetched is wrong."""
    del sys.modules["summed"]
    own = sys.path[0]
    other = "ab"[own == "a"]
    place, part = "%s/manifest" % other, "%s/part.fetched" % other
    if _length(place):
        return None
    with open(place + ".new", "rb") as file:
        for number, line in enumerate(file):
            if line[64:65] != b" " or number < update.done:
                continue
            path = path_in(line)
            update.done = number
            if await hashed(update, other, path) == line:
                continue
            size, length = int(line.split()[1]), _length(part) or 0
            if length < size:
                update.want = path, length, size
                return "copy" if await hashed(update, own, path) == line else "fetch"
            if await hashed(update, other, part[2:], path) != line:
                os.remove(part)
                raise BadMessageError("damaged")
            place = "%s/%s" % (other, path)
            if "/" in path and _length(place[: place.rfind("/")]) is None:
                os.mkdir(place[: place.rfind("/")])
            os.rename(part, place)
    return "sweep"


def _length(name):
    """Return the size of a file, None where there is none; of a folder something else."""
    try:
        return os.stat(name)[6]
    except OSError:
        return None

"""Removes from the other slot what its new manifest does not name, and makes it whole; the last step of update.py."""

import os
import sys


async def step(_update):
    """Return no step more."""
    other = "ab"[sys.path[0] == "a"]
    stray = _stray(other, "")
    while stray:
        os.remove(stray)
        stray = _stray(other, "")
    # Last of all: it makes the slot whole.
    os.rename("%s/manifest.new" % other, "%s/manifest" % other)


def _stray(other, room):
    """Return one file that is not named, None where there is none: a list of all would take 3 KB.

    room: folder in the slot, with its slash; it may be empty.
    """
    found = None
    for entry in os.ilistdir("%s/%s" % (other, room[:-1]) if room else other):
        name = room + entry[0]
        if entry[1] == 0x4000:
            found = found or _stray(other, name + "/")
        elif name != "manifest.new" and not found and not _is_retained(other, name):
            found = "%s/%s" % (other, name)
    return found


def _is_retained(other, name):
    text = b" %s\n" % name
    with open("%s/manifest.new" % other, "rb") as file:
        for line in file:
            if line.endswith(text):
                return True
    return False

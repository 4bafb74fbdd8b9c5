"""Reckons what a manifest says of a file."""

import asyncio
import binascii
import hashlib

from checks import BadMessageError


def path_in(line):
    """Return the path in a manifest's line; raise BadMessageError where it leads out of a slot."""
    path = line.split()[2].decode()
    if "." in path[:-4] or path.count("/") > 1 or path[-4:] != ".mpy":
        raise BadMessageError("damaged")
    return path


async def hashed(update, slot, name, path=None):
    """Return what a manifest says of a file, under another path if one is given; None without the file."""
    text, size, memory = hashlib.sha256(), 0, update.node.scratch[:256]
    try:
        with open("%s/%s" % (slot, name), "rb") as file:
            count = file.readinto(memory)
            while count:
                text.update(memory[:count])
                size += count
                await asyncio.sleep_ms(0)
                count = file.readinto(memory)
    except OSError:
        return None
    return b"%s %d %s\n" % (binascii.hexlify(text.digest()).decode(), size, path or name)

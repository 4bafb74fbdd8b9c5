"""Fills the other slot with the files of its new manifest, or tries what is whole there (docs/protocol.md, "switch").

A file gets its name when its sum is right; the manifest gets its own last of all, since that makes the slot whole.
"""

# ruff: noqa: T201  (print is a node's console)

import asyncio
import binascii
import hashlib
import os
import sys

import machine
import store
from checks import BadMessageError
from micropython import const

_QUIET_LOOKS = const(250)


async def step(update):
    """Return what to fetch, (path, from where, size), or None when all is there; raise BadMessageError, OSError."""
    own = sys.path[0]
    other = "ba"[own == "b"]
    place, part = other + "/manifest", other + "/part"
    if update.found["do"] == "switch":
        await _try(update, own, other)
    elif _size(place) is None:
        with open(place + ".new", "rb") as file:
            for number, line in enumerate(file):
                if line[64:65] != b" ":
                    continue
                path = _path(line)
                if number < update.done or await _line(other, path) == line:
                    continue
                if await _line(own, path) == line:
                    await _copy(own + "/" + path, part)
                size = int(line.split()[1])
                if (_size(part) or 0) < size:
                    _remove(other + "/" + path)
                    update.done = number
                    return path, _size(part) or 0, size
                await _take(line, other, path)
        _sweep(other, "")
        os.rename(place + ".new", place)
    return None


async def _take(line, other, path):
    """Give a file its name, if its sum is right."""
    if await _line(other, "part", path) != line:
        os.remove(other + "/part")
        raise BadMessageError("damaged")
    if "/" in path and _size(other + "/" + path.split("/")[0]) is None:
        os.mkdir(other + "/" + path.split("/")[0])
    os.rename(other + "/part", other + "/" + path)


async def _try(update, own, other):
    """Start the other firmware, if it is whole in every byte, when what waits is sent."""
    with open(other + "/manifest", "rb") as file:
        for line in file:
            if line[64:65] == b" " and await _line(other, _path(line)) != line:
                raise BadMessageError("damaged")
    for _ in range(_QUIET_LOOKS):
        if update.is_quiet():
            break
        await asyncio.sleep_ms(20)
    print("the firmware in %s is tried" % other)
    store.replace("slot", "%s %s 3" % (own, other))
    machine.reset()


def _path(line):
    """Return the path in a manifest's line; raise BadMessageError where it leads out of a slot."""
    path = line.split()[2].decode()
    if ".." in path or path.count("/") > 1 or path[-4:] != ".mpy":
        raise BadMessageError("damaged")
    return path


async def _line(slot, name, path=None):
    """Return what a manifest says of a file, under another path if one is given; None without the file."""
    text, size, memory = hashlib.sha256(), 0, bytearray(256)
    try:
        with open(slot + "/" + name, "rb") as file:
            count = file.readinto(memory)
            while count:
                text.update(memoryview(memory)[:count])
                size += count
                await asyncio.sleep_ms(0)
                count = file.readinto(memory)
    except OSError:
        return None
    return b"%s %d %s\n" % (binascii.hexlify(text.digest()).decode(), size, path or name)


async def _copy(source, place):
    memory = bytearray(256)
    with open(source, "rb") as file, open(place, "wb") as part:
        count = file.readinto(memory)
        while count:
            part.write(memoryview(memory)[:count])
            await asyncio.sleep_ms(0)
            count = file.readinto(memory)


def _size(name):
    """Return the size of a file, None where there is none."""
    try:
        return os.stat(name)[6]
    except OSError:
        return None


def _remove(name):
    if _size(name) is not None:
        os.remove(name)


def _sweep(slot, folder):
    """Remove what the new manifest does not name."""
    for name in os.listdir(slot + "/" + folder if folder else slot):
        if os.stat(slot + "/" + folder + name)[0] & 0x4000:
            _sweep(slot, name + "/")
        elif name != "manifest.new" and not _is_named(slot, folder + name):
            os.remove(slot + "/" + folder + name)


def _is_named(slot, path):
    with open(slot + "/manifest.new", "rb") as file:
        for line in file:
            if line.endswith(b" %s\n" % path):
                return True
    return False

"""Fetches what is missing of one file, piece by piece, and asks again after every silence; a step of update.py."""

import asyncio
import sys

from checks import BadMessageError, base64
from micropython import const

_PIECE_BYTES = const(2048)
_LOOK_EVERY_MS = const(20)
_LOOKS = const(100)
"""After 2 s of silence a piece is asked for again,"""

_TIMES = const(30)
"""and so often in vain; then this is given up, to be begun again by the hub, where it was."""


class _Rest:
    """What is missing of a file."""

    def __init__(self, path, at):
        self.path, self.at, self.fault = path, at, None

    def collect(self, found, lifted):
        """Put a piece that was asked for behind what is there."""
        if found.get("file") != self.path or found.get("from") != self.at or self.fault:
            return
        try:
            data = base64(found, "data", lifted)
            if not 0 < len(data) <= _PIECE_BYTES:
                raise BadMessageError("damaged")
            with open("%s/part.fetched" % "ab"[sys.path[0] == "a"], "ab") as file:
                file.write(data)
            self.at += len(data)
        except (BadMessageError, OSError) as error:
            self.fault = error


async def step(update):
    """Return the next step, when the file is as long as it must be; raise TimeoutError after a long silence."""
    path, at, size = update.want
    rest = _Rest(path, at)
    update.collect = rest.collect
    times = 0
    while rest.at < size:
        at = rest.at
        update.node.want('{"file":"%s","from":%d}' % (path, at))
        looks = 0
        while rest.at == at and looks < _LOOKS:
            await asyncio.sleep_ms(_LOOK_EVERY_MS)
            if rest.fault:
                raise rest.fault
            looks += 1
        times = times + 1 if rest.at == at else 0
        if times == _TIMES:
            raise asyncio.TimeoutError
    update.collect = None
    return "fill" if path[-4:] == ".mpy" else "offer"

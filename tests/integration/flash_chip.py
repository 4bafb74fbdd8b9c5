"""Runs under MicroPython: a flash chip that dies at its n-th operation, and a trial from stdin on its littlefs."""

# ruff: noqa: T201, PTH, ANN, E402, BLE001

import asyncio
import os
import random
import sys

import vfs

BLOCK = 4096
BLOCKS = 160
WHOLE = ("old", "nonsense")


class PowerCut(BaseException):
    """The chip has no power any more; nothing in a firmware can catch that."""


class Reset(BaseException):
    """The firmware has asked for a new start."""


class Machine:
    """What the firmware may want of a chip without pins."""

    class WDT:
        def __init__(self, timeout):
            pass

        def feed(self):
            pass

    def reset(self):
        raise Reset


class Flash:
    """A block device. data: its bytes. left: operations until it dies, None is never. rest: of a torn write's end."""

    def __init__(self, data, left=None, rest="old"):
        self.data = bytearray(data)
        self.done = 0
        self._left = left
        self._rest = rest
        self._is_dead = False

    def bury(self):
        """Return the bytes, and keep none: what is written after the cut goes nowhere."""
        data, self.data = self.data, b""
        self._left, self._is_dead = None, True
        return data

    def readblocks(self, number, memory, offset=0):
        at = number * BLOCK + offset
        if not self._is_dead:
            memory[:] = memoryview(self.data)[at : at + len(memory)]

    def writeblocks(self, number, memory, offset=0):
        self._put(number * BLOCK + offset, memory)

    def ioctl(self, command, block):
        if command == 4:
            return BLOCKS
        if command == 5:
            return BLOCK
        if command == 6:
            self._put(block * BLOCK, b"\xff" * BLOCK)
        return 0

    def _put(self, at, memory):
        if self._is_dead:
            return
        self.done += 1
        if self._left is not None and self.done >= self._left:
            self._tear(at, memory)
            self._left = self.done
            raise PowerCut
        self.data[at : at + len(memory)] = memory

    def _tear(self, at, memory):
        if self.done > self._left:
            return
        half = (len(memory) + 1) // 2
        self.data[at : at + half] = memoryview(memory)[:half]
        if self._rest == "nonsense":
            for place in range(at + half, at + len(memory)):
                self.data[place] = random.getrandbits(8)


def started(flash, function, modules):
    """Run a function as a node that has just been given its power; return whether that stayed, and what it has left.

    A file that a cut has left open is closed by the garbage collector some time later, so what it lies on stays
    mounted, each in a place of its own: but there is nothing behind it any more.
    """
    asyncio.new_event_loop()
    place = f"/flash{len(PLACES)}"
    PLACES.append(place)
    vfs.mount(flash, place)
    os.chdir(place)
    is_whole = True
    try:
        function()
    except Reset:
        pass
    except PowerCut:
        is_whole = False
    finally:
        for name in list(sys.modules):
            if name not in modules:
                del sys.modules[name]
        sys.path[:] = PATH
        data = flash.bury()
        os.chdir("/")
    return is_whole, data


PATH = list(sys.path)
PLACES = []


def main():
    every = int(sys.argv[1])
    sys.modules["machine"] = Machine()
    trial = {}
    exec(sys.stdin.read(), trial)
    modules = set(sys.modules)
    empty = Flash(b"\xff" * BLOCK * BLOCKS)
    vfs.VfsLfs2.mkfs(empty)
    _, image = started(Flash(empty.data), trial["prepare"], modules)
    number = 0
    while True:
        number += every if number else 1
        for rest in WHOLE if every == 1 else (WHOLE[number % 2],):
            random.seed(number)
            is_done, data = started(Flash(image, number, rest), trial["work"], modules)
            when = "after all" if is_done else f"cut at operation {number}, rest {rest}"
            try:
                _, data = started(Flash(data), trial["check"], modules)
                when += ", after the check"
                _, data = started(Flash(data), trial["work"], modules)
                when += ", and the work again"
                started(Flash(data), trial["check"], modules)
            except Exception:
                print(when)
                raise
        if is_done:
            print(f"operations {number}")
            return


main()

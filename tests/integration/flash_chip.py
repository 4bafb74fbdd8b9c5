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
        """Take all and keep nothing: what still wants to write after the cut writes nowhere."""
        self._left, self._is_dead = None, True

    def readblocks(self, number, memory, offset=0):
        at = number * BLOCK + offset
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
    """Run a function as a node that has just been given its power, and return whether that stayed."""
    asyncio.new_event_loop()
    vfs.mount(flash, "/flash")
    os.chdir("/flash")
    try:
        function()
    except Reset:
        pass
    except PowerCut:
        return False
    finally:
        for name in list(sys.modules):
            if name not in modules:
                del sys.modules[name]
        sys.path[:] = PATH
        # What a cut has left open is closed some time: nothing must come of that.
        data = flash.data
        flash.data = bytearray(data)
        flash.bury()
        os.chdir("/")
        vfs.umount("/flash")
        flash.data = data
    return True


PATH = list(sys.path)


def main():
    every = int(sys.argv[1])
    sys.modules["machine"] = Machine()
    trial = {}
    exec(sys.stdin.read(), trial)
    modules = set(sys.modules)
    empty = Flash(b"\xff" * BLOCK * BLOCKS)
    vfs.VfsLfs2.mkfs(empty)
    flash = Flash(empty.data)
    started(flash, trial["prepare"], modules)
    image, number = flash.data, 0
    while True:
        number += every if number else 1
        for rest in WHOLE if every == 1 else (WHOLE[number % 2],):
            random.seed(number)
            flash = Flash(image, number, rest)
            is_done = started(flash, trial["work"], modules)
            when = "after all" if is_done else f"cut at operation {number}, rest {rest}"
            try:
                flash = Flash(flash.data)
                started(flash, trial["check"], modules)
                when += ", after the check"
                flash = Flash(flash.data)
                started(flash, trial["work"], modules)
                when += ", and the work again"
                flash = Flash(flash.data)
                started(flash, trial["check"], modules)
            except Exception:
                print(when)
                raise
        if is_done:
            print(f"operations {number}")
            return


main()

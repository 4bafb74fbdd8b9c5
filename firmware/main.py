"""Starts a node and keeps it going: a fault is said on the console, and after a pause the chip starts anew."""

# ruff: noqa: T201  (print is a node's console)

import asyncio
import gc
import json
import sys
import time

import machine
import micropython
from limits import BODY_BYTES, LATER_BYTES, PICTURE_BYTES, SCRATCH_BYTES, ConfigError
from micropython import const
from version import VERSION

_PAUSE_S = const(5)
_WATCHDOG_MS = const(8000)
_HOUSEKEEPING_MS = const(1000)
_ROOM_BYTES = const(1024)
"""Kept whole until the node runs: each TLS session asks for half of that in one piece."""

_LARGE = (
    ("", "messages"),
    ("", "link"),
    ("printer", "parts.printer"),
    ("", "node"),
    ("reader", "parts.reader"),
    ("panel", "parts.max7219"),
    ("panel", "parts.panel"),
    ("keys", "parts.keys"),
    ("lamps", "parts.lamps"),
    ("tone", "parts.tone"),
)
"""Modules by what a board has, in the order to compile them: that takes five times the size of a file for a while."""


def make():
    """Return the node, and forget how it was made."""
    # Line numbers in tracebacks would take 2.5 KB; the names of the functions stay.
    micropython.opt_level(3)
    # Before anything is compiled: afterwards no piece of memory is as large as these.
    memory = [bytearray(size) for size in (BODY_BYTES, PICTURE_BYTES, SCRATCH_BYTES, LATER_BYTES)]
    room = bytearray(_ROOM_BYTES)
    board = _board()
    for part, name in _LARGE:
        if not part or board.get(part):
            gc.collect()
            __import__(name)
    gc.collect()
    import start

    node = start.node(memory)
    # They are of no use any more; their memory is.
    del room, sys.modules["start"]
    return node


def _board():
    """Return the parts of the board file, as far as there is one; whether it is right, config.py looks at."""
    try:
        with open("board.json") as file:
            found = json.load(file)
    except (OSError, ValueError):
        return {}
    return found if type(found) is dict else {}


async def run():
    """Make the node and let it live; it ends with an exception only."""
    works = make().works()
    failures = []
    asyncio.get_event_loop().set_exception_handler(lambda _loop, context: failures.append(context["exception"]))
    tasks = [asyncio.create_task(work) for work in works]
    watchdog = machine.WDT(timeout=_WATCHDOG_MS)
    gc.collect()
    print("%d bytes of memory are free" % gc.mem_free())
    # Memory is cleaned while nobody waits. Half a node helps nobody: when one task fails, all begin anew.
    while tasks and not failures:
        watchdog.feed()
        gc.collect()
        await asyncio.sleep_ms(_HOUSEKEEPING_MS)
    raise failures[0]


def main():
    """Run; whatever goes wrong, say it and start again."""
    print("lintel %s" % VERSION)
    try:
        asyncio.run(run())
    except ConfigError as error:
        print("cannot start: %s" % error)
    except Exception as error:
        print("fails, and starts again:")
        sys.print_exception(error)
    time.sleep(_PAUSE_S)
    machine.reset()


if __name__ == "__main__":
    main()

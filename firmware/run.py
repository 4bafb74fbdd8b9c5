"""Makes a node and keeps it going: a fault is said on the console, and after a pause the chip starts anew."""

# ruff: noqa: T201  (print is a node's console)

import asyncio
import gc
import sys
import time

import machine
from limits import BODY_BYTES, LATER_BYTES, PICTURE_BYTES, SCRATCH_BYTES, ConfigError
from micropython import const
from version import VERSION

_PAUSE_S = const(5)
_WATCHDOG_MS = const(8000)
_HOUSEKEEPING_MS = const(1000)
_ROOM_BYTES = const(1024)
"""Kept whole until the node runs: each TLS session asks for half of that in one piece."""
_THRESHOLD_BYTES = const(2048)
"""Memory is cleaned after so much of it was taken: if not, what stays lies scattered between what does not."""


def make():
    """Return all that the node does, as coroutines that never end, and forget how it was made."""
    gc.threshold(_THRESHOLD_BYTES)
    # Before modules break the heap up: afterwards no piece of memory is as large as these.
    memory = [bytearray(size) for size in (BODY_BYTES, PICTURE_BYTES, SCRATCH_BYTES, LATER_BYTES)]
    room = bytearray(_ROOM_BYTES)
    import start

    works = start.works(memory)
    # They are of no use any more; their memory is.
    del room, start, sys.modules["start"]
    gc.collect()
    # What reads views has its place from now on; before it would have left too little room to be made in.
    import messages  # noqa: F401

    return works


async def run():
    """Make the node and let it live; it ends with an exception only."""
    works = make()
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

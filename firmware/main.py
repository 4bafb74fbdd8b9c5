"""Starts a node and keeps it going: a fault is said on the console, and after a pause the chip starts anew."""

import asyncio
import gc
import sys
import time

import machine
from config import ConfigError
from version import VERSION

PAUSE_S = 5
WATCHDOG_MS = 8000
HOUSEKEEPING_MS = 1000

_ONCE = ("start", "build", "config", "trust")
"""Modules that are of no use any more once the node is made; their memory is."""


def make():
    """Return the node, and forget how it was made."""
    import start

    node = start.node()
    for name in _ONCE:
        del sys.modules[name]
    return node


async def run():
    """Make the node and let it live; it ends with an exception only."""
    works = make().works()
    failures = []
    asyncio.get_event_loop().set_exception_handler(lambda _loop, context: failures.append(context["exception"]))
    tasks = [asyncio.create_task(work) for work in works]
    watchdog = machine.WDT(timeout=WATCHDOG_MS)
    gc.collect()
    print("%d bytes of memory are free" % gc.mem_free())
    # Memory is cleaned while nobody waits. Half a node helps nobody: when one task fails, all begin anew.
    while tasks and not failures:
        watchdog.feed()
        gc.collect()
        await asyncio.sleep_ms(HOUSEKEEPING_MS)
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
    time.sleep(PAUSE_S)
    machine.reset()


if __name__ == "__main__":
    main()

"""A firmware on trial: a view from the hub proves it; without one the chip starts again, and main.py counts that."""

# ruff: noqa: T201  (print is a node's console)

import asyncio

import machine
import store
from micropython import const

_LIMIT_S = const(120)


async def run(node, slot):
    """Wait for the first view and then make this slot the good one; where none comes in time, start the chip again."""
    for _ in range(_LIMIT_S):
        if node._view:  # noqa: SLF001
            store.replace("slot", slot)
            print("the firmware in %s has proved itself" % slot)
            return
        await asyncio.sleep_ms(1000)
    print("the firmware in %s has not reached the hub" % slot)
    machine.reset()

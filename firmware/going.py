"""Loads what a node needs while it goes on without its hub, or to tell of that afterwards; loaded for that alone."""

import asyncio
import gc
import sys

import store
from micropython import const

_TIMES = const(40)
_AGAIN_MS = const(100)
"""An update that was given up may still be in the way, for a moment; to start anew takes half a minute."""


async def load(*args):
    """Return what does it, one module after another, since there is no room for two; None where there is nothing to do.

    args: the node's `HubWatch`, `Outbox` and parts, what sounds a refusal, its life as of `alone.Alone`, and what makes
    room for going on alone. Raises MemoryError when it has found no room for 4 s.
    """
    for _ in range(_TIMES):
        try:
            return _load(*args)
        except MemoryError:
            _forget("lease", "taken", "alone", "handover")
        await asyncio.sleep_ms(_AGAIN_MS)
    return _load(*args)


def _load(*args):
    hub, outbox, parts, refuse, life, make_room = args
    if hub.is_lost:
        return _alone(hub, parts, refuse, life, make_room) if store.has("lease") else None
    if not store.has("tickets"):
        return None
    from handover import HandOver

    made = HandOver(hub, outbox, life)
    _forget("handover", "taken")
    return made


def _alone(hub, parts, refuse, life, make_room):
    make_room()
    import lease

    found = lease.read()
    del lease
    _forget("lease", "taken")
    if not found:
        return None
    from alone import Alone

    made = Alone(found, hub, parts, refuse, life)
    _forget("alone")
    return made


def _forget(*names):
    for name in names:
        sys.modules.pop(name, None)
    gc.collect()

"""Loads what a node needs while it goes on without its hub, or to tell of that afterwards; loaded for that alone."""

import gc
import sys

import store


def load(*args):
    """Return what does it, one module after another, since there is no room for two; None where there is nothing to do.

    args: the node's `HubWatch`, `Outbox` and parts, what sounds a refusal, its life as of `alone.Alone`, and what makes
    room for going on alone. Raises MemoryError, and has then let go of all that it had loaded.
    """
    try:
        return _load(*args)
    except MemoryError:
        _forget("lease", "taken", "alone", "handover")
        raise


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

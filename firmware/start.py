"""Makes the node that the files on its flash describe; run.py forgets this module when that is done."""

# ruff: noqa: T201  (print is a node's console)

import gc
import sys

import store
from node import Node

_MADE_ONCE = ("parts", "nics", "node", "link", "channel", "outbox", "jobs", "hub_watch")
"""Modules and packages of what a node has one of."""


def works(memory):
    """Return all that the node does, as coroutines that never end; raise ConfigError.

    memory: list of bytearrays of BODY_BYTES, PICTURE_BYTES, SCRATCH_BYTES and LATER_BYTES; the last one is dropped.
    """
    from config import PARTS, read_board, read_settings

    board, settings = read_board(), read_settings()
    del read_board, read_settings
    _forget("config")
    import nics

    carrier = nics.nic(board["chip"], settings.get("net") or {})
    del nics
    _forget("nics")
    import build

    body, picture, scratch, _ = memory
    parts = build.parts(board, picture, PARTS)
    del board, build, _
    _forget("build")
    wrap = _secured(settings, memory) if settings.get("ca") else None
    memory.clear()
    _sweep()
    slot = _slot()
    settings["update"] = "rolled-back" if slot[1:] == ["failed"] else None
    boot = store.next_boot()
    made = Node(settings=settings, parts=parts, boot=boot, nic=carrier, buffer=body, scratch=scratch, tls=wrap)
    print("%s/%s, boot %d" % (settings["hall"], settings["device"], boot))
    found = made.works()
    _end_making()
    if slot[1:2] == sys.path[:1]:
        import trial

        found.append(trial.run(made, slot[1]))
        del sys.modules["trial"]
    return found


def _sweep():
    import leftovers

    leftovers.sweep()
    del leftovers
    _forget("leftovers")


def _end_making():
    """Let go of the methods that make a node and its parts: none is made a second time, and they take 3 KB.

    They are overwritten, since of a class MicroPython deletes a name and keeps what it stood for (py/map.c).
    """
    for name, module in sys.modules.items():
        if name.split(".")[0] not in _MADE_ONCE:
            continue
        for found in module.__dict__.values():
            # Not those of the classes that a module only uses, such as a pin's.
            if isinstance(found, type) and "__init__" in found.__dict__ and found.__module__ == name:
                found.__init__ = None
    Node.works = Node._handlers = None  # noqa: SLF001


def _secured(settings, memory):
    """Return what makes a socket speak TLS."""
    import trust

    wrap = trust.tls(settings, memory)
    del trust
    _forget("trust")
    return wrap


def _slot():
    """Return the words in the file slot (main.py), [] where there is none."""
    try:
        with open("slot") as file:
            return file.read().split()
    except (OSError, ValueError):
        return []


def _forget(name):
    """Let go of a module that has done its work, before the next one is loaded: the node needs its memory."""
    del sys.modules[name]
    gc.collect()

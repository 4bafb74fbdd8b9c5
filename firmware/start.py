"""Makes the node that the files on its flash describe; main.py forgets this module when that is done."""

# ruff: noqa: T201  (print is a node's console)

import sys

import build
import nics
import store
from config import read_board, read_settings
from node import Node


def node(memory):
    """Return the Node, ready to run; raise ConfigError.

    memory: list of bytearrays of BODY_BYTES, PICTURE_BYTES, SCRATCH_BYTES and LATER_BYTES; the last one is dropped.
    """
    board, settings = read_board(), read_settings()
    body, picture, scratch = memory[:3]
    carrier = nics.nic(board["chip"], settings.get("net") or {})
    if settings.get("ca"):
        import trust
    parts = build.parts(board, picture)
    _forget(("build", "config", "nics"), ("build", "nics", "read_board", "read_settings"))
    # What stays of it is larger than anything else, and takes the room that was kept until now.
    memory.clear()
    wrap = None
    if settings.get("ca"):
        wrap = trust.tls(settings)
        del trust, sys.modules["trust"]
    boot = store.next_boot()
    made = Node(settings=settings, parts=parts, boot=boot, nic=carrier, buffer=body, scratch=scratch, tls=wrap)
    print("%s/%s, boot %d" % (settings["hall"], settings["device"], boot))
    return made


def _forget(modules, names):
    """Let go of what has done its work: the node needs its memory."""
    for name in modules:
        del sys.modules[name]
    for name in names:
        del globals()[name]

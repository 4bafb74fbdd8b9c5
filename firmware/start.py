"""Makes the node that the files on its flash describe; main.py forgets this module when that is done."""

# ruff: noqa: T201  (print is a node's console)

import sys

import build
import store
from config import read_board, read_settings
from node import Node
from trust import tls


def node(memory):
    """Return the Node, ready to run; raise ConfigError.

    memory: list of bytearrays of BODY_BYTES, PICTURE_BYTES, SCRATCH_BYTES and LATER_BYTES; the last one is dropped.
    """
    board, settings = read_board(), read_settings()
    memory.pop()
    body, picture, scratch = memory
    wrap = tls(settings)
    parts = build.parts(board, picture)
    _forget(("build", "config", "trust"), ("build", "read_board", "read_settings", "tls"))
    boot = store.next_boot()
    made = Node(settings=settings, parts=parts, boot=boot, buffer=body, scratch=scratch, tls=wrap)
    print("%s/%s, boot %d" % (settings["hall"], settings["device"], boot))
    return made


def _forget(modules, names):
    """Let go of what has done its work: the node needs its memory."""
    for name in modules:
        del sys.modules[name]
    for name in names:
        del globals()[name]

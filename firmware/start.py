"""Makes the node that the files on its flash describe; main.py forgets this module when that is done."""

import gc

import build
import store
from channel import BODY_MAX
from config import read_board, read_settings
from trust import tls

_LARGE = ("link", "node")
"""Modules to begin with: to compile one takes five times its size, which is there as long as little else is."""


def node():
    """Return the Node, ready to run; raise ConfigError."""
    # Before anything is compiled: afterwards no piece of memory is as large as that.
    buffer = bytearray(BODY_MAX)
    board, settings = read_board(), read_settings()
    for name in _LARGE:
        gc.collect()
        __import__(name)
    from node import Node

    build.load(board)
    parts = build.parts(board)
    made = Node(settings=settings, parts=parts, boot=store.next_boot(), buffer=buffer, tls=tls(settings))
    print("%s/%s, boot %d" % (settings["hall"], settings["device"], made.boot))
    return made

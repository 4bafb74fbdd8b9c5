"""Makes the node that the files on its flash describe; run.py forgets this module when that is done."""

# ruff: noqa: T201  (print is a node's console)

import sys

import build
import store
from config import read_board, read_settings
from node import Node
from trust import tls


def works(memory):
    """Return all that the node does, as coroutines that never end; raise ConfigError.

    memory: list of bytearrays of BODY_BYTES, PICTURE_BYTES, SCRATCH_BYTES and LATER_BYTES; the last one is dropped.
    """
    board, settings = read_board(), read_settings()
    memory.pop()
    body, picture, scratch = memory
    wrap = tls(settings)
    parts = build.parts(board, picture)
    _forget(("build", "config", "trust"), ("build", "read_board", "read_settings", "tls"))
    slot = _slot()
    settings["update"] = "rolled-back" if slot[1:] == ["failed"] else None
    boot = store.next_boot()
    made = Node(settings=settings, parts=parts, boot=boot, buffer=body, scratch=scratch, tls=wrap)
    print("%s/%s, boot %d" % (settings["hall"], settings["device"], boot))
    found = made.works()
    if slot[1:2] == sys.path[:1]:
        import trial

        found.append(trial.run(made, slot[1]))
        del sys.modules["trial"]
    return found


def _slot():
    """Return the words in the file slot (main.py), [] where there is none."""
    try:
        with open("slot") as file:
            return file.read().split()
    except (OSError, ValueError):
        return []


def _forget(modules, names):
    """Let go of what has done its work: the node needs its memory."""
    for name in modules:
        del sys.modules[name]
    for name in names:
        del globals()[name]

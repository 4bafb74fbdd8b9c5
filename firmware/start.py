"""Makes the node that the files on its flash describe; main.py forgets this module when that is done."""

# ruff: noqa: T201  (print is a node's console)

import build
import store
from config import read_board, read_settings
from node import Node
from trust import tls


def node(body, picture, scratch):
    """Return the Node, ready to run; raise ConfigError.

    body, picture, scratch: memory of BODY_BYTES, PICTURE_BYTES and SCRATCH_BYTES.
    """
    board, settings = read_board(), read_settings()
    build.load(board)
    parts = build.parts(board, picture)
    boot = store.next_boot()
    made = Node(settings=settings, parts=parts, boot=boot, buffer=body, scratch=scratch, tls=tls(settings))
    print("%s/%s, boot %d" % (settings["hall"], settings["device"], boot))
    return made

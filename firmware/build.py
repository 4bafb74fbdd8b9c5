"""Makes the parts of a node from its board file; only the drivers that the board needs are loaded."""

# ruff: noqa: B904  (there is no exception chaining in MicroPython)

import gc
import sys

from config import PARTS
from limits import ConfigError

_LARGE_FIRST = ("printer", "panel", "keys", "lamps", "tone")
"""Parts in the order in which their drivers are compiled, which takes five times a file's size."""

_DRIVERS = {"max7219": ("parts.max7219", "parts.panel"), "uart": ("parts.printer",), None: ()}


def load(board):
    """Compile what the board's parts need. Raises ConfigError for a driver that is not known."""
    for kind in _LARGE_FIRST:
        if board.get(kind):
            _load(kind, board[kind])


def parts(board, room):
    """Return the board's parts by their kind, in the contract's order. Raises ConfigError, with what to do.

    room: as of `parts.panel.Panel`.
    """
    return {kind: _built(kind, board[kind], room) for kind in PARTS if board.get(kind)}


def _load(kind, described):
    driver = described.get("driver")
    if driver not in _DRIVERS or (driver is None) == (kind in ("panel", "printer")):
        raise ConfigError("board.json: %s has the driver %r, which this firmware does not know" % (kind, driver))
    for name in _DRIVERS[driver] or ("parts." + kind,):
        gc.collect()
        __import__(name)


def _built(kind, described, room):
    try:
        return _panel(described, room) if kind == "panel" else _MAKERS[kind](described)
    except (KeyError, TypeError, ValueError) as error:
        sys.print_exception(error)
        raise ConfigError("board.json: %s cannot be built: %r; correct the board file" % (kind, error))


def _panel(described, room):
    from parts.max7219 import Max7219
    from parts.panel import Panel

    return Panel(Max7219(described), room)


def _lamps(described):
    from parts.lamps import Lamps

    return Lamps(described)


def _tone(described):
    from parts.tone import Tone

    return Tone(described)


def _printer(described):
    from parts.printer import Printer

    return Printer(described)


def _keys(described):
    from parts.keys import Keys

    return Keys(described)


_MAKERS = {"keys": _keys, "lamps": _lamps, "tone": _tone, "printer": _printer}

"""Makes the parts of a node from its board file; only the drivers that the board needs are loaded."""

import gc
import sys

from config import PARTS, ConfigError

_DRIVERS = {"max7219": ("parts.max7219", "parts.panel"), "uart": ("parts.printer",), None: ()}


def load(board):
    """Compile what the board's parts need. Raises ConfigError for a driver that is not known."""
    for kind in PARTS:
        if board.get(kind):
            _load(kind, board[kind])


def parts(board):
    """Return the board's parts by their kind, in the contract's order. Raises ConfigError, with what to do."""
    return {kind: _built(kind, board[kind]) for kind in PARTS if board.get(kind)}


def _load(kind, described):
    driver = described.get("driver")
    if driver not in _DRIVERS or (driver is None) == (kind in ("panel", "printer")):
        raise ConfigError("board.json: %s has the driver %r, which this firmware does not know" % (kind, driver))
    for name in _DRIVERS[driver] or ("parts." + kind,):
        gc.collect()
        __import__(name)


def _built(kind, described):
    try:
        return _MAKERS[kind](described)
    except (KeyError, TypeError, ValueError) as error:
        sys.print_exception(error)
        raise ConfigError("board.json: %s cannot be built: %r; correct the board file" % (kind, error))


def _panel(described):
    from parts.max7219 import Max7219
    from parts.panel import Panel

    return Panel(Max7219(described))


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


_MAKERS = {"keys": _keys, "lamps": _lamps, "panel": _panel, "tone": _tone, "printer": _printer}

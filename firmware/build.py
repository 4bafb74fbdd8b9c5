"""Makes the parts of a node from its board file; only the drivers that the board needs are loaded."""

# ruff: noqa: B904  (there is no exception chaining in MicroPython)

import sys

from config import PARTS
from limits import ConfigError


def parts(board, room):
    """Return the board's parts by their kind, in the contract's order. Raises ConfigError, with what to do.

    room: as of `parts.panel.Panel`.
    """
    return {kind: _built(kind, board[kind], room) for kind in PARTS if board.get(kind)}


def _built(kind, described, room):
    _check_driver(kind, described.get("driver"))
    try:
        return _panel(described, room) if kind == "panel" else _MAKERS[kind](described)
    except (KeyError, TypeError, ValueError) as error:
        sys.print_exception(error)
        raise ConfigError("board.json: %s cannot be built: %r; correct the board file" % (kind, error))


def _check_driver(kind, driver):
    if driver != {"panel": "max7219", "printer": "uart"}.get(kind):
        raise ConfigError("board.json: %s has the driver %r, which this firmware does not know" % (kind, driver))


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

"""Makes the parts of a node from its board file; only the drivers that the board needs are loaded."""

# ruff: noqa: B904  (there is no exception chaining in MicroPython)

import sys

from config import PARTS
from limits import ConfigError

_PANELS = ("max7219", "hub08", "ssd1306", "strip-card")


def parts(board, room):
    """Return the board's parts by their kind, in the contract's order. Raises ConfigError, with what to do.

    room: as of `parts.panel.Panel`.
    """
    return {kind: _built(kind, board[kind], room) for kind in PARTS if board.get(kind)}


def _built(kind, described, room):
    _check_driver(kind, described.get("driver"))
    try:
        return _panel(_part(described["driver"], described), room) if kind == "panel" else _part(kind, described)
    except (KeyError, TypeError, ValueError) as error:
        sys.print_exception(error)
        raise ConfigError("board.json: %s cannot be built: %r; correct the board file" % (kind, error))


def _check_driver(kind, driver):
    if driver not in {"panel": _PANELS, "printer": ("uart",), "reader": ("uart",)}.get(kind, (None,)):
        raise ConfigError("board.json: %s has the driver %r, which this firmware does not know" % (kind, driver))


def _panel(driver, room):
    """Return a driver of dots as a panel; one of text is a panel itself."""
    if not hasattr(driver, "window"):
        return driver
    from parts.panel import Panel

    return Panel(driver, room)


def _part(word, described):
    """Make a part, or a panel's driver, whose class is called as its word, and its module too."""
    word = word.replace("-", "_")
    name = "parts." + word
    __import__(name)
    return getattr(sys.modules[name], word[0].upper() + word[1:])(described)

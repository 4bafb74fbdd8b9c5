"""Makes the parts of a node from its board file; only the drivers that the board needs are loaded."""

# ruff: noqa: B904  (there is no exception chaining in MicroPython)

import sys

from limits import ConfigError

_BITS_A_BYTE = 10
_ASKED = {"xprinter-58": b"\x01\x04", "panel-58": b"\x04"}
"""As printers/profiles.toml: to which ``DLE EOT n`` a printer answers that does not answer 1, 2 and 4."""

_PANELS = ("max7219", "hub08", "ssd1306", "strip-card")


def parts(board, room, kinds):
    """Return the board's parts by their kind. Raises ConfigError, with what to do.

    room: as of `parts.panel.Panel`. kinds: all that there are, in the contract's order.
    """
    return {kind: _built(kind, board[kind], room) for kind in kinds if board.get(kind)}


def _built(kind, described, room):
    _check_driver(kind, described.get("driver"))
    try:
        if kind == "printer":
            return _printer(described)
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


def _printer(described):
    """Return a printer with its line, which is worked out here, since this module is forgotten."""
    from machine import UART, Pin
    from parts.printer import BUFFER_BYTES, Printer

    flow = None
    if described.get("flow", "none") != "none":
        from parts.flow import Flow

        flow = Flow(described)
    baud = described.get("baud", 9600)
    uart = UART(
        described["uart"],
        baudrate=baud,
        tx=Pin(described["tx"]),
        rx=Pin(described["rx"]),
        txbuf=BUFFER_BYTES,
        rxbuf=BUFFER_BYTES,
        timeout=0,
    )
    asks = _ASKED.get(described.get("profile"), b"\x01\x02\x04") if described.get("answers", True) else b""
    return Printer(uart, _BITS_A_BYTE * 1_000_000 // baud, asks, flow)


def _part(word, described):
    """Make a part, or a panel's driver, whose class is called as its word, and its module too."""
    word = word.replace("-", "_")
    name = "parts." + word
    __import__(name)
    return getattr(sys.modules[name], word[0].upper() + word[1:])(described)

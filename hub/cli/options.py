"""Options that several commands share, and what they mean where nobody gives them."""

import argparse
import os
from pathlib import Path

from hardware.link import Address
from hardware.logs import STYLES
from hub.config import Hall
from hub.installing.names import HALL_FILE, STATE


def add_log_option(parser: argparse.ArgumentParser) -> None:
    """Let people choose how the log is written."""
    words = "how the log is written: sentences, or a JSON object a line (default: plain)"
    parser.add_argument("--log", choices=STYLES, default="plain", help=words)


def add_state_option(parser: argparse.ArgumentParser, what: str = "the hub's folder") -> None:
    """Let people name a folder of state, else that of `default_state`."""
    words = f"{what} (default: {STATE} of an installed hall, one in ~/.local/state of any other)"
    parser.add_argument("--state", type=Path, help=words)


def default_state(hall: Hall) -> Path:
    """Return the folder for a hall's state when none is named: that of `lintel install`, or one of the user's own."""
    if hall.path.absolute() == Path(HALL_FILE):
        return Path(STATE)
    base = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(base).expanduser() / "lintel" / hall.id


def address_of(hall: Hall, broker: str | None) -> Address:
    """Return where the broker is: as HOST:PORT says, or else the hall's file."""
    table = hall.file.broker
    ca = hall.path.parent / table.ca if table.ca else None
    if broker is None:
        return Address(host=table.host, port=table.port, ca=ca)
    host, colon, port = broker.rpartition(":")
    if not colon or not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError(f"--broker {broker}: give it as HOST:PORT, such as 127.0.0.1:1883")
    return Address(host=host, port=int(port), ca=ca)

"""The number of the next firmware that a hall makes: it only grows, so that no node takes an old one for new."""

from pathlib import Path

from hub.lock import one_writer
from hub.secrets import write_private

FILE = "firmware.serial"


class SerialError(ValueError):
    """The file of the last firmware's number cannot be used; the sentence says what to do."""


def next_serial(state: Path, ahead: int = 1) -> int:
    """Return the next number and keep it in the state folder before it is used; raise SerialError.

    ahead: by how much it is above the last one.
    """
    path = state / FILE
    with one_writer(path):
        number = last_serial(state) + ahead
        write_private(path, f"{number}\n".encode())
    return number


def last_serial(state: Path) -> int:
    """Return the number of the last firmware, 0 where there was none; raise SerialError."""
    path = state / FILE
    try:
        return int(path.read_bytes())
    except FileNotFoundError:
        return 0
    except (OSError, ValueError) as error:
        raise SerialError(f"{path}: {error}; restore it, or write a number above the serial of every node") from error

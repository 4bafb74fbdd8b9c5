"""Makes a folder's entries durable.

A file that is new, or has taken another's place, may be gone after a power cut otherwise, however well it was synced.
"""

import os
from pathlib import Path


def settle(folder: Path) -> None:
    """Wait until a folder's own entries are durable."""
    place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(place)
    finally:
        os.close(place)

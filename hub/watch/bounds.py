"""Files that others write into without end are cut here: of a log the last part is kept beside it."""

import os
from pathlib import Path

MOST_BYTES = 1 << 20
"""How long such a log may get between two looks at it."""
KEPT_BYTES = 1 << 18
"""How much of its end stays readable, in a file of the same name with .1 behind."""


def cut(path: Path, *, most_bytes: int = MOST_BYTES, kept_bytes: int = KEPT_BYTES) -> bool:
    """Empty a log that is too long and return whether it was; raise OSError where that cannot be.

    Its writer keeps it open to append, so it goes on at the new end; a line that comes in between may be lost.
    """
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return False
    if size <= most_bytes:
        return False
    beside = path.with_name(path.name + ".1")
    beside.unlink(missing_ok=True)
    with path.open("rb+") as log, os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
        log.seek(size - kept_bytes)
        log.readline()  # half a line tells nobody anything
        kept.write(log.read(kept_bytes))
        log.truncate(0)
    return True

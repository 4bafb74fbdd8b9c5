"""What can be wrong with a copy: a word for the health page, and a sentence for whoever has to help."""

import errno
from pathlib import Path
from typing import Literal, get_args

from hub.journal import JournalError

Trouble = Literal[
    "missing",
    "stranger",
    "other-hall",
    "full",
    "read-only",
    "failing",
    "slow",
    "damaged",
    "lost-rows",
    "source",
    "silent",
]
"""missing: nothing is mounted there. stranger: a folder that was never accepted. damaged: what stands on it cannot be
read. lost-rows: the copy has rows that the journal has not. source: the hall's own files cannot be read. silent:
nobody makes copies."""
TROUBLES: tuple[str, ...] = get_args(Trouble)


class CopyError(JournalError):
    """A copy cannot be made or used; the sentence says what to do. kind: the word for it."""

    def __init__(self, kind: Trouble, sentence: str) -> None:
        super().__init__(sentence)
        self.kind: Trouble = kind


def of_system(folder: Path, error: OSError) -> CopyError:
    """Return the error of a folder that the system does not read or write."""
    kind: Trouble = "failing"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        kind = "full"
    elif error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        kind = "read-only"
    elif error.errno in (errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ENOTCONN):
        kind = "missing"
    remedy = {
        "full": "make room there, or take a larger stick",
        "read-only": "let the hub's user write there; a stick that became read-only is worn out",
        "missing": "put the stick back, or mount the other host again",
    }.get(kind, "take another stick")
    return CopyError(kind, f"{folder}: {error.strerror or error}; {remedy}")

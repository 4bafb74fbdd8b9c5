"""Looks for what types cannot say of where copies go."""

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import NoReturn

from hub.copies_file import CopiesTable


def check_copies(table: CopiesTable, refuse: Callable[..., NoReturn]) -> None:
    """Refuse what is no folder of this computer, and a folder twice."""
    for one in table.to:
        if "@" in one.partition("/")[0]:
            refuse(f"{one}: mount that host's folder here and name where (docs/copies.md)", "$.copies", "to")
        if not PurePosixPath(one).is_absolute() or ".." in PurePosixPath(one).parts:
            refuse(f"{one}: name a folder from / on, such as /media/lintel-copy", "$.copies", "to")
    if len(set(map(PurePosixPath, table.to))) != len(table.to):
        refuse("a folder stands here twice; remove one", "$.copies", "to")

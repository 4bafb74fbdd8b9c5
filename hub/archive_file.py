"""The table of the hall's file about how long the journal's rows are kept; see docs/hall-file.md."""

from collections.abc import Callable
from typing import Annotated, NoReturn

from msgspec import Meta

from hub.screen_file import Table

KEEP_DAYS_MIN = 30
"""The fault log looks back a week; promises and deadlines reach further."""


class ArchiveTable(Table, frozen=True, kw_only=True):
    """``[archive]``. keep_days: how long rows that were archived stay in the journal; 0: for ever."""

    keep_days: Annotated[int, Meta(ge=0, le=36_500)] = 0


def check_archive(table: ArchiveTable, refuse: Callable[..., NoReturn]) -> None:
    """Refuse to keep less than the hall still needs."""
    if 0 < table.keep_days < KEEP_DAYS_MIN:
        refuse(f"keep_days is {KEEP_DAYS_MIN} at least, or 0 for ever", "$.archive", "keep_days")

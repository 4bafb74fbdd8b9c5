"""The table of the hall's file about going on without the hub; see docs/hall-file.md."""

from typing import Annotated

from msgspec import Meta

from hub.screen_file import Table


class OfflineTable(Table, frozen=True, kw_only=True):
    """``[offline]``: what dispensers do while the hub is away. block: numbers of each of their keys; 0: none."""

    block: Annotated[int, Meta(ge=0, le=199)] = 40

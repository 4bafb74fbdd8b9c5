"""The table of the hall's file that says where copies go; see docs/copies.md."""

from typing import Annotated

from msgspec import Meta

from hub.screen_file import Table


class CopiesTable(Table, frozen=True, kw_only=True):
    """``[copies]``. to: folders, each of a USB stick or of another host that is mounted there."""

    to: Annotated[tuple[str, ...], Meta(max_length=4)] = ()

"""The table of the hall's file about what the duty officer is told; see docs/hall-file.md."""

from typing import Annotated

from msgspec import Meta

from hub.screen_file import Table


class AlertsTable(Table, frozen=True, kw_only=True):
    """``[alerts]``: when the duty officer is told; 0 switches one off."""

    average_wait_min: Annotated[float, Meta(ge=0, le=600)] = 10.0
    peak_waiting: Annotated[int, Meta(ge=0, le=10_000)] = 30
    empty_after_s: Annotated[float, Meta(ge=0, le=86_400)] = 120.0

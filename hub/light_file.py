"""The table of the hall's file for the light of panels; see docs/hall-file.md."""

from typing import Annotated

import msgspec
from msgspec import Meta

from hub.screen_file import Table
from hub.spans import HOUR

Hour = Annotated[str, Meta(pattern=rf"^{HOUR}\Z")]


class LightStep(Table, frozen=True, kw_only=True):
    """``[[light]]``: how bright the panels are from an hour on, 0 to 15, until the next step or tomorrow's first."""

    start: Hour = msgspec.field(name="from")
    level: Annotated[int, Meta(ge=0, le=15)]

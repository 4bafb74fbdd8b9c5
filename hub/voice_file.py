"""The table of the hall's file that says how calls are spoken (S8); see docs/hall-file.md."""

from typing import Annotated

from msgspec import Meta

from hardware.speech import Language
from hub.screen_file import Table
from hub.spans import Spans

Percent = Annotated[int, Meta(ge=0, le=100)]
ZoneName = Annotated[str, Meta(max_length=20)]


class VoiceTable(Table, frozen=True, kw_only=True):
    """``[voice]``: how calls are spoken (S8). languages: one after another. rate: words a minute. volume: percent.

    chime: before a call. quiet: spans in which nothing is said. clips: folder of recorded words beside this file.
    zones: volume of the speakers of a zone (S2).
    """

    languages: Annotated[tuple[Language, ...], Meta(min_length=1, max_length=4)] = ("zh", "yue")
    repeats: Annotated[int, Meta(ge=1, le=5)] = 1
    rate: Annotated[int, Meta(ge=80, le=300)] = 160
    volume: Percent = 80
    chime: bool = True
    quiet: Spans = ""
    clips: Annotated[str, Meta(max_length=200)] = ""
    zones: dict[ZoneName, Percent] = {}  # noqa: RUF012  (msgspec makes a new one each time)

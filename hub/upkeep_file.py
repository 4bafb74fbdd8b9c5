"""The tables of the hall's file that say who puts what right (M34, W 16); see docs/hall-file.md."""

from typing import Annotated, Literal

from msgspec import Meta

from hub.screen_file import Table

Site = Literal["station", "bureau-yard"]
Work = Literal["upkeep", "repair", "tech", "software"]
"""日常维护, 维修供电, 技术支撑, 软件更新."""
FaultKind = Literal[
    "lost",
    "missing",
    "near-end",
    "paper-out",
    "cover-open",
    "cutter",
    "error",
    "offline",
    "no-answer",
    "update",
    "memory",
    "clock",
    "noise",
    "certificate",
    "declared",
    "outage",
    "copy",
    "journal",
    "other",
]

WORK_OF: dict[FaultKind, Work] = {
    "near-end": "upkeep",
    "paper-out": "upkeep",
    "cover-open": "upkeep",
    "declared": "upkeep",
    "cutter": "repair",
    "error": "repair",
    "update": "software",
}
"""What is not here is for technical support."""
PARTIES: dict[Site, dict[Work, str]] = {
    "station": {"upkeep": "派出所", "repair": "警保处", "tech": "科信支队", "software": "科信支队"},
    "bureau-yard": {"upkeep": "业务警种", "repair": "警保处", "tech": "科信支队", "software": "业务警种"},
}
"""As W 16 has it: a station keeps its own machines; in the bureau's yard that is the branch whose business it is."""


class PartyTable(Table, frozen=True, kw_only=True):
    """``[upkeep.parties.WORK]``: who does a kind of work. name: left out, as W 16 has it. phone: that of an office."""

    name: Annotated[str, Meta(max_length=20)] = ""
    phone: Annotated[str, Meta(max_length=30)] = ""


class UpdateTable(Table, frozen=True, kw_only=True):
    """``[update]``: how patient an update is. fetch_s: without progress. switch_s: until a node is back.

    prove_s: how long it has to go on with its new firmware before the next one has its turn. quiet_s: how long no
    number was taken at a dispenser before it is updated in opening hours.
    """

    fetch_s: Annotated[float, Meta(ge=5, le=3600)] = 120.0
    switch_s: Annotated[float, Meta(ge=5, le=3600)] = 600.0
    prove_s: Annotated[float, Meta(ge=0, le=3600)] = 15.0
    quiet_s: Annotated[float, Meta(ge=0, le=3600)] = 60.0


class UpkeepTable(Table, frozen=True, kw_only=True):
    """``[upkeep]``: who puts what right. site: where the hall is. faults: kind of fault to work, where not as usual."""

    site: Site = "station"
    faults: dict[FaultKind, Work] = {}  # noqa: RUF012  (msgspec makes a new one each time)
    parties: dict[Work, PartyTable] = {}  # noqa: RUF012

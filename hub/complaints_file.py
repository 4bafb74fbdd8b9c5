"""The table of the hall's file for complaints and low ratings; see docs/complaints.md."""

from typing import Annotated

from msgspec import Meta

from hub.screen_file import Table

WorkingDays = Annotated[int, Meta(ge=1, le=60)]


class ComplaintsTable(Table, frozen=True, kw_only=True):
    """``[complaints]``: working days until a call-back, until settled, and at most where it takes longer (限期整改).

    They differ from place to place. keep_days: days for which a name or phone number that somebody left is kept.
    """

    contact_days: WorkingDays = 1
    settle_days: WorkingDays = 5
    rectify_days: WorkingDays = 15
    keep_days: Annotated[int, Meta(ge=1, le=3650)] = 90

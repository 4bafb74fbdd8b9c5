"""The tables of the hall's file that papers are made from; see docs/hall-file.md."""

from typing import Annotated, Literal

from msgspec import Meta

from hub.screen_file import Table

Words = Annotated[str, Meta(max_length=60)]
Material = Annotated[str, Meta(min_length=1, max_length=60)]
Materials = Annotated[tuple[Material, ...], Meta(max_length=20)]
SlipForm = Literal["", "acceptance", "refusal", "result", "commitment", "supplement"]


class NoticesTable(Table, frozen=True, kw_only=True):
    """``[notices]``: 一次性告知单 (M15). keep_names: the name that stands on one is kept beside the journal, keep_days.

    Without it a name is in the job to the counter's printer and nowhere else (M40).
    """

    keep_names: bool = False
    keep_days: Annotated[int, Meta(ge=1, le=3650)] = 30


class ReportTable(Table, frozen=True, kw_only=True):
    """``[report]``: what a day has come to. printer: the device that prints it.

    unrated_as_basic: in reports, and nowhere else, who gave no rating counts as 基本满意 (a local rule).
    """

    printer: str = ""
    unrated_as_basic: bool = False


class TicketTable(Table, frozen=True, kw_only=True):
    """``[ticket]``: the texts of the ticket's foot. supervision: what the 码上监督 QR code says; none without it.

    query: where one may ask how far one's matter is (M38), such as 办理进度查询：027-5550110. rule: left out, what the
    hall's ``no_show`` leads to, in words.
    """

    rule: Words = ""
    hours: Words = ""
    enquiry_phone: Annotated[str, Meta(max_length=30)] = ""
    complaint_phone: Annotated[str, Meta(max_length=30)] = ""
    supervision: Annotated[str, Meta(max_length=200)] = ""
    query: Words = ""

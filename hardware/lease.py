"""How a dispenser goes on alone: the part of the contract that `hardware.contract` takes in; docs/alone.md says why."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from hardware.print_job import JOB_PART_BYTES

LEASE_HEAD = b"LEASE1\n"
"""What the bytes of a lease begin with; then one line of JSON, then its pieces (docs/protocol.md, "lease")."""

LeaseId = Annotated[str, Meta(pattern=r"^[0-9]{8}-l[0-9]{5}\Z", description="date-l, and the day's count of leases")]
LeasedNumber = Annotated[str, Meta(pattern=r"^[A-Z][0-9]{3}\Z", description="A801")]
Paper = Literal["out", "failed", "in-doubt"]
"""What became of a paper; ``failed`` promises that nothing came out, ``in-doubt`` says that nobody can know."""


class Lease(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a dispenser keeps so that it can give tickets without the hub, once and for one business day.

    part counts from 1 to parts; all parts of a lease have its id. It is kept in place of the one before.
    """

    do: Literal["lease"]
    id: LeaseId
    data: Annotated[bytes, Meta(max_length=JOB_PART_BYTES)]
    part: Annotated[int, Meta(ge=1, le=64)] = 1
    parts: Annotated[int, Meta(ge=1, le=64)] = 1


class Taken(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="do", tag="taken"
):
    """A ticket was given while the hub was away. key: that was pressed. at: the hall's time then, as it is told now.

    at: None where the device has no idea; it is then taken for the earliest that it can have been.
    """

    boot: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    seq: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    number: LeasedNumber
    key: Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,15}\Z", description="key cap: A")]
    paper: Paper
    at: Annotated[int, Meta(ge=0, le=2**53 - 1)] | None = None

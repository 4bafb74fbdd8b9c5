"""What the hub asks a printer to print: the part of the contract that `hardware.contract` takes in."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

JOB_PART_BYTES = 2688
"""Bytes of a job before base64; a larger one travels in numbered parts."""
JobId = Annotated[
    str, Meta(pattern=r"^[0-9]{8}-[0-9]{6}(-[0-9]{1,3})?\Z", description="day-serial, or day-serial-copy")
]


class Print(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Bytes for the printer, to be put out once. part counts from 1 to parts; all parts of a job have its id."""

    do: Literal["print"]
    id: JobId
    data: Annotated[bytes, Meta(max_length=JOB_PART_BYTES)]
    part: Annotated[int, Meta(ge=1, le=64)] = 1
    parts: Annotated[int, Meta(ge=1, le=64)] = 1

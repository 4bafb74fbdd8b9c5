"""What readers of the broker are told of counters and queues: for other systems, and for no device."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Count = Annotated[int, Meta(ge=0)]
Ms = Annotated[int, Meta(ge=0)]
TOLD_BYTES = 2_048
"""The longest names and twenty-six services have room in it."""


class CounterTold(Struct, frozen=True, kw_only=True):
    """A counter. at: since when it is so, hall time, ms. number: that it has called or serves, null without one.

    services: codes of what it serves now. waiting: people whom it may call.
    """

    at: Ms
    counter: Annotated[int, Meta(ge=1, le=99)]
    name: str
    state: Literal["called", "serving", "idle", "paused"]
    number: str | None
    services: tuple[str, ...]
    waiting: Count


class QueueTold(Struct, frozen=True, kw_only=True):
    """Those who wait for a service. expected_minutes: of who takes a number now, null: no counter serves it."""

    at: Ms
    service: Annotated[str, Meta(pattern=r"^[A-Z]\Z")]
    name: str
    waiting: Count
    expected_minutes: Count | None

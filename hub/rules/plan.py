"""What the rules need to know of the hall; it does not change while the hub runs."""

from collections.abc import Mapping

from msgspec import Struct

ORDINARY = "ordinary"
"""The class of a ticket without a head start."""


class Plan(Struct, frozen=True, kw_only=True):
    """services: letters. serves: counter number to the letters it may call. head_start_ms: class to milliseconds.

    call_pause_ms: how long a counter that has just called refuses another call.
    """

    services: frozenset[str]
    serves: Mapping[int, frozenset[str]]
    head_start_ms: Mapping[str, int]
    call_pause_ms: int

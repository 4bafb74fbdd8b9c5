"""How a device is: the part of the contract that `hardware.contract.Status` takes in (M34)."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Reset = Literal["power", "watchdog", "soft", "hard", "unknown"]
Number = Annotated[int, Meta(ge=0, le=2**53 - 1)]


class Health(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """How a device is; what it does not know is None. It travels with every status, every five minutes at least.

    free: bytes of memory. up_s: seconds since its start. reset: why it started. rssi: of its Wi-Fi, dBm. drift_ms: by
    how much the hub's clock went ahead of its own in the last five minutes. links: connections to the broker since
    its start. bad: messages that were not of the contract.
    """

    free: Number | None = None
    up_s: Number | None = None
    reset: Reset | None = None
    # Wide: for a hub's clock that leapt from 1970, or a radio that knows nothing, no node may be refused its status.
    rssi: Annotated[int, Meta(ge=-255, le=255)] | None = None
    drift_ms: Annotated[int, Meta(ge=-(2**53 - 1), le=2**53 - 1)] | None = None
    links: Number | None = None
    bad: Number | None = None

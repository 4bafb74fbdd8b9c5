"""What the numbers that a device says of itself mean: memory that runs out, a clock that runs away (M34)."""

from collections.abc import Mapping

LOW_FREE_BYTES = 2048
"""A node with less may fail at the next large view; the fullest one with TLS, in the simulator's small memory, keeps
twice as much when it runs well."""
FAST_DRIFT_MS = 1000
"""More than this in five minutes is beyond 3000 ppm, which no crystal has: the node stands still now and then."""
EASE = 2
"""A fault is over at twice the memory or half the drift, so that it does not come and go."""


def found(free: int | None, drift_ms: int | None, before: Mapping[str, str]) -> dict[str, str]:
    """Return part to what is wrong, ``memory``: ``low`` and ``clock``: ``drift``. before: what was found last time.

    free: bytes of memory; drift_ms: as of `hardware.health.Health`; None: the device does not say, so that nothing
    changes.
    """
    now = {}
    low = LOW_FREE_BYTES * (EASE if "memory" in before else 1)
    if (free is None and "memory" in before) or (free is not None and free < low):
        now["memory"] = "low"
    fast = FAST_DRIFT_MS // (EASE if "clock" in before else 1)
    if (drift_ms is None and "clock" in before) or (drift_ms is not None and abs(drift_ms) > fast):
        now["clock"] = "drift"
    return now

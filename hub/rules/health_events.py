"""The fact about what the hub itself has found of a device (M34)."""

from hub.rules.fact import Event


class HealthFound(Event, frozen=True, kw_only=True):
    """What is wrong with a device by the hub's finding has changed. faults: memory, clock, update or noise to
    what; empty: nothing any more. A new day repeats it.
    """

    device: str
    faults: dict[str, str]
    at: int

"""What the hub itself has found of a device, to be kept with the faults."""

from hub.rules.command import Command


class NoteHealth(Command, frozen=True, kw_only=True):
    """The faults of a device that the hub has found are these. faults: memory, clock, update or noise to what."""

    device: str
    faults: dict[str, str]

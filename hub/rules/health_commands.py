"""What the hub itself has found of a device, to be kept with the faults."""

from hub.rules.command import Command


class NoteHealth(Command, frozen=True, kw_only=True):
    """The faults of a device that the hub has found are these. faults: memory, clock or update to what is wrong."""

    device: str
    faults: dict[str, str]

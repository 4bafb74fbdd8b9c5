"""The command after a restore from a copy: the last moments before the hub's end may be missing in it."""

from hub.rules.command import Command


class NoteRestored(Command, frozen=True, kw_only=True):
    """The hall was restored. until: when its old hub ended at the latest, ms.

    calls: how often a counter may have called in what is missing. services: of each key that dispensers have numbers
    for, its service. size: numbers of a block.
    """

    until: int
    calls: int
    services: tuple[str, ...]
    size: int

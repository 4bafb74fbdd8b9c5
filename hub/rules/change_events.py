"""Facts about the hall's file."""

from hub.rules.fact import Event


class HallChanged(Event, frozen=True, kw_only=True):
    """The hall is another one from here on; its fields are those of `ChangeHall`.

    counters, posts: counters whose services, or posts, are those of the file again, not what was set live.
    """

    person: str
    summary: str
    edit: int
    sha256: str
    undoes: int = 0
    counters: tuple[int, ...] = ()
    posts: tuple[int, ...] = ()
    at: int

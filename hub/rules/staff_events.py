"""Facts about the people who work in the hall."""

from hub.rules.fact import Event
from hub.rules.plan import Post


class SignedIn(Event, frozen=True, kw_only=True):
    """Somebody began to work at a counter. post: A or B."""

    counter: int
    person: str
    post: Post
    at: int


class SignedOut(Event, frozen=True, kw_only=True):
    """Somebody ended his work at a counter."""

    counter: int
    person: str
    at: int


class SessionLocked(Event, frozen=True, kw_only=True):
    """A pad that nobody used wants the PIN again (M12)."""

    counter: int
    at: int


class SessionUnlocked(Event, frozen=True, kw_only=True):
    """The clerk is at his pad again."""

    counter: int
    at: int


class CounterPaused(Event, frozen=True, kw_only=True):
    """A clerk left for a while (M17, M31)."""

    counter: int
    reason: str
    back_at: int | None
    phone: str
    by: str
    at: int


class CounterResumed(Event, frozen=True, kw_only=True):
    """The counter serves again."""

    counter: int
    by: str
    at: int


class ServicesSet(Event, frozen=True, kw_only=True):
    """A counter serves other services than before; empty: what the hall's file says."""

    counter: int
    services: tuple[str, ...]
    by: str
    at: int


class Enlisted(Event, frozen=True, kw_only=True):
    """Somebody has a post at a counter. posts: all of the counter from now on."""

    counter: int
    person: str
    post: Post
    posts: dict[str, Post]
    by: str
    at: int


class Dismissed(Event, frozen=True, kw_only=True):
    """Somebody has no post at a counter any more. posts: all of the counter from now on."""

    counter: int
    person: str
    posts: dict[str, Post]
    by: str
    at: int


class CameOnDuty(Event, frozen=True, kw_only=True):
    """A guide or duty officer began to work at a device."""

    device: str
    person: str
    at: int


class WentOffDuty(Event, frozen=True, kw_only=True):
    """A guide or duty officer ended his work at a device."""

    device: str
    person: str
    at: int

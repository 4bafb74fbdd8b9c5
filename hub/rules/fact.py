"""What all facts have in common."""

from msgspec import Struct


class Event(Struct, frozen=True, kw_only=True, tag_field="event", omit_defaults=True):
    """A fact. It is never changed and never refused."""

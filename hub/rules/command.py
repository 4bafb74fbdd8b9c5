"""What all commands have in common."""

from msgspec import Struct


class Command(Struct, frozen=True, kw_only=True):
    """Something that is asked for; it may be refused."""


class AtCounter(Command, frozen=True, kw_only=True):
    """A clerk's command; who he is, the session at the counter knows."""

    counter: int

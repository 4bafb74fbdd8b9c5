"""Facts about a restore from a copy: what may have been given out in the moments that the copy has not."""

from hub.rules.fact import Event


class Restored(Event, frozen=True, kw_only=True):
    """The hall was restored from a copy, and what may have been given out since is never given again.

    until: when the old hub ended at the latest, ms. taken, slips, complaints, leases, copies: counts from which the
    day goes on. numbers: letter to the same; given: letter to the (first, last) number that somebody may hold of whom
    the hall does not know. blocks: (letter, first, last) that a dispenser may have been leased.
    """

    until: int
    taken: int
    slips: int
    complaints: int
    leases: int
    copies: int
    own_serials: dict[str, int]
    numbers: dict[str, int]
    given: dict[str, tuple[int, int]]
    blocks: tuple[tuple[str, int, int], ...]
    at: int


class CallDoubted(Event, frozen=True, kw_only=True):
    """Nobody knows whether a ticket was called in what a restore has lost: somebody has to ask who holds it."""

    serial: int
    at: int

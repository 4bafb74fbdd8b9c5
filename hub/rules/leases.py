"""The numbers that dispensers may give alone: which are leased, which are left, and what follows on a given one.

The hub gives 001 to 800 of each letter and then from 1000 on; what is between is leased in blocks, each number once a
day and to one key of one device. So no two ever give the same one, whoever is away.
"""

from collections.abc import Collection, Iterable

import msgspec
from msgspec import Struct

LEASED = range(801, 1000)
"""The numbers of each letter that are kept for leases."""


UNKNOWN = ""
"""Who has a block that was leased in what a restore has lost: some dispenser of the hall."""


class Block(Struct, frozen=True):
    """Numbers first to last of a letter, leased to a key of a device, and the service that it gave then."""

    device: str
    key: str
    service: str
    letter: str
    first: int
    last: int


class Kept(Struct, kw_only=True):
    """The lease of a device. serial, digest, made_at: of the last one. answered: (serial, boot) of its last answer.

    why: it did not keep that one; empty when it did.
    """

    serial: int = 0
    digest: str = ""
    made_at: int = 0
    answered: tuple[int, int] = (0, 0)
    why: str = ""


class Leases(Struct, kw_only=True):
    """All leases of a day.

    blocks: in the order in which they were leased. made: how many leases. kept: device to its lease. away: when the hub
    was, (from, to). seen: device to the last arrival that it handed over. refused: numbers that could not be
    entered, and when. stray: those of them that were given today. lost: letter to the (first, last) number that
    somebody may hold of whom a restore has left nothing.
    """

    blocks: list[Block] = msgspec.field(default_factory=list)
    made: int = 0
    kept: dict[str, Kept] = msgspec.field(default_factory=dict)
    away: list[tuple[int, int]] = msgspec.field(default_factory=list)
    seen: dict[str, int] = msgspec.field(default_factory=dict)
    refused: dict[tuple[str, str], int] = msgspec.field(default_factory=dict)
    stray: set[str] = msgspec.field(default_factory=set)
    lost: dict[str, tuple[int, int]] = msgspec.field(default_factory=dict)

    def block_of(self, device: str, number: str) -> Block | None:
        """Return the block of a device that a number such as A801 is from, None where it has none."""
        letter, count = number[:1], int(number[1:])
        fit = (one for one in self.blocks if one.device in (device, UNKNOWN) and one.letter == letter)
        return next((one for one in fit if one.first <= count <= one.last), None)

    def blocks_of(self, device: str, key: str, service: str) -> list[Block]:
        """Return the blocks of a device's key, the latest last: of this service, for a key may give another since."""
        return [one for one in self.blocks if (one.device, one.key, one.service) == (device, key, service)]

    def held(self, known: Collection[str]) -> Collection[str]:
        """Return the numbers of today that somebody may hold, of which none is given again. known: those entered."""
        return {*known, *self.stray} if self.stray else known


def following(count: int) -> int:
    """Return the count of the number that the hub gives after this one: what is kept for leases is passed over."""
    return LEASED.stop if count + 1 in LEASED else count + 1


def left_of(blocks: list[Block], known: Collection[str]) -> tuple[int, int]:
    """Return first and last number that a key may still give, (1, 0) where there is none. known: numbers given.

    Blocks that follow on each other are one. What is behind the last number that is known counts as not given.
    """
    if not blocks:
        return 1, 0
    latest = blocks[-1]
    first = latest.first
    for one in reversed(blocks[:-1]):
        if (one.letter, one.last + 1) != (latest.letter, first):
            break
        first = one.first
    given = (at for at in range(latest.last, first - 1, -1) if f"{latest.letter}{at}" in known)
    start = next(given, first - 1) + 1
    return (start, latest.last) if start <= latest.last else (1, 0)


def free_block(letter: str, size: int, blocks: Iterable[Block], known: Collection[str]) -> tuple[int, int] | None:
    """Return first and last of the next numbers of a letter that nobody has, None where none are left.

    They are at most so many, fewer at the end. known: numbers that were given, by whomever.
    """
    leased = [(one.first, one.last) for one in blocks if one.letter == letter]
    free = [
        at for at in LEASED if f"{letter}{at}" not in known and not any(first <= at <= last for first, last in leased)
    ]
    if not free or size < 1:
        return None
    count = next((n for n, at in enumerate(free[:size]) if at != free[0] + n), min(size, len(free)))
    return free[0], free[0] + count - 1

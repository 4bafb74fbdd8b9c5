"""A day's script: who presses what, and what breaks from when to when. The same seed gives the same script, always.

Nothing here knows of a running hall: a script is drawn from a seed and from what the hall has (sim/theatre/stage.py).
"""

import random
from collections.abc import Iterator, Sequence

from msgspec import Struct

from sim.theatre.stage import Stage

LENGTH_S = 5.0
LONG_S = 20.0
"""A day in which the hub is away for longer than a device takes to notice it (hardware.contract.HUB_LOST_AFTER_S)."""
LONG_EVERY = 10
"""One day in so many is a long one."""
MORNING, MIDNIGHT = "2026-11-23T08:30:00", "2026-11-23T23:59:56"
"""Hall time at the start: mostly some hour, or shortly before numbers begin anew."""
HOUR_S, DAY_S = 3_600, 86_400
CALM_S = 0.3
"""Before the first thing breaks."""


class Act(Struct, frozen=True, kw_only=True):
    """Somebody presses a key, so many times as fast as he can."""

    at_s: float
    device: str
    key: str
    times: int = 1

    def __str__(self) -> str:
        """Return it as a line of the script."""
        often = f" {self.times} times" if self.times > 1 else ""
        return f"{self.at_s:6.2f} s  press   {self.device} {self.key}{often}"


class Trouble(Struct, frozen=True, kw_only=True):
    """Something is broken from one moment to another. where: a device or one of `PROGRAMS`. what: as drawn below.

    much: how much of it, as what says; 0 where it has no measure.
    """

    at_s: float
    until_s: float
    where: str
    what: str
    much: float = 0.0

    def __str__(self) -> str:
        """Return it as a line of the script."""
        measure = f" {self.much:g}" if self.much else ""
        return f"{self.at_s:6.2f} s  break   {self.where} {self.what}{measure}, until {self.until_s:.2f} s"


class Script(Struct, frozen=True, kw_only=True):
    """A day. begins: hall time at its start. length_s: until everything is mended. seed: what it was drawn from."""

    seed: int
    begins: str
    length_s: float
    acts: tuple[Act, ...]
    troubles: tuple[Trouble, ...]

    def __str__(self) -> str:
        """Return it as people read it, in the order of time."""
        lines: list[Act | Trouble] = sorted([*self.acts, *self.troubles], key=lambda one: one.at_s)
        return "\n".join([f"day {self.seed}: from {self.begins} on, {self.length_s:g} s", *map(str, lines)])


class Kind(Struct, frozen=True):
    """A kind of trouble that may be drawn. lasts_s, much: between these. weight: how often, beside others."""

    what: str
    lasts_s: tuple[float, float]
    much: tuple[float, float] = (0.0, 0.0)
    weight: int = 1


PROGRAMS = {
    "hub": (
        Kind("killed", (0.0, 1.5), weight=4),
        Kind("loses power", (0.1, 1.0), weight=2),
        Kind("restarts", (0.0, 0.0)),
        Kind("hangs", (0.2, 1.5), weight=2),
    ),
    "broker": (Kind("killed", (0.0, 0.0)), Kind("hangs", (0.2, 1.5))),
    "disk": (
        Kind("full", (0.3, 1.2)),
        Kind("read-only", (0.3, 1.2)),
        Kind("failing", (0.3, 1.2)),
        Kind("slow", (0.3, 1.5), (50, 300)),
    ),
    "journal": (Kind("torn", (0.2, 0.8)), Kind("tail-lost", (0.2, 0.8))),
    "clock": (
        Kind("jumps", (0.0, 0.0), (-2 * DAY_S, 2 * DAY_S)),
        Kind("jumps", (0.0, 0.0), (-HOUR_S, HOUR_S), weight=2),
        Kind("jumps", (0.0, 0.0), (-120, 120), weight=2),
    ),
}
"""What there is once: the hub, its broker, the disk on which it keeps the journal, the clock of its computer; and the
journal, which that disk spoils while the hub is dead. much: ms that a sync takes, s by which the clock is wrong from
then on, which the next hub believes at once.
"""
OFTEN = {"hub": 6, "broker": 2, "disk": 2, "clock": 2, "journal": 1}
DEVICE = (
    Kind("cut", (0.1, 2.5), weight=3),
    Kind("frozen", (0.1, 2.5), weight=2),
    Kind("power-off", (0.1, 1.5), weight=3),
    Kind("far", (0.5, 2.5), (50, 1_500)),
    Kind("loses", (0.5, 2.5), (0.01, 0.2)),
    Kind("doubles", (0.5, 2.5), (0.1, 0.8)),
    Kind("shuffles", (0.5, 2.5), (0.1, 0.6)),
    Kind("stranded", (0.0, 0.0)),
)
"""What breaks of a device: its cable and its power; much is ms of lag, or the share of packets."""
NODE = (Kind("hangs", (0.2, 2.0), weight=2),)
PRINTER = tuple(
    Kind(what, (0.3, 2.5))
    for what in ("paper-out", "paper-ends", "cover-open", "cutter", "jam", "silent", "deaf", "slow", "dying")
)
PANEL = (Kind("panel-dark", (0.3, 2.5)), Kind("panel-garbled", (0.3, 2.5)))
CHAIN = (Kind("panel-upset", (0.0, 0.0), weight=2),)
"""One of its modules forgets what it was told, as by a spark, and is to be told again."""
BAD = (Kind("forges", (0.3, 1.5)), Kind("floods", (0.3, 1.5), (50, 400)))
"""What a device does that somebody else has taken over; much is messages a second."""


def write(seed: int, stage: Stage) -> Script:
    """Return the script of a seed for a hall."""
    chance = random.Random(seed)  # noqa: S311  (a play, no secrets)
    is_long = seed % LONG_EVERY == 0
    length_s = LONG_S if is_long else LENGTH_S
    troubles = [*_of_the_hub(chance, length_s, is_long), *_of_devices(chance, stage, length_s)]
    return Script(
        seed=seed,
        begins=MIDNIGHT if chance.random() < 0.2 else MORNING,
        length_s=length_s,
        acts=tuple(sorted(_acts(chance, stage, length_s), key=lambda act: act.at_s)),
        troubles=tuple(sorted(troubles, key=lambda trouble: (trouble.at_s, trouble.where))),
    )


def _of_the_hub(chance: random.Random, length_s: float, is_long: bool) -> Iterator[Trouble]:
    """Hub, broker, disk and clock have one trouble at a time; on a long day the hub is away, and nothing else is."""
    if is_long:
        yield Trouble(at_s=2.0, until_s=length_s - 1.5, where="hub", what="killed")
        return
    at_s = CALM_S + chance.uniform(0.7, 2.5)
    for _ in range(chance.randint(1, 2)):
        where = chance.choices(list(OFTEN), list(OFTEN.values()))[0]
        one = _drawn(chance, PROGRAMS[where], where, at_s)
        if one.until_s > length_s:
            return
        yield one
        at_s = one.until_s + chance.uniform(0.8, 2.0)


def _of_devices(chance: random.Random, stage: Stage, length_s: float) -> Iterator[Trouble]:
    """Of every device one thing at a time."""
    free_at_s = dict.fromkeys(stage.devices, CALM_S)
    for _ in range(chance.randint(3, 6)):
        where = chance.choice(stage.devices)
        one = _drawn(chance, _kinds_of(where, stage), where, free_at_s[where] + chance.uniform(0, length_s * 0.6))
        if one.until_s <= length_s:
            free_at_s[where] = one.until_s + 0.2
            yield one


def _kinds_of(device: str, stage: Stage) -> tuple[Kind, ...]:
    """Return what may happen to a device."""
    kinds = DEVICE + (PRINTER if device in stage.dispensers else BAD)
    kinds += NODE if device not in stage.speakers else ()
    return kinds + (PANEL if device in stage.panels else ()) + (CHAIN if device in stage.chains else ())


def _drawn(chance: random.Random, kinds: Sequence[Kind], where: str, at_s: float) -> Trouble:
    kind = chance.choices(kinds, [one.weight for one in kinds])[0]
    until_s = at_s + chance.uniform(*kind.lasts_s)
    much = round(chance.uniform(*kind.much), 3)
    return Trouble(at_s=round(at_s, 2), until_s=round(until_s, 2), where=where, what=kind.what, much=much)


def _acts(chance: random.Random, stage: Stage, length_s: float) -> Iterator[Act]:
    """People come, clerks work, and now and then somebody presses like mad."""
    for device, keys in stage.dispensers.items():
        yield from _presses(chance, device, keys, length_s, every_s=0.3)
    for device, keys in stage.pads.items():
        weighted = [key for key in keys for _ in range(5 if key == "next" else 1)]
        yield from _presses(chance, device, weighted, length_s, every_s=0.6)
    for device, keys in stage.ratings.items():
        yield from _presses(chance, device, keys, length_s, every_s=2.5)
    for device, keys in (dict(stage.pads) | dict(stage.dispensers)).items() if chance.random() < 0.5 else ():
        at_s = round(chance.uniform(CALM_S, length_s - 1), 2)
        yield Act(at_s=at_s, device=device, key=chance.choice(keys), times=chance.randint(4, 8))


def _presses(
    chance: random.Random, device: str, keys: Sequence[str], length_s: float, *, every_s: float
) -> Iterator[Act]:
    at_s = chance.expovariate(1 / every_s)
    while at_s < length_s - 0.3:
        yield Act(at_s=round(at_s, 2), device=device, key=chance.choice(keys))
        at_s += 0.1 + chance.expovariate(1 / every_s)

"""How new firmware goes over a hall: one node first, then some, then all; stopped by the first that fails.

Pure: what is done next follows from the rollout, from what is seen of the devices, and from the time.
"""

from collections.abc import Collection, Mapping, Sequence
from math import ceil
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

Phase = Literal["waiting", "fetching", "ready", "switching", "proving", "done", "failed"]
Act = Literal["offer", "switch"]
SOME_SHARE = 4
"""The second stage is one in so many of the devices."""
LAST_STAGE = 2
FORGOTTEN = 0
"""In place of when a device was last told something: it has served since, and may have forgotten it."""
NOBODY_NAMED = "the maintainer"
"""Who begins and stops an update in a hall without people."""
ALONE = ("dispenser", "printer")
"""Kinds of which only one at a time is without its firmware: nobody takes a number meanwhile."""


class Limits(Struct, frozen=True, kw_only=True):
    """How patient a rollout is. fetch_ms: without progress. switch_ms: until a device is back. prove_ms: how long it
    has to go on with its new firmware. repeat_ms: until what was not answered is said again. fetching: how many
    devices fetch at the same time.
    """

    fetch_ms: int = 120_000
    switch_ms: int = 600_000
    prove_ms: int = 15_000
    repeat_ms: int = 10_000
    fetching: int = 4


class Seen(Struct, frozen=True, kw_only=True):
    """What is known of a device now. boot: number of its start. fw: version that it says. is_free: nobody is served."""

    is_ready: bool
    boot: int
    fw: str
    is_free: bool


class Target(Struct, frozen=True, kw_only=True):
    """A device that is to get the firmware. serial: number of the firmware that was made for it. stage: from 0.

    fw, boot: what it ran, and the number of its start, when it was told of it last. since: begin of its phase, ms.
    moved_at: when it last asked for something new. said_at: when it was last told something. why: it failed.
    """

    device: str
    kind: str
    serial: int
    stage: int
    phase: Phase = "waiting"
    fw: str = ""
    boot: int = 0
    since: int = 0
    moved_at: int = 0
    said_at: int = 0
    why: str = ""

    @property
    def is_over(self) -> bool:
        """Whether nothing is to be done about it any more."""
        return self.phase in ("done", "failed")


class Rollout(Struct, frozen=True, kw_only=True):
    """One firmware on its way over a hall. day: when it began, YYYYMMDD. by: who asked for it, empty where nobody
    has a number. stopped: why nothing more is begun. ended_at: when all devices had it, ms; None before.
    """

    version: str
    day: str
    by: str
    begun_at: int
    targets: tuple[Target, ...]
    stopped: str = ""
    ended_at: int | None = None

    def job(self, target: Target) -> str:
        """Return the id under which the firmware of a device is offered and answered."""
        return f"{self.day}-u{target.serial:05}"

    def target(self, device: str) -> Target | None:
        """Return the target of that name, None where it is none."""
        return next((one for one in self.targets if one.device == device), None)

    def having(self, changed: Target) -> "Rollout":
        """Return the rollout with a target as it is now."""
        return replace(self, targets=tuple(changed if one.device == changed.device else one for one in self.targets))


class Step(Struct, frozen=True, kw_only=True):
    """Something that is to be said to a device."""

    act: Act
    device: str
    job: str


def is_update(job: str) -> bool:
    """Tell whether a job's id is one of an update, which no ticket and no slip waits for."""
    return "-u" in job


def stages(count: int) -> tuple[int, ...]:
    """Return the stage of each of so many devices: one, then a quarter of them, then the rest."""
    some = ceil(count / SOME_SHARE)
    return tuple(0 if at == 0 else 1 if at <= some else LAST_STAGE for at in range(count))


def in_order(devices: Sequence[tuple[str, str, bool]]) -> list[tuple[str, str, bool]]:
    """Sort (name, kind, is_ready): who is there first, and dispensers last, for all wait where one of them fails."""
    return sorted(devices, key=lambda one: (not one[2], one[1] in ALONE, one[1] in ("pad", "guide", "duty")))


def advance(rollout: Rollout, seen: Mapping[str, Seen], now: int, limits: Limits) -> tuple[Rollout, list[Step]]:
    """Return the rollout a moment later, and what is to be said to devices. seen: every device of the rollout."""
    steps: list[Step] = []
    for target in rollout.targets:
        if target.is_over:
            continue
        known = seen[target.device]
        moved, act = _moved(rollout, target, known, now, limits)
        if act and not _may(rollout, moved, act, seen, now, limits):
            continue
        if act:
            moved = replace(moved, said_at=now)
            steps.append(Step(act=act, device=moved.device, job=rollout.job(moved)))
        rollout = _with(rollout, moved)
    if rollout.ended_at is None and all(one.phase == "done" for one in rollout.targets):
        rollout = replace(rollout, ended_at=now)
    return rollout, steps


def answered(rollout: Rollout, device: str, job: str, why: str | None, now: int) -> Rollout:
    """Return the rollout after a device's answer to an offer; why: None where its other slot is whole."""
    target = rollout.target(device)
    if target is None or rollout.job(target) != job or target.phase != "fetching":
        return rollout
    if why is None:
        return rollout.having(replace(target, phase="ready", since=now))
    return _with(rollout, _failed(target, why, now))


def asked(rollout: Rollout, device: str, now: int) -> Rollout:
    """Return the rollout after a device has asked for something that it had not asked for yet."""
    target = rollout.target(device)
    if target is None or target.phase != "fetching":
        return rollout
    return rollout.having(replace(target, moved_at=now))


def stop(rollout: Rollout, why: str) -> Rollout:
    """Return the rollout with nothing more to be begun; who has been told to switch comes to its end."""
    return rollout if rollout.stopped or rollout.ended_at is not None else replace(rollout, stopped=why)


def _with(rollout: Rollout, target: Target) -> Rollout:
    """The first that fails stops all that has not been begun."""
    changed = rollout.having(target)
    return stop(changed, f"{target.device} {target.why}") if target.phase == "failed" else changed


def _failed(target: Target, why: str, now: int) -> Target:
    return replace(target, phase="failed", why=why, since=now)


def _moved(rollout: Rollout, target: Target, seen: Seen, now: int, limits: Limits) -> tuple[Target, Act | None]:
    if target.phase == "waiting":
        return _begun(rollout, target, seen, now)
    if target.phase == "fetching":
        return _fetched(target, seen, now, limits)
    if target.phase == "ready":
        return _told(target, seen, now)
    if target.phase == "switching":
        return _switched(rollout, target, seen, now, limits)
    return _proven(rollout, target, seen, now, limits)


def _begun(rollout: Rollout, target: Target, seen: Seen, now: int) -> tuple[Target, Act | None]:
    """Who has this version already needs nothing; who prints is left in peace."""
    if not seen.is_ready or (target.kind in ALONE and not seen.is_free):
        return target, None
    if seen.fw == rollout.version:
        return replace(target, phase="done", since=now), None
    return replace(target, phase="fetching", fw=seen.fw, boot=seen.boot, since=now, moved_at=now), "offer"


def _fetched(target: Target, seen: Seen, now: int, limits: Limits) -> tuple[Target, Act | None]:
    """No time passes while the device is away or serves: a node that prints has no memory for anything else, and stops.

    It goes on where it was when it is offered again what it forgot.
    """
    if not seen.is_ready or not seen.is_free:
        return replace(target, moved_at=now, said_at=FORGOTTEN), None
    if now - target.moved_at >= limits.fetch_ms:
        return _failed(target, "no-progress", now), None
    if seen.boot != target.boot:
        return replace(target, boot=seen.boot, moved_at=now), "offer"
    repeat_ms = min(limits.repeat_ms, limits.fetch_ms // 3)  # who has missed one offer has not failed
    is_due = target.said_at == FORGOTTEN or now - max(target.said_at, target.moved_at) >= repeat_ms
    return target, "offer" if is_due else None


def _told(target: Target, seen: Seen, now: int) -> tuple[Target, Act | None]:
    if not seen.is_ready or not seen.is_free:
        return target, None
    return replace(target, phase="switching", boot=seen.boot, fw=seen.fw, since=now), "switch"


def _switched(rollout: Rollout, target: Target, seen: Seen, now: int, limits: Limits) -> tuple[Target, Act | None]:
    if seen.is_ready and seen.fw == rollout.version:
        return replace(target, phase="proving", since=now), None
    if seen.is_ready and seen.boot != target.boot:
        return _failed(target, "rolled-back", now), None
    if seen.is_ready and not seen.is_free:
        # Somebody came in between: the node serves, and is told again when he is gone.
        return replace(target, since=now, said_at=FORGOTTEN), None
    if now - target.since >= limits.switch_ms:
        return _failed(target, "not-back", now), None
    is_due = seen.is_ready and (target.said_at == FORGOTTEN or now - target.said_at >= limits.repeat_ms)
    return target, "switch" if is_due else None


def _proven(rollout: Rollout, target: Target, seen: Seen, now: int, limits: Limits) -> tuple[Target, Act | None]:
    """Firmware that comes up once and then falls is rolled back by the node; only what stays is done."""
    if seen.is_ready and seen.fw != rollout.version:
        return _failed(target, "rolled-back", now), None
    if seen.is_ready and now - target.since >= limits.prove_ms:
        return replace(target, phase="done", since=now), None
    if now - target.since >= limits.switch_ms:
        return _failed(target, "not-back", now), None
    return target, None


def _may(rollout: Rollout, target: Target, act: Act, seen: Mapping[str, Seen], now: int, limits: Limits) -> bool:
    """Nothing is begun out of turn or after the stop; what was begun is said again."""
    known = rollout.target(target.device)
    if known is not None and known.phase == target.phase:
        return True
    away = {one.device for one in rollout.targets if _is_away(one, seen, now, limits)}
    if rollout.stopped or target.stage > _stage(rollout, away):
        return False
    others = [one for one in rollout.targets if one.device != target.device]
    if act == "offer":
        return sum(one.phase == "fetching" and one.device not in away for one in others) < limits.fetching
    under_way = {one.kind for one in others if one.phase in ("switching", "proving")}
    return target.kind not in ALONE or target.kind not in under_way


def _stage(rollout: Rollout, away: Collection[str]) -> int:
    """Return the stage that is under way. Devices that are away hold nobody up, once any other has done it."""
    is_proven = any(one.phase == "done" for one in rollout.targets)
    open_ones = [one for one in rollout.targets if one.phase != "done" and not (is_proven and one.device in away)]
    return min((one.stage for one in open_ones), default=LAST_STAGE)


def _is_away(target: Target, seen: Mapping[str, Seen], now: int, limits: Limits) -> bool:
    """One that has begun may have gone for a moment only; whoever is told to switch and is away, fails instead."""
    if seen[target.device].is_ready:
        return False
    has_begun = target.phase in ("fetching", "ready")
    return target.phase == "waiting" or (has_begun and now - target.since >= limits.switch_ms)

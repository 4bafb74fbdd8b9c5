"""Brings new firmware to the nodes of a hall: offers it, hands out the pieces they ask for, and says when to switch.

What is next, `hub.rules.rollout` decides. What was decided is durable before a node is told of it.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from hardware.contract import Topics, encode
from hardware.link import Link
from hardware.logs import Log
from hardware.update import Switch, Want
from hub import update_store
from hub.clock import HallClock
from hub.config import Device, Hall
from hub.firmware_serial import next_serial
from hub.known import Known
from hub.rules.idle import is_free
from hub.rules.rollout import (
    NOBODY_NAMED,
    Limits,
    Rollout,
    Seen,
    Step,
    Target,
    advance,
    answered,
    asked,
    in_order,
    stages,
    stop,
)
from hub.rules.state import State
from hub.secrets import update_keys
from hub.update_pieces import Pieces
from hub.update_store import Kept

log = Log(__name__)

AGENT_CHIPS = "raspberry-pi"
"""What runs on one comes with its system, and is not updated from here."""
BEHIND = 1000
"""A node that calls a firmware old has had a later one by us, which a state folder that was restored from a copy does
not know: so many numbers are left out at the next attempt.
"""


class UpdateError(ValueError):
    """The update cannot be begun; the sentence says why and what to do."""


class Progress(Struct, frozen=True, kw_only=True):
    """How far one device is. phase: as of a target, and "stopped" for what is not begun any more.

    percent: of the firmware that it has asked for. is_free: nobody is served with it.
    """

    device: str
    stage: int
    phase: str
    percent: int
    fw: str
    why: str
    is_ready: bool
    is_free: bool


class Updating:
    """The present rollout of a hall, or the last one. state: the hall now."""

    def __init__(
        self,
        hall: Hall,
        folder: Path,
        clock: HallClock,
        known: Known,
        *,
        state: Callable[[], State],
        note: Callable[[str], None],
    ) -> None:
        """note: writes a sentence into the journal."""
        self._hall = hall
        self._folder = folder
        self._clock = clock
        self._known = known
        self._state = state
        self._note = note
        self._topics = Topics(hall.id)
        self._link: Link | None = None
        self._pieces: Pieces | None = None
        self._kept = update_store.load(folder)
        self._starting = asyncio.Lock()
        if self._kept and self._kept.rollout.ended_at is None:
            self._take_up(self._kept)

    def attach(self, link: Link) -> None:
        """Say through which link to publish."""
        self._link = link

    @property
    def rollout(self) -> Rollout | None:
        """The present rollout, or the last one; None where there was none."""
        return self._kept.rollout if self._kept else None

    async def start(self, version: str, firmware: str, devices: Sequence[str], by: str) -> Rollout:
        """Begin with a firmware that was put into the store; raise UpdateError, StoreError or OSError.

        devices: names; empty is every node of the hall. What is slow is done beside the loop, for presses come first.
        """
        async with self._starting:
            present = self.rollout
            if present and present.ended_at is None and not present.stopped:
                raise UpdateError(f"{present.version} 正在升级；先用 --stop 停止")
            chosen = self._chosen(devices)
            files = await asyncio.to_thread(update_store.get_firmware, self._folder, firmware)
            is_behind = any(target.why == "old" for target in present.targets) if present else False
            names = [device.name for device in chosen]
            keys, serials = await asyncio.to_thread(_numbers, self._folder, names, is_behind=is_behind)
            rollout = self._planned(version, chosen, serials, by)
            kept = Kept(firmware=firmware, rollout=rollout)
            await asyncio.to_thread(update_store.save, self._folder, kept)
            self._kept, self._pieces = kept, Pieces(self._hall.id, files, keys)
        self._note(f"update to {version} of {len(chosen)} devices begun by {by or NOBODY_NAMED}")
        return rollout

    def stop(self, by: str) -> bool:
        """Begin nothing more; return whether there was anything to stop. Raises OSError where it is not durable."""
        present = self.rollout
        if not present or present.stopped or present.ended_at is not None:
            return False
        self._keep(stop(present, f"by {by or NOBODY_NAMED}"))
        return True

    def want(self, device: str, want: Want) -> bool:
        """Send a node the piece that it asks for; return whether there is one. It gets it also after a stop."""
        present, pieces = self.rollout, self._pieces
        target = present.target(device) if present else None
        if not present or not pieces or target is None or target.phase == "waiting" or not self._kept:
            return True
        piece = pieces.piece(present, target, want)
        if piece is None:
            return False
        if pieces.is_new(device, want):
            self._kept = Kept(firmware=self._kept.firmware, rollout=asked(present, device, self._clock.now()))
        self._send(device, encode(piece))
        return True

    def answer(self, device: str, job: str, why: str | None) -> None:
        """Take a node's answer to an offer; it is looked at with the next round."""
        if self._kept and not self._starting.locked():
            changed = answered(self._kept.rollout, device, job, why, self._clock.now())
            if changed is not self._kept.rollout:
                self._keep_or_log(changed)

    def look(self) -> None:
        """Do what is due; to be called once a second."""
        present = self.rollout
        if present is None or present.ended_at is not None or not self._pieces or self._starting.locked():
            return
        now = self._clock.now()
        seen = {target.device: self._seen(target, now) for target in present.targets}
        changed, steps = advance(present, seen, now, _limits(self._hall))
        if self._keep_or_log(changed):
            for step in steps:
                self._say(step)

    def failures(self) -> dict[str, str]:
        """Return device to why its update failed, of the last rollout."""
        present = self.rollout
        return {one.device: one.why for one in present.targets if one.phase == "failed"} if present else {}

    def progress(self) -> list[Progress]:
        """Return how far each device is, in the order in which they have their turn."""
        present, now = self.rollout, self._clock.now()
        return [self._progress(target, now, bool(present.stopped)) for target in present.targets] if present else []

    def _progress(self, target: Target, now: int, is_stopped: bool) -> Progress:
        seen = self._seen(target, now)
        return Progress(
            device=target.device,
            stage=target.stage + 1,
            phase="stopped" if is_stopped and target.phase in ("waiting", "ready") else target.phase,
            percent=self._pieces.percent(target) if self._pieces else 0,
            fw=seen.fw,
            why=target.why,
            is_ready=seen.is_ready,
            is_free=seen.is_free,
        )

    def _take_up(self, kept: Kept) -> None:
        """Go on with what a hub before this one has begun."""
        try:
            files = update_store.get_firmware(self._folder, kept.firmware)
            keys = update_keys(self._folder / "secrets.json", [target.device for target in kept.rollout.targets])
            self._pieces = Pieces(self._hall.id, files, keys)
        except (OSError, ValueError) as error:
            log.error("update-stuck", "the update does not go on", why=error)

    def _chosen(self, names: Sequence[str]) -> list[Device]:
        nodes = {device.name: device for device in self._hall.devices if is_node(self._hall, device.name)}
        unknown = [name for name in names if name not in nodes]
        if unknown:
            raise UpdateError(f"{unknown[0]} 不是本厅的节点；可升级的有 {'、'.join(nodes) or '（无）'}")
        chosen = [nodes[name] for name in dict.fromkeys(names or nodes)]
        if not chosen:
            raise UpdateError("本厅没有可升级的节点")
        return chosen

    def _planned(self, version: str, chosen: Sequence[Device], serials: dict[str, int], by: str) -> Rollout:
        now = self._clock.now()
        order = in_order([(one.name, one.kind, self._known.seen(one.name, is_free=True).is_ready) for one in chosen])
        targets = tuple(
            Target(device=name, kind=kind, serial=serials[name], stage=stage)
            for (name, kind, _), stage in zip(order, stages(len(order)), strict=True)
        )
        day = self._state().day
        return Rollout(version=version, day=day, by=by, begun_at=now, targets=targets)

    def _seen(self, target: Target, now: int) -> Seen:
        device = next((one for one in self._hall.devices if one.name == target.device), None)
        if device is None:
            return Seen(is_ready=False, boot=0, fw="", is_free=False)
        return self._known.seen(device.name, self._is_free(device, now))

    def _is_free(self, device: Device, now: int) -> bool:
        quiet_ms = round(self._hall.file.update.quiet_s * 1000)
        return is_free(self._state(), device.name, device.counter, now, quiet_ms=quiet_ms)

    def _say(self, step: Step) -> None:
        present = self.rollout
        target = present.target(step.device) if present else None
        if present is None or target is None or self._pieces is None:
            return
        said = Switch(do="switch", id=step.job) if step.act == "switch" else self._pieces.offer(present, target)
        self._send(step.device, encode(said))

    def _send(self, device: str, payload: bytes) -> None:
        if self._link:
            self._link.publish(self._topics.job(device), payload)

    def _keep_or_log(self, rollout: Rollout) -> bool:
        try:
            self._keep(rollout)
        except OSError as error:
            words = "the update waits, for it cannot be noted; free disk space or replace the disk"
            log.error("update-waits", words, why=error)
            return False
        return True

    def _keep(self, rollout: Rollout) -> None:
        """Only a step forward is worth a write: when something was last said or asked is not."""
        if not self._kept:
            return
        before, kept = self._kept.rollout, Kept(firmware=self._kept.firmware, rollout=rollout)
        if _essence(before) != _essence(rollout):
            update_store.save(self._folder, kept)
            self._tell(before, rollout)
        self._kept = kept

    def _tell(self, before: Rollout, after: Rollout) -> None:
        told = {one.device for one in before.targets if one.phase == "switching"}
        for target in after.targets:
            if target.phase == "switching" and target.device not in told:
                self._note(f"{target.device} is told to start {after.version}")
        if after.stopped and not before.stopped:
            log.warning("update-stopped", f"the update to {after.version} is stopped", why=after.stopped)
            self._note(f"update to {after.version} stopped: {after.stopped}")
        if after.ended_at is not None and before.ended_at is None:
            log.info("update-ended", f"all {len(after.targets)} devices run {after.version}")
            self._note(f"update to {after.version} ended: {len(after.targets)} devices run it")


def is_node(hall: Hall, device: str) -> bool:
    """Tell whether a device runs the firmware, and is no program on a computer."""
    return not hall.boards[device].chip.startswith(AGENT_CHIPS)


def _limits(hall: Hall) -> Limits:
    table = hall.file.update
    return Limits(
        fetch_ms=round(table.fetch_s * 1000),
        switch_ms=round(table.switch_s * 1000),
        prove_ms=round(table.prove_s * 1000),
    )


def _numbers(folder: Path, names: Sequence[str], *, is_behind: bool) -> tuple[dict[str, str], dict[str, int]]:
    """Return the keys and the firmware numbers of devices, durable before they are used. is_behind: see BEHIND."""
    keys = update_keys(folder / "secrets.json", names)
    return keys, {name: next_serial(folder, BEHIND if is_behind and at == 0 else 1) for at, name in enumerate(names)}


def _essence(rollout: Rollout) -> object:
    of_targets = [(one.device, one.phase, one.boot, one.why) for one in rollout.targets]
    return rollout.stopped, rollout.ended_at, of_targets

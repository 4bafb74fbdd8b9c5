"""What every device last said of itself, kept in memory: the journal has only what matters to the queue (M34)."""

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from hardware.contract import HUB, Status
from hardware.health import Health
from hub.config import Hall
from hub.noise import NOISE
from hub.rules import health
from hub.rules.commands import NoteHealth
from hub.rules.rollout import Seen


class Said(Struct, frozen=True, kw_only=True):
    """A device's last status. at: when it came, hall's time in ms. It may be the one that it left behind."""

    status: Status
    at: int


class Known:
    """The devices of a hall, as they say that they are."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._said: dict[str, Said] = {}

    @property
    def _names(self) -> set[str]:
        return {device.name for device in self._hall.devices}

    def note(self, device: str, status: Status, now: int) -> None:
        """Take a status. A device's will says only that it is gone: what it said before is kept beside that."""
        if device not in self._names:
            return
        known = self._said.get(device)
        if known and not status.boot:
            status = replace(known.status, state=status.state)
        self._said[device] = Said(status=status, at=now)

    def of(self, device: str) -> Said | None:
        """Return what a device last said, None where nothing was heard of it."""
        return self._said.get(device)

    def health(self, device: str, now: int) -> Health:
        """Return how a device is; its time since its start goes on while it is there."""
        said = self._said.get(device)
        told = said.status.health if said else None
        if said is None or told is None:
            return Health()
        if told.up_s is None or said.status.state != "ready":
            return told
        return replace(told, up_s=told.up_s + max(0, now - said.at) // 1000)

    def seen(self, device: str, is_free: bool) -> Seen:
        """Return what a rollout has to know of a device."""
        said = self._said.get(device)
        if said is None:
            return Seen(is_ready=False, boot=0, fw="", is_free=is_free)
        status = said.status
        return Seen(is_ready=status.state == "ready", boot=status.boot, fw=status.fw, is_free=is_free)

    def findings(
        self, before: Mapping[str, Mapping[str, str]], updates: Mapping[str, str], noisy: Mapping[str, str]
    ) -> Iterator[NoteHealth]:
        """Yield what the hub finds now of devices; of itself others do. before: what it found last.

        updates: device to why its update failed. noisy: device to what is wrong with how much it says.
        """
        for device in sorted(self._names | set(before) - {HUB}):
            found = self._found(device, before.get(device, {}), updates)
            if device in noisy and device in self._names:
                found[NOISE] = noisy[device]
            if found != before.get(device, {}):
                yield NoteHealth(device=device, faults=found)

    def _found(self, device: str, before: Mapping[str, str], updates: Mapping[str, str]) -> dict[str, str]:
        """Of a device that nothing was heard of since the hub's start stays what was found before."""
        if device not in self._names:
            return {}
        said = self._said.get(device)
        told = said.status.health if said and said.status.state == "ready" else None
        found = health.found(told.free if told else None, told.drift_ms if told else None, before)
        if device in updates and not (said and "update" in said.status.alerts):
            found["update"] = updates[device]
        return found

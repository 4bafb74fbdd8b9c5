"""What can be broken of a simulated hall, and made whole again (docs/faults.md)."""

import random
from typing import TYPE_CHECKING, cast

from sim.acts import Fault, HallAct
from sim.bad_link import Link
from sim.chips.printer import PrinterChip
from sim.disk.damage import Damage, damage, keep, put_back
from sim.disk.tracer import CannotBreakError
from sim.disk.trouble import DiskTrouble
from sim.errors import NoSuchThingError

if TYPE_CHECKING:
    from sim.device import Device
    from sim.programs import Programs


FLOOD_PER_S = 500
"""How much a node talks that a visitor of the page lets run wild."""


class HallFaults:
    """Everything that breaks; a part of `sim.hall.Hall`. Whatever is not there to break raises NoSuchThingError."""

    def device(self, name: str) -> "Device":
        """Return a device."""
        raise NotImplementedError

    def programs(self) -> "Programs":
        """Return what runs."""
        raise NotImplementedError

    def cut(self, device: str) -> None:
        """Cut a device's network cable."""
        self.device(device).cut()

    def freeze(self, device: str) -> None:
        """Let no byte through a device's cable while its connection stays."""
        self.device(device).freeze()

    def mend(self, device: str) -> None:
        """Make a device's cable and link whole."""
        self.device(device).mend()

    def link(
        self,
        device: str,
        *,
        lag_ms: float = 0,
        lag_spread_ms: float = 0,
        lost: float = 0.0,
        doubled: float = 0.0,
        shuffled: float = 0.0,
        chance: random.Random | None = None,
    ) -> None:
        """Make a device's link bad, both ways, as of `sim.bad_link.Link`; with nothing said it is whole.

        chance: whose luck decides what becomes of a packet. Raises ValueError where a number is none.
        """
        bad = Link(lag_ms=lag_ms, lag_spread_ms=lag_spread_ms, lost=lost, doubled=doubled, shuffled=shuffled)
        self.device(device).set_link(bad, chance or random.Random())  # noqa: S311  (packets, no secrets)

    async def power_cut(self, device: str) -> None:
        """Take a device's power away at once."""
        await self.device(device).power_cut()

    async def power_on(self, device: str) -> None:
        """Give a device power again."""
        await self.device(device).power_on()

    async def restart_node(self, device: str) -> None:
        """Take a device's power away and give it back."""
        await self.power_cut(device)
        await self.power_on(device)

    def freeze_node(self, device: str) -> None:
        """Let a device's program hang; its watchdog starts it anew after 8 s."""
        self.device(device).freeze_node()

    def thaw_node(self, device: str) -> None:
        """Let a device's program go on; nothing happens where it does not hang."""
        self.device(device).thaw_node()

    def printer(self, device: str) -> PrinterChip:
        """Return the model of a device's printer, to set its faults."""
        printer = self.device(device).node.printer
        if not printer:
            raise NoSuchThingError(f"{device} has no printer")
        return printer

    async def fault(self, device: str, what: Fault, on: bool) -> None:
        """Break something of a device, or make it whole."""
        if what == "floods":
            self.flood(device, FLOOD_PER_S if on else 0)
        else:
            await self.device(device).fault(what, on)

    async def kill_hub(self) -> None:
        """End the hub at once (SIGKILL); its broker goes on."""
        await self.programs().hub.kill()

    async def start_hub(self, *, at: str | None = None) -> None:
        """Start the hub again and wait until it serves. at: what its computer's clock says then; None is as before."""
        await self.programs().hub.start(at=at)

    async def restart_hub(self) -> None:
        """End the hub as an upgrade does, its broker too, and start it again."""
        await self.programs().hub.stop()
        await self.programs().hub.start()

    async def power_cut_hub(self, chance: random.Random | None = None) -> None:
        """Take the power of the hub's computer at one of its next writes: hub and broker die at once.

        What was not synced by then is lost or torn as luck has it; chance: whose luck. `start_hub` gives power again.
        Raises CannotBreakError where this computer does not allow it.
        """
        await self.programs().hub.power_cut(chance or random.Random())  # noqa: S311  (luck, no secrets)

    def freeze_hub(self) -> None:
        """Let the hub hang (SIGSTOP); nothing happens where it does not run."""
        self.programs().hub.freeze()

    def thaw_hub(self) -> None:
        """Let a hub that hangs go on."""
        self.programs().hub.thaw()

    async def kill_broker(self) -> None:
        """End the broker at once (SIGKILL); the hub starts it again."""
        await self.programs().hub.kill_broker()
        self.programs().tell_troubles()

    async def restart_broker(self) -> None:
        """End the broker by asking it; the hub starts it again."""
        self.thaw_broker()
        await self.programs().hub.kill_broker(at_once=False)

    def freeze_broker(self) -> None:
        """Let the broker hang (SIGSTOP)."""
        self.programs().hub.freeze_broker()
        self.programs().tell_troubles()

    def thaw_broker(self) -> None:
        """Let a broker that hangs go on."""
        self.programs().hub.thaw_broker()
        self.programs().tell_troubles()

    async def disk(self, trouble: DiskTrouble, *, slow_ms: int = 0) -> None:
        """Let the disk of the hub be in trouble, or "well"; it stays so for a hub that is started meanwhile.

        slow_ms: how long a sync takes on a slow one. Raises CannotBreakError where this computer does not allow it.
        """
        hub = self.programs().hub
        try:
            await hub.disk.set(trouble, hub.pid, slow_ms=slow_ms)
        finally:
            self.programs().tell_troubles()

    def damage_journal(self, how: Damage, chance: random.Random | None = None) -> None:
        """Damage the journal of a hub that is down: "torn", or "tail-lost". chance: whose luck decides where.

        Raises NoSuchThingError where there is nothing to damage, CannotBreakError while the hub runs.
        """
        hub = self.programs().hub
        if hub.pid:
            raise CannotBreakError("the hub has its journal open; end the hub before its journal is damaged")
        if not hub.damaged and hub.journal.is_file():
            keep(hub.journal, hub.aside)
        damage(hub.journal, how, chance or random.Random())  # noqa: S311  (luck, no secrets)
        hub.damaged = how
        self.programs().tell_troubles()

    async def mend_journal(self) -> None:
        """Put back the journal as it was before it was damaged; a hub that runs without its last rows ends first."""
        hub = self.programs().hub
        if hub.damaged:
            await hub.kill()
            put_back(hub.journal, hub.aside)
            hub.damaged = ""
            self.programs().tell_troubles()

    def jump_clock(self, seconds: float) -> None:
        """Let the clock of the hub's computer jump, back with a minus; it goes on from there, for later hubs too."""
        self.programs().hub.jump_clock(seconds)
        self.programs().tell_troubles()

    def storm(self, per_s: int, chance: random.Random | None = None) -> None:
        """Let hands press any keys of all devices, so many presses a second together; 0 ends it.

        chance: whose luck decides which. Raises ValueError.
        """
        self.programs().crowd.storm(per_s, chance or random.Random())  # noqa: S311  (luck, no secrets)
        self.programs().tell_troubles()

    def flood(self, device: str, per_s: int) -> None:
        """Let a node send so many messages a second that nobody understands, under its own name; 0 ends it.

        Raises ValueError, and CannotBreakError where the node speaks TLS.
        """
        self.programs().crowd.flood(self.device(device), per_s)

    async def trouble(self, act: HallAct) -> None:
        """Do what a visitor of the page wants with the hall as a whole; raise ValueError where it is nothing."""
        match act.what:
            case "disk":
                await self.disk(cast(DiskTrouble, act.how))
            case "journal":
                await self._trouble_journal(act)
            case "clock":
                self.jump_clock(act.much or -self.programs().hub.clock_s)
            case "storm":
                self.storm(round(act.much) if act.on else 0)
            case "all-well":
                await self.mend_all()
            case _:
                await self._trouble_program(act)

    async def _trouble_journal(self, act: HallAct) -> None:
        if act.on:
            self.damage_journal(cast(Damage, act.how))
        else:
            await self.mend_journal()

    async def _trouble_program(self, act: HallAct) -> None:
        match act.what:
            case "hub-hangs":
                self.freeze_hub() if act.on else self.thaw_hub()
            case "hub-restarts":
                await self.restart_hub()
            case "hub-power-cut":
                await self.power_cut_hub()
            case "broker-hangs":
                self.freeze_broker() if act.on else self.thaw_broker()
            case "broker-killed":
                await self.kill_broker()
            case "broker-restarts":
                await self.restart_broker()

    async def mend_all(self) -> None:
        """Let nothing be broken any more; what is in the journal stays."""
        self.storm(0)
        self.thaw_broker()
        self.thaw_hub()
        await self.disk("well")
        await self.mend_journal()
        self.jump_clock(-self.programs().hub.clock_s)
        for device in self.programs().devices.values():
            if device.flood_per_s:
                self.flood(device.name, 0)
            await device.mend_all()
        await self.start_hub()

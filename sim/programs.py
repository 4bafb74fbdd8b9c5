"""Starts and ends all the programs of a simulated hall: the hub with its broker, and a node for every device."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from hardware.link import Address
from hub.config import MAINTAINER
from hub.config import Hall as HallPlan
from sim.building import build_devices, made_ca, passwords_of
from sim.cable import HOST
from sim.changes import Bus, Change, HubState, Troubles
from sim.crowd import Crowd
from sim.device import Device
from sim.ear import Ear
from sim.errors import HallStartError
from sim.hub_process import HubProcess
from sim.ports import free_port
from sim.reading import learn
from sim.slips import Slips

START_LIMIT_S = 30.0


class Programs:
    """What runs in one simulated hall between `start` and `close`. state: folder of journal, secrets, flash.

    tls: the broker speaks TLS whatever the hall's file says. flashed_for: the broker's port for which the nodes were
    flashed, whose flash is then left as it is, and who go straight to the broker; None: the simulator writes them.
    program: as of `HubProcess`.
    """

    def __init__(
        self,
        plan: HallPlan,
        *,
        state: Path,
        bus: Bus,
        slips: Slips,
        at: str | None = None,
        tls: bool = False,
        flashed_for: int | None = None,
        program: Sequence[str] = (),
    ) -> None:
        self.bus = bus
        self._passwords = passwords_of(plan, state)
        ca = made_ca(plan, state) if tls or plan.file.broker.tls else None
        broker = Address(host=HOST, port=flashed_for or free_port(), ca=ca)
        self.hub = HubProcess(
            file=plan.path,
            state=state,
            broker_port=broker.port,
            on_state=self._hub_is,
            at=at,
            web_port=free_port(),
            tls=tls,
            program=program,
        )
        build = partial(build_devices, plan, state, broker=broker, passwords=self._passwords)
        built = build(bus=bus, slips=slips, is_flashed=flashed_for is not None)
        self.devices = {device.name: device for device in built}
        self.crowd = Crowd(plan.id, self.devices)
        self.ear = Ear(
            hall=plan.id,
            address=broker,
            password=self._passwords[MAINTAINER],
            on_status=self._heard,
            on_settled=partial(bus.tell, None),
            on_hour=lambda at: bus.tell(Change(at=at)),
        )

    async def start(self, on_step: Callable[[str], None]) -> None:
        """Start all, and wait until every device shows its first view; raise HallStartError where one does not."""
        on_step("hub")
        await asyncio.gather(self.hub.start(), asyncio.to_thread(learn))  # no device waits for who learns to read
        self.ear.start()
        on_step("devices")
        results = await asyncio.gather(*(device.start() for device in self.devices.values()), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        await self._until_all_serve()

    def troubles(self) -> Troubles:
        """Return what is wrong with the hall as a whole."""
        return Troubles(
            broker_hangs=self.hub.broker_hangs,
            disk=self.hub.disk.trouble,
            journal=self.hub.damaged,
            clock_s=self.hub.clock_s,
            storm_per_s=self.crowd.per_s,
        )

    def tell_troubles(self) -> None:
        """Tell everybody what is wrong with the hall as a whole, because it is another thing now."""
        self.bus.tell(Change(troubles=self.troubles()))

    async def close(self) -> None:
        """End all; may be called twice."""
        await self.crowd.close()
        self.hub.is_heard = False  # it would call the devices' end a fault
        await asyncio.gather(*(device.close() for device in self.devices.values()))
        await self.ear.close()
        await self.hub.close()

    def password(self, account: str) -> str:
        """Return the broker's password of a device, or of whoever else has one."""
        return self._passwords[account]

    async def _until_all_serve(self) -> None:
        with self.bus.listen() as listener, contextlib.suppress(TimeoutError):
            async with asyncio.timeout(START_LIMIT_S):
                while self._late():
                    await listener.next()
        if late := self._late():
            raise HallStartError(self._not_up(late))

    def _late(self) -> list[Device]:
        return [device for device in self.devices.values() if not device.serves]

    def _not_up(self, late: list[Device]) -> str:
        """Say which devices did not come up, with what the first of them and the hub have printed."""
        names = ", ".join(device.name for device in late)
        said = f"{late[0].name} said:\n{late[0].said or '(nothing)'}\nthe hub said:\n{self.hub.output or '(nothing)'}"
        return f"not up within {START_LIMIT_S:g} s: {names}; {said}"

    def _hub_is(self, state: HubState) -> None:
        self.bus.tell(Change(hub=state))

    def _heard(self, device: str, online: bool) -> None:
        if device in self.devices:
            self.devices[device].heard(online)

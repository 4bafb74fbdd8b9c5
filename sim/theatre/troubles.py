"""How each trouble of a script is brought about in a simulated hall, and ended."""

import asyncio
from datetime import datetime, timedelta
from typing import get_args

from hardware.link import Address
from hub.config import Hall as HallPlan
from sim.cable import HOST
from sim.chips.printer_faults import PrinterFault
from sim.hall import Hall
from sim.lag import far, lossy
from sim.theatre.impostor import Impostor
from sim.theatre.script import Script, Trouble


class Troubles:
    """Breaks and mends a hall as its script says. plan: the hall's file."""

    def __init__(self, hall: Hall, plan: HallPlan, script: Script) -> None:
        self._hall = hall
        self._plan = plan
        self._clock = datetime.fromisoformat(script.begins)
        self._seed = script.seed
        self._impostors: dict[str, Impostor] = {}
        self._of_the_hub = asyncio.Lock()

    async def begin(self, trouble: Trouble) -> None:
        """Break something; a hub that is just being started comes up before."""
        if trouble.where in ("hub", "broker"):
            async with self._of_the_hub:
                await self._break_program(trouble)
        elif trouble.what in get_args(PrinterFault):
            await self._hall.fault(trouble.where, trouble.what, True)  # type: ignore[arg-type]
        else:
            await self._break_link(trouble)

    async def end(self, trouble: Trouble) -> None:
        """Mend it."""
        if trouble.where == "hub":
            async with self._of_the_hub:
                await self._hall.start_hub(at=self._hour(trouble))
        elif trouble.what in get_args(PrinterFault):
            await self._hall.fault(trouble.where, "printer-well", True)
        elif trouble.where != "broker":
            await self._mend_device(trouble.where)

    async def mend_all(self) -> None:
        """Let nothing be broken any more."""
        await self._hall.start_hub()
        for device in self._hall.devices:
            await self._mend_device(device)
            if self._hall.device(device).node.printer:
                await self._hall.fault(device, "printer-well", True)

    async def close(self) -> None:
        """Let nobody go on who speaks in another's name; may be called twice."""
        for name in list(self._impostors):
            await self._impostors.pop(name).close()

    async def _break_program(self, trouble: Trouble) -> None:
        if trouble.where == "broker":
            await self._hall.kill_broker()
        else:
            await self._hall.kill_hub()

    async def _break_link(self, trouble: Trouble) -> None:
        name, cable = trouble.where, self._hall.device(trouble.where).cable
        match trouble.what:
            case "cut" | "frozen" | "power-off":
                await self._hall.fault(name, trouble.what, True)
            case "far":
                cable.lag = far(trouble.much)
            case "lossy":
                cable.lag = lossy(trouble.much, seed=self._seed)
            case "stranded":
                cable.strand()
            case "forges" | "floods":
                self._hall.cut(name)
                self._impostors[name] = self._impostor(name)
                self._impostors[name].start(a_second=trouble.much)

    async def _mend_device(self, name: str) -> None:
        if impostor := self._impostors.pop(name, None):
            await impostor.close()
        self._hall.mend(name)
        await self._hall.power_on(name)

    def _impostor(self, name: str) -> Impostor:
        programs = self._hall.programs()
        address = Address(HOST, programs.hub.broker_port)
        return Impostor(self._plan, name=name, password=programs.password(name), address=address)

    def _hour(self, trouble: Trouble) -> str | None:
        """Return what the computer's clock says when a hub is started again; None: what it said before."""
        sign = {"killed and its clock ahead": 1, "killed and its clock behind": -1}.get(trouble.what)
        if not sign:
            return None
        return (self._clock + timedelta(seconds=sign * trouble.much)).isoformat(timespec="seconds")

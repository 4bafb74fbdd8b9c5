"""How each trouble of a script is brought about in a simulated hall, and ended."""

import asyncio
import contextlib
import random
from pathlib import Path
from typing import get_args

from hardware.contract import HUB
from hardware.link import Address
from hub.chain_watch import PART
from hub.config import Hall as HallPlan
from hub.journal import count_rows, read_rows
from hub.journal_end import noted_end
from hub.rules.events import HealthFound
from sim.cable import HOST
from sim.chips.printer_faults import PrinterFault
from sim.disk.damage import Damage, is_known_lost
from sim.disk.trouble import DiskTrouble
from sim.errors import HallStartError, NoSuchThingError
from sim.hall import Hall
from sim.theatre.court import IS_REFUSED, Court
from sim.theatre.impostor import Impostor
from sim.theatre.script import PROGRAMS, Script, Trouble
from sim.theatre.watching import LOOK_EVERY_S, Watching

QUIET_LIMIT_S = 2.0
"""How long a disk waits at most until the hub has noted what is to be lost."""
REMEDY = "restore the last copy"
"""What a hub says of a journal that it refuses."""
SAID_LIMIT_S = 10.0
"""How long a hub may take to read all that it has kept, and to say what is wrong with it."""


class Troubles:
    """Breaks and mends a hall as its script says. plan: the hall's file. watching, court: who looks, and judges."""

    def __init__(self, hall: Hall, plan: HallPlan, watching: Watching, court: Court, script: Script) -> None:
        self._hall = hall
        self._plan = plan
        self._watching = watching
        self._court = court
        self._away = contextlib.ExitStack()
        self._chance = random.Random(script.seed)  # noqa: S311  (packets, no secrets)
        self._impostors: dict[str, Impostor] = {}
        self._of_the_hub = asyncio.Lock()

    async def begin(self, trouble: Trouble) -> None:
        """Break something; what the hall has once is mended before something else of that breaks, however late."""
        if trouble.where in PROGRAMS:
            await self._of_the_hub.acquire()
            await self._break_program(trouble)
        elif trouble.what in get_args(PrinterFault):
            await self._hall.fault(trouble.where, trouble.what, True)  # type: ignore[arg-type]
        else:
            await self._break_device(trouble)

    async def end(self, trouble: Trouble) -> None:
        """Mend it."""
        if trouble.where in PROGRAMS:
            await self._mend_programs()
            self._of_the_hub.release()
        else:
            await self._mend_device(trouble.where)

    async def mend_all(self) -> None:
        """Let nothing be broken any more."""
        await self._mend_programs()
        for device in self._hall.devices:
            await self._mend_device(device)

    async def close(self) -> None:
        """Let nobody go on who speaks in another's name; may be called twice."""
        for name in list(self._impostors):
            await self._impostors.pop(name).close()

    async def _break_program(self, trouble: Trouble) -> None:
        match trouble.where, trouble.what:
            case "disk", what:
                disk: DiskTrouble = what  # type: ignore[assignment]
                await self._hall.disk(disk, slow_ms=round(trouble.much))
            case "hub", "hangs":
                self._hall.freeze_hub()
            case "hub", "restarts":
                await self._hall.restart_hub()
            case "hub", "loses power":
                with self._watching.power_cut():
                    await self._hall.power_cut_hub(self._chance)
            case "journal", what:
                damage: Damage = what  # type: ignore[assignment]
                await self._spoil_journal(damage)
            case "clock", _:
                self._hall.jump_clock(trouble.much)
            case "hub", _:
                await self._hall.kill_hub()
            case "broker", "hangs":
                self._hall.freeze_broker()
            case "broker", _:
                await self._hall.kill_broker()

    async def _mend_programs(self) -> None:
        """Let hub and broker run. What a clock says stays as wrong as it is."""
        self._hall.thaw_broker()
        self._hall.thaw_hub()
        await self._hall.disk("well")
        await self._hall.mend_journal()
        self._away.close()
        await self._hall.start_hub()

    async def _spoil_journal(self, how: Damage) -> None:
        """Kill the hub, let its disk damage what it kept, and see that the next hub does not go on with that unsaid.

        What was kept within the last second may be lost without a mark of it (hub/journal_end.py): a quiet moment is
        waited for, and no hub is started where none came.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(QUIET_LIMIT_S):
                while noted_end(self._hall.state) < count_rows(self._hall.journal):  # noqa: ASYNC110  (of another process)
                    await asyncio.sleep(LOOK_EVERY_S)
        self._away.enter_context(self._watching.spoilt_journal())
        await self._hall.kill_hub()
        try:
            self._hall.damage_journal(how, self._chance)
        except NoSuchThingError:
            return
        if how == "torn":
            await self._see_it_noticed()
        elif is_known_lost(self._hall.journal):
            with contextlib.suppress(HallStartError):
                await self._hall.start_hub()
                self._court.convict(IS_REFUSED, f"a hub goes on with a {how} journal")

    async def _see_it_noticed(self) -> None:
        """See that a hub refuses a torn journal, or says so where only earlier days are hit; those it goes on from."""
        behind = noted_end(self._hall.state)
        is_known = self._is_said(self._hall.programs().hub.kept_aside)  # of a page that was torn shortly before
        try:
            await self._hall.start_hub()
        except HallStartError as refused:
            if REMEDY not in str(refused):
                self._court.convict(
                    IS_REFUSED, f"a hub does not start with a torn journal, and not for that: {refused}"
                )
            return
        self._away.close()
        try:
            async with asyncio.timeout(SAID_LIMIT_S):
                while not (is_known or self._is_said(self._hall.journal, behind)):  # noqa: ASYNC110  (of another process)
                    await asyncio.sleep(LOOK_EVERY_S)
        except TimeoutError:
            self._court.convict(IS_REFUSED, "a hub goes on with a torn journal and does not say so")

    def _is_said(self, journal: Path, behind: int = 0) -> bool:
        """Tell whether the last that a hub has said of itself, behind a row, is that its rows are damaged."""
        facts = (fact for row in read_rows(journal, behind) for fact in row.content().facts)
        found = [fact.faults for fact in facts if isinstance(fact, HealthFound) and fact.device == HUB]
        return bool(found) and PART in found[-1]

    async def _break_device(self, trouble: Trouble) -> None:
        name, much = trouble.where, trouble.much
        match trouble.what:
            case "far":
                self._hall.link(name, lag_ms=much, lag_spread_ms=much / 2, chance=self._chance)
            case "loses":
                self._hall.link(name, lost=much, chance=self._chance)
            case "doubles":
                self._hall.link(name, doubled=much, chance=self._chance)
            case "shuffles":
                self._hall.link(name, shuffled=much, chance=self._chance)
            case "stranded":
                self._hall.device(name).cable.strand()
            case "forges" | "floods":
                self._hall.cut(name)
                self._impostors[name] = self._impostor(name)
                self._impostors[name].start(a_second=much)
            case what:
                await self._hall.fault(name, what, True)  # type: ignore[arg-type]

    async def _mend_device(self, name: str) -> None:
        if impostor := self._impostors.pop(name, None):
            await impostor.close()
        await self._hall.device(name).mend_all()

    def _impostor(self, name: str) -> Impostor:
        programs = self._hall.programs()
        address = Address(HOST, programs.hub.broker_port)
        return Impostor(self._plan, name=name, password=programs.password(name), address=address)

"""After the last mishap: everything is mended, whoever waits is called, and the hall comes to rest."""

import asyncio
import contextlib
from collections.abc import Callable

from hub.config import Hall as HallPlan
from hub.faces.content import Looked
from hub.fields import letters_of
from hub.journal import read_rows, verify
from hub.rules.apply import replay
from hub.rules.events import DayOpened
from hub.views import Face, face
from sim.hall import Hall
from sim.theatre.court import WORKS_AGAIN, Broken, Court
from sim.theatre.laws import number_on
from sim.theatre.pictures import shows
from sim.theatre.seen import Rest
from sim.theatre.stage import Stage
from sim.theatre.watching import Watching

UP_LIMIT_S = 30.0
DRAIN_LIMIT_S = 40.0
REST_LIMIT_S = 12.0
PATIENCE_S = 0.4
"""How long whoever pressed a key waits before he presses again."""
ASKED = "拿到票了吗"


class Settling:
    """Brings a mended hall to rest, as its people do, and says what is wrong with it then."""

    def __init__(self, hall: Hall, plan: HallPlan, stage: Stage, watching: Watching, court: Court) -> None:
        self._hall = hall
        self._plan = plan
        self._stage = stage
        self._watching = watching
        self._court = court

    async def come_to_rest(self) -> tuple[Broken, ...]:
        """Return what breaks the laws at rest, or why there is no rest."""
        for step, limit_s, words in (
            (self._until_up, UP_LIMIT_S, "every device is there again"),
            (self._drain, DRAIN_LIMIT_S, "everybody who waits is called"),
        ):
            try:
                async with asyncio.timeout(limit_s):
                    await step()
            except TimeoutError:
                return (Broken(law=WORKS_AGAIN, what=f"{limit_s:g} s were not enough until {words}"),)
        return await self._rest()

    async def _until_up(self) -> None:
        """Wait until every device is there and shows something."""
        await self._until(lambda: all(self._hall.device(name).serves for name in self._hall.devices))

    async def _drain(self) -> None:
        """Call everybody who waits, with the keys that there are, and tell dispensers what they ask."""
        while self._is_work_left():
            ledger = self._court.ledger
            await asyncio.gather(*(self._answer(name) for name in self._stage.dispensers))
            for desk in self._stage.desks[:1]:
                await self._ask_people(desk)
            key, pads = ("next", list(self._stage.pads)) if ledger.in_line() else ("finish", self._busy())
            await asyncio.gather(*(self._hall.press(pad, key) for pad in pads))
            await asyncio.sleep(PATIENCE_S)

    def _is_work_left(self) -> bool:
        self._watching.follow()
        return bool(self._court.ledger.in_line() or self._court.ledger.unsettled() or self._busy())

    def _busy(self) -> list[str]:
        """Return the pads at whose counters somebody is."""
        return [pad for pad in self._stage.pads if self._court.ledger.at_counter(self._stage.counters[pad])]

    async def _answer(self, dispenser: str) -> None:
        """Whoever is asked whether he holds a paper says so where he does, with the key that gave it."""
        panel = self._hall.device(dispenser).panel
        if not panel or ASKED not in panel.text:
            return
        held = self._held()
        for one in self._court.ledger.unsettled():
            if one.number in panel.text and (one.day, one.number) in held:
                await self._hall.press(dispenser, one.cap)

    async def _ask_people(self, desk: str) -> None:
        """A guide is asked who holds what may be out: she vouches for it where she finds him, and cancels it else."""
        menu = self._plan.menu(self._plan.device(desk))
        digits = {action: digit for digit, action in menu.items()}
        for one in self._court.ledger.unsettled():
            if one.is_passed_on:
                action = "vouch" if (one.day, one.number) in self._held() else "cancel"
                typed = (f"d{digit}" for digit in f"{digits[action]}{self._as_typed(one.number)}")
                for key in ("menu", *typed, "ok"):
                    await self._hall.press(desk, key)

    def _held(self) -> set[tuple[str, str]]:
        """Return day and number of every paper that has come out."""
        return {found for text in self._watching.papers if (found := number_on(text))}

    def _as_typed(self, number: str) -> str:
        """Return a number as a keypad takes it: B012 is 2012."""
        return f"{letters_of(self._plan).index(number[0]) + 1}{number[1:]}"

    async def _rest(self) -> tuple[Broken, ...]:
        """Look until all is as it must be, or has had the time for it."""
        self._watching.views.clear()
        self._hall.programs().ear.listen_anew()
        await self._until(lambda: set(self._hall.devices) <= self._watching.views.keys())
        wrong = self._wrong()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REST_LIMIT_S):
                while wrong:
                    await asyncio.sleep(PATIENCE_S)
                    await self._drain()  # a press may have been on its way for long
                    wrong = self._wrong()
        return wrong

    def _wrong(self) -> tuple[Broken, ...]:
        self._watching.look()
        ledger, views = self._court.ledger, self._watching.views
        panels = {name: self._hall.device(name).panel for name in self._hall.devices}
        return self._court.at_rest(
            Rest(
                views=dict(views),
                faces=self._faces(),
                acks={name: ledger.last_mark(name) for name in self._hall.devices},
                panels={name: shows(panel, views.get(name)) for name, panel in panels.items() if panel},
                breaks=tuple(verify(self._hall.journal)),
            )
        )

    def _faces(self) -> dict[str, Face]:
        """Return what the hub's rules make of the journal alone, by all that was written since the day was opened."""
        rows = [(row.row, row.content().facts) for row in read_rows(self._hall.journal)]
        opened = max((row for row, facts in rows if any(isinstance(one, DayOpened) for one in facts)), default=0)
        state = replay((row, facts) for row, facts in rows if row >= opened)
        now = self._watching.hall_now_ms
        looks = [Looked(hall=self._plan, state=state, device=one, now=now) for one in self._plan.devices]
        return {look.device.name: face(look) for look in looks}

    async def _until(self, check: Callable[[], bool]) -> None:
        while not check():  # noqa: ASYNC110  (what is waited for is in other processes)
            await asyncio.sleep(PATIENCE_S / 4)

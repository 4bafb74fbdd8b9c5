"""A week of a busy hall before the real hub: days, nights, faults; see ``lintel bench soak``.

The hub is killed in the first hour. From then on it is one process that lives through all that follows.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from hardware.contract import HubStatus
from hub.config import MAINTAINER, load_hall
from sim.building import passwords_of
from sim.ports import free_port
from sim.processes import cpu_s
from sim.soak.hall_time import HallTime
from sim.soak.laws import Audit, Rules
from sim.soak.paced_hub import PacedHub
from sim.soak.people import People
from sim.soak.player import Player
from sim.soak.watch import Screens, memory_mb, wrong_views

EXAMPLE = Path(__file__).parents[2] / "examples" / "twelve-counters.toml"
MONDAY = date(2026, 11, 23)
TICKETS = (3000, 1400, 1000, 1200, 1800, 700, 500)
"""Of each day of the week."""
STARTS, OPENS, LAST_COMES, CLOSES, NIGHT = "08:15", "08:30", "17:15", "17:30", "23:00"
KEYS = {"A": 4, "B": 3, "C": 2, "D": 1}
DAY_RATE_MAX, NIGHT_RATE = 900.0, 3000.0
STARTING_RATE = 1.0
PRINT_S = (1.0, 4.0)
"""How long a paper takes, in the hall's time."""
HEALTH_EVERY_S = 300.0
LOOK_EVERY_MIN = 60
KILLS_AT = ("08:40", "08:50", "09:00")
SETTLE_S = 20.0
"""How long it may take until nothing waits any more, by the clock of life."""


class Done(Struct):
    """What has come of the week so far."""

    stale: list[str] = field(default_factory=list)
    checks: int = 0
    hub_kills: int = 0
    broker_kills: int = 0
    cuts: int = 0
    power_cycles: int = 0
    rss_mb: list[float] = field(default_factory=list)


class Week:
    """A hall and its days. folder: of the hub's state. speed: tickets a second while the hall is open.

    days: how many, of which the last ends at the hour `until`, such as 09:30, where one is given. say: how it goes.
    """

    def __init__(
        self,
        folder: Path,
        *,
        days: int,
        speed: float,
        tickets: int | None,
        until: str,
        seed: int,
        say: Callable[[str], None],
    ) -> None:
        self._hall, self._say = load_hall(EXAMPLE), say
        self._folder, self._days, self._speed, self._until = folder, days, speed, until
        self._tickets = (tickets,) if tickets else TICKETS
        self._chance = random.Random(seed)  # noqa: S311 - a week must be had again
        self._passwords = passwords_of(self._hall, folder)
        self._hub = PacedHub(
            file=EXAMPLE,
            state=folder,
            broker_port=free_port(),
            on_state=lambda _state: None,
            at=f"{MONDAY}T{STARTS}:00",
            web_port=free_port(),
        )
        self.when = HallTime(self._ms(0, STARTS), self._hall.zone, self._hub.go)
        self._rules = Rules(self._hall, folder / "journal.db")
        self._screens = Screens(self._hub.web_port or 0)
        self.players: dict[str, Player] = {}
        self.done = Done()

    async def live(self) -> dict[str, Any]:
        """Live through it all, and return what came of it."""
        begun_ms = self.when.now_ms()
        async with self._open():
            for nth in range(self._days):
                await self._live_day(nth)
            await self._settle()
            await self._look("the end")
            lived_ms, hub_s = self.when.now_ms() - begun_ms, cpu_s(self._hub.pid)
            self.done.rss_mb.append(memory_mb(self._hub.pid))
        audit = Audit(self._hall)
        audit.read(self._folder / "journal.db")
        found = audit.findings(self._folder / "journal.db", self.players.values())
        return self._figures(lived_ms / 3_600_000, found.lost, found.duplicated) | {
            "tickets": found.tickets,
            "rows": found.rows,
            "hub_cpu_s": round(hub_s, 1),
        }

    def _figures(self, hours: float, lost: list[str], duplicated: list[str]) -> dict[str, Any]:
        done, players = self.done, self.players.values()
        for words in (*lost[:10], *duplicated[:10], *done.stale[:10]):
            self._say(words)
        return {
            "hours_simulated": round(hours, 1),
            "presses": sum(one.presses for one in players),
            "events": sum(one.sent for one in players),
            "views": sum(one.views for one in players),
            "lost": len(lost),
            "duplicated": len(duplicated),
            "stale_views": len(done.stale),
            "view_checks": done.checks,
            **_growth(done.rss_mb),
            "hub_kills": done.hub_kills,
            "broker_kills": done.broker_kills,
            "cuts": done.cuts,
            "power_cycles": done.power_cycles,
            "page_looks": self._screens.looks,
        }

    @contextlib.asynccontextmanager
    async def _open(self) -> AsyncIterator[None]:
        """Start hub and devices; end them."""
        tasks = set[asyncio.Task[None]]()
        try:
            await self._hub.start()
            for device in self._hall.devices:
                player = Player(
                    device,
                    hall=self._hall.id,
                    port=self._hub.broker_port,
                    password=self._passwords[device.name],
                    print_s=lambda: self._chance.uniform(*PRINT_S) / self.when.rate,
                    chance=self._chance,
                )
                self.players[device.name] = player
                tasks.add(asyncio.create_task(player.run()))
            self.players[self._hall.devices[0].name].on_beat = self._heed
            tasks.add(asyncio.create_task(self._screens.run()))
            await self._when_true(lambda: all(one.is_up for one in self.players.values()))
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._hub.close()

    async def _live_day(self, nth: int) -> None:
        """One day from before its opening until late in the evening, then the night."""
        tickets = self._tickets[nth % len(self._tickets)]
        self._say(f"day {nth + 1} of {self._days}: {tickets} tickets")
        opened_s = (self._ms(nth, CLOSES) - self._ms(nth, OPENS)) / 1000
        self.when.run(min(DAY_RATE_MAX, self._speed * opened_s / tickets))
        end = self._until if nth == self._days - 1 and self._until else NIGHT
        comes_until = min(self._ms(nth, LAST_COMES), self._ms(nth, end))
        people = People(self.players, self.when, self._chance, KEYS)
        counters = len(self._hall.counters)
        async with asyncio.TaskGroup() as day:
            day.create_task(people.come(self._moments(nth, tickets, comes_until)))
            day.create_task(people.work(comes_until, min(300.0, 0.75 * counters * opened_s / tickets)))
            day.create_task(self._tell_health(comes_until))
            day.create_task(self._disturb(nth, comes_until))
            day.create_task(self._look_hourly(comes_until))
        await self._settle()
        await self._look(f"the evening of day {nth + 1}")
        if end == NIGHT:
            await self._sleep(nth)

    async def _sleep(self, nth: int) -> None:
        """The evening and the night; memory is taken late, when the hub has long been idle."""
        self.when.run(NIGHT_RATE)
        await self.when.until(self._ms(nth, NIGHT))
        self.done.rss_mb.append(memory_mb(self._hub.pid))
        self._say(f"the hub has {self.done.rss_mb[-1]} MB, {len(self.done.stale)} views were wrong so far")
        if nth < self._days - 1:
            await self.when.until(self._ms(nth + 1, STARTS))

    def _moments(self, nth: int, tickets: int, until_ms: float) -> list[float]:
        """Most come in the morning and after noon."""
        start, end = self._ms(nth, OPENS), self._ms(nth, LAST_COMES)
        found = []
        for _ in range(tickets):
            middle = self._chance.choice((0.15, 0.3, 0.65))
            found.append(start + (end - start) * self._chance.triangular(0, 1, middle))
        return sorted(at for at in found if at < until_ms)

    async def _tell_health(self, until_ms: float) -> None:
        while self.when.now_ms() < until_ms:
            await self.when.sleep(HEALTH_EVERY_S)
            for player in self.players.values():
                player.say_health(self._chance.randrange(20_000, 26_000))

    async def _look_hourly(self, until_ms: float) -> None:
        while self.when.now_ms() < until_ms:
            await self.when.sleep(LOOK_EVERY_MIN * 60)
            await self._screens.look()

    async def _disturb(self, nth: int, until_ms: float) -> None:
        """Break what may break: the hub on the first morning, the broker and devices every day."""
        if nth == 0:
            for hour in KILLS_AT:
                if self._ms(0, hour) < until_ms:
                    await self.when.until(self._ms(0, hour))
                    await self._kill_hub()
            await self._screens.look()  # what a page takes when it is first asked for is no growth
            self.done.rss_mb.append(memory_mb(self._hub.pid))
        faults: list[Callable[[], Awaitable[None]]] = [self._kill_broker, *[self._cut] * 3, *[self._power_cycle] * 3]
        self._chance.shuffle(faults)
        moments = sorted(self._chance.uniform(self.when.now_ms(), until_ms) for _ in faults)
        for at, fault in zip(moments, faults, strict=True):
            await self.when.until(at)
            await fault()

    async def _kill_hub(self) -> None:
        async with self.when.slowly(STARTING_RATE):
            await self._hub.kill()
            await self._hub.start(at=self.when.local().replace(tzinfo=None).isoformat(timespec="milliseconds"))
            await self._everybody_is_there()
        self.done.hub_kills += 1

    async def _kill_broker(self) -> None:
        async with self.when.slowly(STARTING_RATE):
            before = {name: one.links for name, one in self.players.items()}
            await self._hub.kill_broker()
            await self._when_true(lambda: all(one.links > before[name] for name, one in self.players.items()))
            await self._everybody_is_there()
        self.done.broker_kills += 1

    async def _cut(self) -> None:
        """A cable is out for a while; what was pressed a moment before is sent when it is in again."""
        player = self._chance.choice(list(self.players.values()))
        async with self.when.slowly(STARTING_RATE * 10):
            player.press(self._chance.choice(("A", "next", "r5")))
            player.cut()
            player.press("recall")
            await self.when.sleep(5)
            player.plug_in()
            await self._when_true(lambda: player.is_up and not player.waiting)
        self.done.cuts += 1

    async def _power_cycle(self) -> None:
        player = self._chance.choice(list(self.players.values()))
        async with self.when.slowly(STARTING_RATE * 10):
            player.power_cycle()
            await self._when_true(lambda: player.is_up)
        self.done.power_cycles += 1

    async def _settle(self) -> None:
        """Wait until every device has its answer."""
        await self._when_true(lambda: all(one.is_up and not one.waiting for one in self.players.values()))

    async def _everybody_is_there(self) -> None:
        await self._when_true(lambda: all(one.is_up for one in self.players.values()))

    async def _when_true(self, check: Callable[[], bool]) -> None:
        """Wait for a condition, by the clock of life; what does not come is found in the journal."""
        deadline = asyncio.get_running_loop().time() + SETTLE_S
        while not check() and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110  (of forty devices)
            await asyncio.sleep(0.02)

    async def _look(self, when: str) -> None:
        """Compare all retained views with the rules."""
        self.done.checks += 1
        password, count = self._passwords[MAINTAINER], len(self._hall.devices)
        wrong = await wrong_views(self._rules, self.when, self._hub.broker_port, self._hall.id, password, count)
        self.done.stale += [f"{when}: {words}" for words in wrong]

    def _heed(self, beat: HubStatus) -> None:
        if beat.state == "ready":
            self.when.heed(beat.at)

    def _ms(self, nth: int, hour: str) -> int:
        at = datetime.fromisoformat(f"{MONDAY + timedelta(days=nth)}T{hour}:00").replace(tzinfo=self._hall.zone)
        return round(at.timestamp() * 1000)


def _growth(rss_mb: list[float]) -> dict[str, Any]:
    """Return what the hub has more at the end than when it had lived through one whole day, and what that day took.

    Within its first day it fills what it keeps at hand: pictures, words, tickets. Who ends before counts that.
    """
    first = rss_mb[1 if len(rss_mb) > 2 else 0]
    grown, filled = rss_mb[-1] - first, first - rss_mb[0]
    return {"rss_growth_mb": round(grown, 2), "rss_first_day_mb": round(filled, 2), "rss_mb": rss_mb}

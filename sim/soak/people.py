"""Who presses: citizens who come as they like, a clerk at every counter."""

import asyncio
import random
from collections.abc import Iterable

from sim.soak.hall_time import HallTime
from sim.soak.player import Player

TRY_AGAIN_S = 5.0
"""How long a citizen looks at a dispenser that does not answer before he tries another one, in the hall's time."""
ANSWER_LIMIT_S = 20.0
"""How long a clerk waits for an answer, by the clock of life."""
LOOK_EVERY_S = 20.0
WALK_S = (8.0, 25.0)
RECALLS, NO_SHOWS, RATINGS = 0.15, 0.05, 0.4
"""Shares of all calls."""
LEVELS, LEVEL_WEIGHTS = ("r5", "r4", "r3", "r2", "r1"), (60, 30, 8, 1, 1)


class People:
    """Citizens and clerks. keys: those of the dispensers, with how many come for each. sure: ends nobody's press."""

    def __init__(self, players: dict[str, Player], when: HallTime, chance: random.Random, keys: dict[str, int]) -> None:
        self._players, self._when, self._chance, self._keys = players, when, chance, keys
        self._dispensers = [one for one in players.values() if one.device.kind == "dispenser"]
        self._counters = [one.device.counter or 0 for one in players.values() if one.device.kind == "pad"]

    async def come(self, moments: Iterable[float]) -> None:
        """Let somebody come at each of these moments, ms, in order; who finds no dispenser that answers tries on."""
        coming = set[asyncio.Task[None]]()
        for at in moments:
            await self._when.until(at)
            coming = {one for one in coming if not one.done()} | {asyncio.create_task(self._take())}
        await asyncio.gather(*coming)

    async def work(self, until_ms: float, mean_s: float) -> None:
        """Serve at every counter until nobody waits any more after that moment. mean_s: how long a citizen takes."""
        async with asyncio.TaskGroup() as working:
            for counter in self._counters:
                working.create_task(self._clerk(counter, until_ms, mean_s))

    async def _take(self) -> None:
        key = self._chance.choices(list(self._keys), list(self._keys.values()))[0]
        while True:
            for dispenser in self._chance.sample(self._dispensers, len(self._dispensers)):
                if dispenser.is_up and not dispenser.waiting and dispenser.press(key):
                    return
            await self._when.sleep(TRY_AGAIN_S)

    async def _clerk(self, counter: int, until_ms: float, mean_s: float) -> None:
        pad, rating = self._players[f"pad-{counter}"], self._players[f"rating-{counter}"]
        await self._when.sleep(self._chance.uniform(0, LOOK_EVERY_S))
        while True:
            if _is_lit(pad, "finish"):
                await self._serve(pad, mean_s)
                await self._rate(rating)
            elif _is_lit(pad, "next"):
                await self._press(pad, "next")
            elif self._when.now_ms() >= until_ms and _is_lit(pad, "next") is False:
                return
            else:
                await self._when.sleep(LOOK_EVERY_S)

    async def _serve(self, pad: Player, mean_s: float) -> None:
        await self._when.sleep(self._chance.uniform(*WALK_S))
        luck = self._chance.random()
        if luck < RECALLS:
            await self._press(pad, "recall")
            await self._when.sleep(self._chance.uniform(*WALK_S))
        if luck < NO_SHOWS:
            await self._press(pad, "no-show")
            return
        await self._when.sleep(self._chance.uniform(0.5, 1.5) * mean_s)
        await self._press(pad, "finish")

    async def _rate(self, rating: Player) -> None:
        if self._chance.random() < RATINGS:
            await self._when.sleep(self._chance.uniform(3, 20))
            if _is_lit(rating, "r5"):
                await self._press(rating, self._chance.choices(LEVELS, LEVEL_WEIGHTS)[0])

    async def _press(self, player: Player, key: str) -> None:
        """Press, and look on until that is answered."""
        if not player.press(key):
            await self._when.sleep(TRY_AGAIN_S)
            return
        deadline = asyncio.get_running_loop().time() + ANSWER_LIMIT_S
        while player.waiting and (left := deadline - asyncio.get_running_loop().time()) > 0:
            player.changed.clear()
            try:
                async with asyncio.timeout(left):
                    await player.changed.wait()
            except TimeoutError:
                return


def _is_lit(player: Player, key: str) -> bool | None:
    """Tell whether a key does something now; None where nothing is on show, or somebody has to look again."""
    if not player.is_up or player.view is None or player.waiting:
        return None
    return player.view.lamps.get(key) == "on"

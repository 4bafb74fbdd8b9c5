"""Nothing is lost: the hub and the broker are killed at random moments while tickets are taken and called."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from hub.journal import Row, read_rows, verify
from hub.rules.events import TicketCalled, TicketFinished, TicketNotShown, TicketPrinted, TicketTaken
from tests.hall.small_hall import SmallHall, small_hall

HUB_KILLS = 200
LIFE_STARTS = 0.4
"""How long a hub lives at most, in the time of its start: where that is long, work is slow too."""
BROKER_KILLS = 20
COUNTERS = 3


class Ledger:
    """What the journal tells, as plain lists, followed row by row."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last: Row | None = None
        self._numbers: dict[int, str] = {}
        self.taken: list[str] = []
        self.printed: list[str] = []
        self.calls: list[tuple[int, str]] = []
        self.at_counter: dict[int, str] = {}

    def follow(self) -> None:
        """Take in what was written since; what was there is there still, as it was."""
        rows = list(read_rows(self._path, self._last.row if self._last else 0))
        if self._last:
            assert rows[:1] == [self._last], "what was durable is gone"
        for row in rows[1 if self._last else 0 :]:
            for fact in row.content().facts:
                self._add(fact)
        self._last = rows[-1] if rows else None

    def _add(self, fact: object) -> None:
        match fact:
            case TicketTaken():
                self._numbers[fact.serial] = fact.number
                self.taken.append(fact.number)
            case TicketPrinted():
                self.printed.append(self._numbers[fact.serial])
            case TicketCalled():
                self.at_counter[fact.counter] = self._numbers[fact.serial]
                self.calls.append((fact.counter, self._numbers[fact.serial]))
            case TicketFinished() | TicketNotShown():
                self.at_counter.pop(fact.counter, None)

    def of(self, counter: int) -> list[str]:
        return [number for where, number in self.calls if where == counter]


def check(hall: SmallHall, ledger: Ledger) -> None:
    ledger.follow()
    assert [number for number, count in Counter(ledger.taken).items() if count > 1] == [], "a number issued twice"
    assert [number for number, count in Counter(n for _, n in ledger.calls).items() if count > 1] == [], "called twice"
    printed = hall.numbers_printed()
    assert {number for number, _ in printed} <= set(ledger.taken), "printed and not in the journal"
    first_copies = Counter(number for number, is_copy in printed if not is_copy)
    assert [number for number, count in first_copies.items() if count > 1] == [], "a paper twice, unmarked"
    for counter in range(1, COUNTERS + 1):
        assert is_within(hall.calls_shown(counter), ledger.of(counter)), f"lintel {counter} showed what was not called"


def is_within(shown: list[str], called: list[str]) -> bool:
    """Tell whether one list is the other with some left out: a call may be gone before its view went out."""
    rest = iter(called)
    return all(number in rest for number in shown)


async def hands(hall: SmallHall, chance: random.Random) -> None:
    """People who take tickets and call them, as fast as they can and without a thought for the machine."""
    while True:
        hall.keys["dispenser-1"].press(chance.choice("AB"))
        hall.keys[f"pad-{chance.randint(1, COUNTERS)}"].press(
            chance.choice(["next", "next", "recall", "finish", "no-show"])
        )
        await asyncio.sleep(chance.uniform(0.002, 0.02))


async def under_hands(hall: SmallHall, chance: random.Random, work: Callable[[], Awaitable[None]]) -> None:
    busy = asyncio.create_task(hands(hall, chance))
    try:
        await work()
    finally:
        busy.cancel()
        await asyncio.gather(busy, return_exceptions=True)


async def settled(hall: SmallHall, ledger: Ledger, limit_s: float = 20.0) -> None:
    """Wait until every paper is confirmed and every lintel shows its counter's call."""
    async with asyncio.timeout(limit_s):
        while True:
            check(hall, ledger)
            shown = {n: hall.panels[f"lintel-{n}"].texts[-1:] for n in range(1, COUNTERS + 1)}
            right = all(
                (f"请{ledger.at_counter[n]}号" in "".join(shown[n]))
                if n in ledger.at_counter
                else "请" not in "".join(shown[n])
                for n in shown
            )
            if right and {number for number, _ in hall.numbers_printed()} == set(ledger.printed) == set(ledger.taken):
                return
            await asyncio.sleep(0.05)


@pytest.mark.timeout(400)
async def test_the_hub_is_killed_two_hundred_times(tmp_path: Path) -> None:
    chance = random.Random(200)
    async with small_hall(tmp_path, COUNTERS) as hall:
        ledger = Ledger(hall.journal)

        async def kill_and_start() -> None:
            start_s = 0.0
            for _ in range(HUB_KILLS):
                await asyncio.sleep(chance.uniform(0.0, LIFE_STARTS * start_s))
                await hall.hub.kill()
                ledger.follow()
                began = time.monotonic()
                await hall.hub.start()
                start_s = time.monotonic() - began
                check(hall, ledger)

        await under_hands(hall, chance, kill_and_start)
        await settled(hall, ledger)
        assert len(ledger.taken) > HUB_KILLS, "the hall was at work"
        assert len(ledger.calls) > HUB_KILLS
    assert list(verify(hall.journal)) == []


async def test_the_broker_is_killed_twenty_times(tmp_path: Path) -> None:
    chance = random.Random(20)
    async with small_hall(tmp_path, COUNTERS) as hall:
        ledger = Ledger(hall.journal)

        async def kill() -> None:
            for _ in range(BROKER_KILLS):
                await asyncio.sleep(chance.uniform(0.1, 0.8))
                ledger.follow()
                before = len(ledger.taken)
                await hall.hub.kill_broker()
                async with asyncio.timeout(20):
                    while len(ledger.taken) <= before:
                        await asyncio.sleep(0.02)
                        check(hall, ledger)

        await under_hands(hall, chance, kill)
        await settled(hall, ledger)
    assert list(verify(hall.journal)) == []

"""The hub is away in a busy hour: two dispensers go on alone; when it is back nobody is lost, and none passes another.

Real hub, broker and firmware. Half a minute by default; with LINTEL_ALONE_WHOLE=1 half an hour. The clock of the hub
that comes back is minutes off, once in each direction.
"""

import asyncio
import contextlib
import os
import random
import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from hub.journal import read_rows
from hub.rules.events import LeaseAnswered, TicketCalled, TicketPrinted, TicketTaken
from sim import Hall
from tests.contract import waiting

BEGINS = datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001  (hall time)
WHOLE = bool(os.environ.get("LINTEL_ALONE_WHOLE"))
AWAY_S, PEOPLE = (1800.0, 50) if WHOLE else (32.0, 8)
"""How long the hub is away, and how many come while dispensers are alone: a hundred in an hour."""
LOST_S = 16.0
"""After so long a dispenser has noticed it."""
ATTEMPTS = 5
GAP_S = 0.3
"""Between two presses anywhere: who of two came first must be plain to see, on a busy computer too."""
CLOCK_OFF = (timedelta(minutes=-7), timedelta(minutes=7))
FILE = """[hall]
id = "alone"
name = "门厅"

[rules]
call_pause_s = 0

[[services]]
code = "A"
name = "户籍"

[[services]]
code = "B"
name = "出入境"

[[counters]]
number = 1

[[devices]]
name = "pad-1"
kind = "pad"
board = "pad-pico"
counter = 1

[[devices]]
name = "dispenser-1"
kind = "dispenser"
board = "dispenser-pico"

[[devices]]
name = "dispenser-2"
kind = "dispenser"
board = "dispenser-pico"
"""
NAMES = ("dispenser-1", "dispenser-2")


class Citizens:
    """Who came when. came: (moment of the press, number on the paper), in the order of coming. papers: their texts."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.came: list[tuple[float, str]] = []
        self.papers: list[list[str]] = []
        self.lines = {name: asyncio.Lock() for name in NAMES}
        self.next = asyncio.Lock()

    async def come(self, count: int, seconds: float, chance: random.Random) -> None:
        """Have so many come within so many seconds, each to a dispenser of his own choice."""
        async with asyncio.TaskGroup() as people:
            for moment in sorted(chance.uniform(0, seconds) for _ in range(count)):
                people.create_task(self.comes(moment, chance.choice(NAMES), chance.choice("AB")))

    async def comes(self, after_s: float, name: str, key: str) -> None:
        await asyncio.sleep(after_s)  # the time at which he comes, which nothing else tells
        async with self.lines[name]:
            await self.hall.until(lambda: self.hall.lamps(name)[key], limit_s=40)
            async with self.next:
                moment = time.monotonic()
                await self.hall.press(name, key)
                await asyncio.sleep(GAP_S)
            paper = (await self.hall.paper(name, limit_s=40)).text
        number = next(found[0] for text in paper if (found := re.fullmatch(r"[A-Z]\d{3}", text)))
        self.came.append((moment, number))
        self.came.sort()
        self.papers.append(paper)


until = partial(waiting.until, every_s=0.05)  # a journal takes longer to read than a list


def facts(hall: Hall, kind: type) -> list:  # type: ignore[type-arg]
    return [fact for row in read_rows(hall.journal) for fact in row.content().facts if isinstance(fact, kind)]


async def are_leased(hall: Hall) -> None:
    """Wait until both dispensers keep a lease."""
    await until(lambda: {one.device for one in facts(hall, LeaseAnswered) if not one.why} == set(NAMES), limit_s=30)


async def are_all_entered(hall: Hall, numbers: set[str]) -> None:
    await until(lambda: {one.number for one in facts(hall, TicketTaken)} == numbers, limit_s=60)


async def call_everybody(hall: Hall, count: int) -> list[str]:
    """Press until everybody was called; return the numbers in the order of their calls."""
    for called in range(1, count + 1):
        for _ in range(ATTEMPTS):
            if len(facts(hall, TicketCalled)) >= called:
                break
            await call_next(hall, called)
    numbers = {one.serial: one.number for one in facts(hall, TicketTaken)}
    return [numbers[one.serial] for one in facts(hall, TicketCalled)]


async def call_next(hall: Hall, called: int) -> None:
    """Press once and wait for the call; a finger that is faster than the view before it is refused, and tries again."""

    def why() -> str:
        return f"call {called} cannot be made: {[row.body for row in read_rows(hall.journal)]}"

    await hall.until(lambda: hall.lamps("pad-1")["next"], limit_s=20, otherwise=why)
    await hall.press("pad-1", "next")
    with contextlib.suppress(AssertionError):
        await until(lambda: len(facts(hall, TicketCalled)) >= called, limit_s=4)


@pytest.mark.timeout(AWAY_S + 300)
@pytest.mark.parametrize("off", CLOCK_OFF, ids=["behind", "ahead"])
async def test_who_got_a_number_while_the_hub_was_away_is_called_in_the_order_of_coming(
    tmp_path: Path, off: timedelta, record_property: Callable[[str, object], None]
) -> None:
    file = tmp_path / "hall.toml"
    file.write_text(FILE, encoding="utf-8")
    chance = random.Random(5)
    at = partial(by_its_clock, time.monotonic(), off)
    async with Hall(file, at=BEGINS.isoformat()) as hall:
        citizens = Citizens(hall)
        await are_leased(hall)
        await citizens.come(3, 2.0, chance)
        await until(lambda: len(facts(hall, TicketPrinted)) == 3, limit_s=20)
        given = {number for _, number in citizens.came}
        await hall.kill_hub()
        killed = time.monotonic()
        await until(lambda: time.monotonic() - killed >= LOST_S, limit_s=2 * LOST_S)
        await citizens.come(PEOPLE, AWAY_S - LOST_S - 6, chance)
        await until(lambda: time.monotonic() - killed >= AWAY_S, limit_s=2 * AWAY_S)
        await hall.start_hub(at=at())
        if off > timedelta():
            await kill_in_the_middle(hall, at)
        await are_all_entered(hall, {number for _, number in citizens.came})
        await citizens.come(2, 1.0, chance)
        numbers = [number for _, number in citizens.came]
        assert len(set(numbers)) == len(numbers) == PEOPLE + 5, "no number twice, and everybody got one"
        alone = [one for one in facts(hall, TicketTaken) if one.told_at]
        assert {one.number for one in alone} == set(numbers[3:-2])
        assert all(int(number[1:]) > 800 for number in numbers[3:-2])
        assert all(int(number[1:]) < 10 for number in (*given, *numbers[-2:]))
        assert sum("（离线取号）" in paper for paper in citizens.papers) == PEOPLE
        assert await call_everybody(hall, len(numbers)) == numbers
        record_property("alone", f"{len(alone)} of {len(numbers)} tickets in {AWAY_S:g} s, clock off by {off}")


def by_its_clock(began: float, off: timedelta) -> str:
    """Return the hall's time by a clock that is wrong. began: of the test, by `time.monotonic`."""
    return (BEGINS + timedelta(seconds=time.monotonic() - began) + off).isoformat()


async def kill_in_the_middle(hall: Hall, at: Callable[[], str]) -> None:
    """Kill the hub once more as soon as a ticket has been handed over."""
    await until(lambda: any(one.told_at for one in facts(hall, TicketTaken)), limit_s=30)
    await hall.kill_hub()
    await hall.start_hub(at=at())

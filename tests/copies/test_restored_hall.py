"""Issue 8, Done 7: the Raspberry Pi dies at a random moment, and the hall goes on from the stick on an empty one."""

import asyncio
import random
import shutil
import sys
import time
from pathlib import Path

import pytest

from hub.cli.main import main
from hub.clock import wall_ms
from hub.copies.code import code_of
from hub.copies.folder import accept, whole_of
from hub.journal import Row, read_rows, verify
from hub.rules.events import CallDoubted, Restored, TicketCalled, TicketTaken
from sim.hub_process import HubProcess
from sim.processes import end
from tests.hall.small_hall import FILE, SmallHall
from tests.hall.test_kill import hands

COUNTERS = 3
SECOND_MS = 1000
SLACK_MS = 700
"""A copy takes its time to be written and read back, and on a busy computer to be begun."""


class Pi:
    """The hall's computer with hub, broker and copies, that can die as a whole; its devices live on."""

    def __init__(self, folder: Path) -> None:
        self.stick = folder / "stick"
        self.stick.mkdir()
        accept(self.stick, "small")
        table = f'[copies]\nto = ["{self.stick}"]\n\n[[services]]\ncode = "A"'
        file = FILE.replace("call_pause_s = 0", "call_pause_s = 1").replace('[[services]]\ncode = "A"', table)
        self.hall = SmallHall(folder / "old", COUNTERS, hub_file=file)
        self.code, _ = code_of(self.hall.folder / "state")
        self.copies: asyncio.subprocess.Process | None = None

    async def start_copies(self) -> None:
        self.copies = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "hub.cli", "copies", "run", str(self.hall.file)),
            *("--state", str(self.hall.folder / "state")),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        stream = self.copies.stdout
        while stream and await stream.readline() != b"ready\n":
            assert self.copies.returncode is None

    async def die(self) -> int:
        at = wall_ms()
        await self.hall.hub.kill()
        await self.end_copies(at_once=True)
        await self.hall.hub.kill_broker()
        return at

    async def end_copies(self, *, at_once: bool = False) -> None:
        copies, self.copies = self.copies, None
        if copies and copies.returncode is None:
            await end(copies.pid, at_once=at_once)
        if copies:
            await copies.communicate()


def facts(rows: list[Row], kind: type) -> list:
    return [fact for row in rows for fact in row.content().facts if isinstance(fact, kind)]


def called(rows: list[Row], numbers: dict[int, str]) -> set[str]:
    return {numbers[fact.serial] for fact in facts(rows, TicketCalled)}


async def until(condition, limit_s: float = 30.0) -> None:
    async with asyncio.timeout(limit_s):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def live_and_die(pi: Pi, chance: random.Random) -> int:
    busy = asyncio.create_task(hands(pi.hall, chance))
    try:
        await until(lambda: len(pi.hall.printer.slips) > 15)
        await asyncio.sleep(chance.uniform(1.0, 2.5))
        return await pi.die()
    finally:
        busy.cancel()
        await asyncio.gather(busy, return_exceptions=True)


@pytest.mark.parametrize("seed", [7, *[pytest.param(seed, marks=pytest.mark.nightly) for seed in range(100, 112)]])
async def test_the_hall_goes_on_from_the_stick_on_an_empty_computer(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    (tmp_path / "old").mkdir()
    pi = Pi(tmp_path)
    hall, new = pi.hall, tmp_path / "new"
    again = HubProcess(file=new / "hall.toml", state=new / "state", broker_port=hall.port, on_state=lambda _: None)
    try:
        await hall.hub.start()
        hall.start_agents()
        await pi.start_copies()
        died_at = await live_and_die(pi, chance)
        before = list(read_rows(hall.journal))  # what the dead computer knew and nobody can read any more
        shutil.rmtree(hall.folder / "state")
        hall.file.unlink()

        began = time.monotonic()
        (tmp_path / "code.txt").write_text(pi.code.lower())
        restore = ["restore", str(pi.stick), "--state", str(new / "state"), "--to", str(new)]
        assert main([*restore, "--code-file", str(tmp_path / "code.txt")]) == 0
        whole = whole_of(pi.stick)
        assert whole
        lost = [row for row in before if row.row > whole.row]
        assert [row for row in lost if row.at < died_at - SECOND_MS - SLACK_MS] == [], "more than the last second"
        await again.start()
        busy = asyncio.create_task(hands(hall, chance))
        try:
            await until(lambda: facts(list(read_rows(new / "state" / "journal.db", whole.row + 1)), TicketCalled))
            took_s = time.monotonic() - began
            assert took_s < 60
            papers = len(hall.printer.slips)
            await until(lambda: len(hall.printer.slips) > papers + 10)
        finally:
            busy.cancel()
            await asyncio.gather(busy, return_exceptions=True)
        check(hall, before, list(read_rows(new / "state" / "journal.db")), whole.row)
        assert list(verify(new / "state" / "journal.db")) == []
    finally:
        await again.close()
        await pi.end_copies()
        await hall.close()


def check(hall: SmallHall, before: list[Row], after: list[Row], row: int) -> None:
    """What the old hub said and did, and the new one, together break no law."""
    assert after[:row] == before[:row], "what the copy had is there as it was"
    since = after[row:]
    numbers = [*facts(before, TicketTaken), *facts(since, TicketTaken)]
    assert len({one.number for one in numbers}) == len(numbers), "a number twice"
    assert len({one.serial for one in numbers}) == len(numbers), "a serial, and so a job, twice"
    printed = [number for number, is_copy in hall.numbers_printed() if not is_copy]
    assert len(set(printed)) == len(printed), "a paper twice"
    by_serial = {one.serial: one.number for one in numbers}
    assert called(before, by_serial) & called(since, by_serial) == set(), "called by both hubs"
    assert since[0].row == row + 1
    restored = facts(since, Restored)[0]
    asked = {by_serial[fact.serial] for fact in facts(since, CallDoubted)}
    assert called(before[row:], by_serial) - asked <= {one.number for one in facts(before[row:], TicketTaken)}
    assert all(one.serial > restored.taken for one in facts(since, TicketTaken))

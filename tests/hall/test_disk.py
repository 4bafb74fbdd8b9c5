"""A disk that takes nothing: nothing is acknowledged that is not stored, everybody is told, and it goes on again."""

import asyncio
import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.journal import read_rows, verify
from hub.rules.events import TicketTaken
from tests.hall.small_hall import SmallHall, small_hall


async def until(condition: Callable[[], bool], limit_s: float = 15.0) -> None:
    async with asyncio.timeout(limit_s):
        while not condition():  # noqa: ASYNC110  (what is waited for is in other processes)
            await asyncio.sleep(0.02)


def shows(hall: SmallHall, device: str, text: str) -> bool:
    return text in "".join(hall.panels[device].texts[-1:])


def let_write(hall: SmallHall, is_allowed: bool) -> None:
    """A limit on file sizes is the full disk: the kernel refuses the same call in the same place."""
    assert hall.hub.pid
    hard = resource.prlimit(hall.hub.pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(hall.hub.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY if is_allowed else 0, hard))


def taken(hall: SmallHall) -> list[str]:
    return [
        fact.number for row in read_rows(hall.journal) for fact in row.content().facts if isinstance(fact, TicketTaken)
    ]


@pytest.mark.req("M41")
async def test_a_full_disk_stops_the_hall_aloud_and_loses_nothing(tmp_path: Path) -> None:
    async with small_hall(tmp_path, 1) as hall:
        await until(lambda: shows(hall, "dispenser-1", "请按键取号"))
        hall.keys["dispenser-1"].press("A")
        await until(lambda: hall.numbers_printed() == [("A001", False)])
        await until(lambda: shows(hall, "pad-1", "等候1人"))
        let_write(hall, False)
        hall.keys["pad-1"].press("next")
        await until(lambda: all(shows(hall, device.name, "系统故障") for device in hall.hall.devices))
        assert hall.calls_shown(1) == [], "nobody was called that is in no journal"
        let_write(hall, True)
        await until(lambda: hall.calls_shown(1) == ["A001"])
        hall.keys["dispenser-1"].press("B")
        await until(lambda: hall.numbers_printed() == [("A001", False), ("B001", False)])
        assert taken(hall) == ["A001", "B001"]
    assert list(verify(hall.journal)) == []


async def test_a_hall_file_that_lost_a_service_during_the_day_still_starts(tmp_path: Path) -> None:
    """The paper of a service that is gone is sent again with its letter; the hub does not stumble over it."""
    async with small_hall(tmp_path, 1) as hall:
        await until(lambda: shows(hall, "dispenser-1", "请按键取号"))
        hall.printer.is_stuck.set()
        hall.keys["dispenser-1"].press("B")
        await until(lambda: taken(hall) == ["B001"])
        await hall.hub.kill()
        text = hall.file.read_text(encoding="utf-8")
        hall.file.write_text(text.replace('[[services]]\ncode = "B"\nname = "出入境"\n', ""), encoding="utf-8")
        await hall.hub.start()
        hall.printer.is_stuck.clear()
        hall.keys["dispenser-1"].press("A")
        await until(lambda: ("A001", False) in hall.numbers_printed())

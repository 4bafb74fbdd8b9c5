"""A busy hour at two dispensers of one zone, once well and once with a printer without paper for a while.

Played sixty times as fast as it is lived, with the same people coming at the same moments. Real firmware, real hub;
the printers are models that take their time over bytes and paper.
"""

import asyncio
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.journal import read_rows
from hub.rules.events import PrintMoved, PrintRepeated, TicketPrinted, TicketTaken, TicketVoided, TicketVouched
from sim import Hall
from tests.contract.waiting import until

PEOPLE = 60
BETWEEN_S = 1.0
"""An hour in which somebody comes every minute, sixty times as fast; printers and people are as slow as in life."""
WALK_S = 0.3
LONGER_S = 5.0
OUT_AT, BACK_AT = 15, 42
"""With whom the paper of a printer ends, and with whom it is back."""
FILE = """[hall]
id = "busy"
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
name = "dispenser-1"
kind = "dispenser"
board = "dispenser-pico"
zone = "门厅"

[[devices]]
name = "dispenser-2"
kind = "dispenser"
board = "dispenser-pico"
zone = "门厅"
"""
NAMES = ("dispenser-1", "dispenser-2")
_ASKED = re.compile(r"[A-Z]\d{3}拿到票了吗")


class Hour:
    """One play of the hour. waits_s: of each who came, until his ticket lay in a slot. numbers: who got which."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.waits_s: dict[int, float] = {}
        self.numbers: dict[int, str] = {}
        self.lines = {name: asyncio.Lock() for name in NAMES}
        self.standing = dict.fromkeys(NAMES, 0)
        self.taken: list[TicketTaken] = []

    async def play(self, happens: dict[int, Callable[[], None]]) -> None:
        """Have everybody come. happens: what breaks or is mended when somebody comes, by who it is."""
        chance = random.Random(2026)
        async with asyncio.TaskGroup() as people:
            for who in range(PEOPLE):
                if act := happens.get(who):
                    act()
                people.create_task(self.comes(who, chance.choice("AB")))
                await asyncio.sleep(chance.expovariate(1 / BETWEEN_S))

    async def comes(self, who: int, key: str) -> None:
        """Stand in the shorter line, press, and wait for the ticket."""
        came = asyncio.get_running_loop().time()
        name = min(NAMES, key=lambda one: self.standing[one])
        self.standing[name] += 1
        async with self.lines[name]:
            number = await self.presses(name, key)
            self.numbers[who] = number
            await self.hall.until(lambda: number in self.papers(), limit_s=40)
            self.waits_s[who] = asyncio.get_running_loop().time() - came
            await asyncio.sleep(WALK_S)
        self.standing[name] -= 1

    async def presses(self, name: str, key: str) -> str:
        """Press when the key's lamp says so, again where that came to nothing, and return the number that was given."""
        before = len(self.given(name))
        while True:
            await self.hall.until(lambda: self.hall.lamps(name)[key], limit_s=40)
            await self.hall.press(name, key)
            await until(lambda: len(self.given(name)) > before or self.is_refused(name))
            if len(given := self.given(name)) > before:
                return given[-1]

    def given(self, name: str) -> list[str]:
        return [one.number for one in facts(self.hall, TicketTaken) if one.dispenser == name]

    def is_refused(self, name: str) -> bool:
        panel = self.hall.device(name).panel
        return panel is not None and "请再按一次" in panel.text

    def papers(self) -> list[str]:
        """Return the numbers on all papers that have come out, whole ones."""
        slips = (slip.text for device in self.hall.snapshot().devices for slip in device.slips)
        return [number for text in slips if (number := whole(text))]


def whole(text: tuple[str, ...]) -> str:
    """Return the number on a paper that came out to its last line; empty on any other."""
    words = "\n".join(text)
    found = re.search(r"[A-Z]\d{3}", words)
    return found[0] if found and "校验" in words else ""


def facts(hall: Hall, *kinds: type) -> list:  # type: ignore[type-arg]
    return [fact for row in read_rows(hall.journal) for fact in row.content().facts if isinstance(fact, kinds)]


async def hour(file: Path, breaks: Callable[[Hall], dict[int, Callable[[], None]]]) -> tuple[Hour, dict[str, int]]:
    async with Hall(file, at="2026-11-23T09:00:00") as hall:
        played = Hour(hall)
        await played.play(breaks(hall))
        counts = {kind.__name__: len(facts(hall, kind)) for kind in (PrintMoved, PrintRepeated, TicketVoided)}
        in_queue = {one.serial for one in facts(hall, TicketPrinted, TicketVouched)}
        assert in_queue == {one.serial for one in facts(hall, TicketTaken)}
        await asyncio.sleep(5)  # time in which something old could still come out
        played.taken = facts(hall, TicketTaken)
        counts["papers"] = len(played.papers())
        return played, counts


def sets(hall: Hall, what: str, value: object) -> Callable[[], None]:
    return lambda: setattr(hall.printer("dispenser-1"), what, value)


def between_tickets(hall: Hall) -> dict[int, Callable[[], None]]:
    return {OUT_AT: sets(hall, "paper_out", True), BACK_AT: sets(hall, "paper_out", False)}


def within_a_ticket(hall: Hall) -> dict[int, Callable[[], None]]:
    """The roll ends in the middle of a ticket, some tickets after somebody has come."""
    return {OUT_AT: sets(hall, "paper_left_dots", 1000), BACK_AT: sets(hall, "paper_out", False)}


@pytest.mark.timeout(600)
@pytest.mark.req("M4", "M41")
async def test_with_one_of_two_printers_out_of_paper_nobody_waits_five_seconds_longer(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    file = tmp_path / "hall.toml"
    file.write_text(FILE, encoding="utf-8")
    well, _ = await hour(file, lambda _hall: {})
    for breaks in (between_tickets, within_a_ticket):
        broken, counts = await hour(file, breaks)
        record_property(breaks.__name__, f"at most {check(well, broken, counts):.1f} s longer; {counts}")


def check(well: Hour, broken: Hour, counts: dict[str, int]) -> float:
    """Return how much longer somebody waited at most, in seconds."""
    longer_s = {who: broken.waits_s[who] - well.waits_s[who] for who in range(PEOPLE)}
    assert max(longer_s.values()) < LONGER_S
    assert len(broken.numbers) == len(set(broken.numbers.values())) == PEOPLE
    assert counts["papers"] == PEOPLE, "nothing old came out when paper was back"
    assert counts["PrintMoved"] + counts["PrintRepeated"] >= 1, "the paper ended where it was wanted"
    assert counts["TicketVoided"] == 0
    return max(longer_s.values())

"""Everything that can happen to papers happens at once, at random moments; at the end every number is where it belongs.

Two dispensers stand in for each other. Printers fail for sure or in doubt, within tickets, and say nothing of it; the
hub is killed. The citizens tell the truth, and so does the guide, who asks them.
"""

import asyncio
import random
import re
from collections import Counter
from pathlib import Path

import pytest

from hub.journal import verify
from hub.rules.events import TicketPrinted, TicketTaken, TicketVoided, TicketVouched
from tests.contract.waiting import until
from tests.hall.staffed import StaffedHall, device, staffed_hall

ROUNDS = 40
SETTLED_S = 40.0
ZONE = 'zone = "门厅"'
RULES = "doubt_s = 1\nprint_within_s = 10"
SECOND = device("dispenser-2", "dispenser", "dispenser-pico", ZONE)
_ASKED = re.compile(r"([A-Z]\d{3})拿到票了吗")


def papers(hall: StaffedHall) -> list[str]:
    return [paper for printer in hall.printers.values() for paper in printer.papers]


def held(hall: StaffedHall) -> set[str]:
    """Return the numbers on whole papers."""
    return {found[0] for paper in papers(hall) if (found := re.search(r"[A-Z]\d{3}", paper))}


def numbers(hall: StaffedHall, *kinds: type) -> set[str]:
    of = {fact.serial: fact.number for fact in hall.facts(TicketTaken)}
    return {of[fact.serial] for fact in hall.facts(*kinds)}


async def citizens(hall: StaffedHall, name: str, chance: random.Random) -> None:
    """Press what can be pressed; but where the panel asks, only who holds the ticket says so."""
    while True:
        asked = _ASKED.search(hall.panels[name].texts[-1])
        if asked is None:
            hall.keys[name].press(chance.choice("AB"))
        elif asked[1] in held(hall):
            hall.keys[name].press(asked[1][0])
        await asyncio.sleep(chance.uniform(0.05, 0.2))


async def trouble(hall: StaffedHall, chance: random.Random) -> None:
    for _ in range(ROUNDS):
        printer = hall.printers[chance.choice(["dispenser-1", "dispenser-2"])]
        what = chance.choice(["die", "die", "die", "paper-out", "cutter", "silent", "well", "well", "kill"])
        if what == "die":
            printer.dies_after = chance.randint(0, 300)
        elif what == "kill":
            await hall.hub.kill()
            await hall.hub.start()
        else:
            printer.why = what if what in ("paper-out", "cutter") else None  # type: ignore[assignment]
            printer.is_silent = what == "silent"
        await asyncio.sleep(chance.uniform(0.1, 0.5))
    for printer in hall.printers.values():
        printer.why, printer.is_silent, printer.dies_after = None, False, None


async def answer_at_the_desk(hall: StaffedHall) -> None:
    """Ask whoever it is about, and say what he says, until nothing is asked any more."""
    deadline = asyncio.get_running_loop().time() + SETTLED_S
    while open_now(hall):
        assert asyncio.get_running_loop().time() < deadline, (
            open_now(hall),
            {name: panel.texts[-3:] for name, panel in hall.panels.items()},
            hall.hub.output,
        )
        if asked := _ASKED.search(hall.panels["guide"].texts[-1]):
            typed = f"{'AB'.index(asked[1][0]) + 1}{asked[1][1:]}"
            await hall.do("guide", "vouch" if asked[1] in held(hall) else "cancel", typed)
        await asyncio.sleep(0.2)


def open_now(hall: StaffedHall) -> set[str]:
    """Return the numbers of which it is not known yet whether somebody holds them."""
    return numbers(hall, TicketTaken) - numbers(hall, TicketPrinted, TicketVouched, TicketVoided)


@pytest.mark.req("M4", "M41")
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_at_the_end_every_number_is_held_and_in_the_queue_or_void(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    async with staffed_hall(tmp_path, count=1, who=(), rules=RULES, dispenser=ZONE, more=SECOND) as hall:
        people = [asyncio.create_task(citizens(hall, name, chance)) for name in ("dispenser-1", "dispenser-2")]
        try:
            await trouble(hall, chance)
        finally:
            for task in people:
                task.cancel()
            await asyncio.gather(*people, return_exceptions=True)
        await until(lambda: not any(agent._outbox.waiting for agent in hall.agents.values()), limit_s=SETTLED_S)
        await answer_at_the_desk(hall)
        in_queue, void = numbers(hall, TicketPrinted, TicketVouched), numbers(hall, TicketVoided)
        assert in_queue <= held(hall) <= in_queue | void
        assert len(in_queue) > ROUNDS / 4, "the hall was at work"
        assert any(printer.torn for printer in hall.printers.values()), "and in trouble"
        firsts = Counter(paper.split("补打")[0][:40] for paper in papers(hall) if "补打" not in paper)
        assert [paper for paper, count in firsts.items() if count > 1] == [], "a paper twice, unmarked"
    assert list(verify(tmp_path / "state" / "journal.db")) == []

"""A printer that dies after every byte of a ticket: nobody stands in the queue without a ticket, or with one beside it.

The citizen of this model tells the truth: asked whether he has his ticket, he presses the key if a whole paper with his
number came out, and else says nothing.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from hub.rules.events import PrintDoubted, PrintRepeated, TicketPrinted, TicketTaken, TicketVoided, TicketVouched
from tests.contract.waiting import until
from tests.hall.staffed import StaffedHall, device, staffed_hall

DISPENSERS = 12
LIMIT_S = 20.0
LONGER_BYTES = 24
"""By so much other tickets are longer at the most: more people are ahead."""
_ASKED = re.compile(r"([A-Z]\d{3})拿到票了吗")
_TAKE = re.compile(r"请取票 ([A-Z]\d{3})")


class Citizen:
    """Somebody at a dispenser. held: numbers on whole papers that came out there."""

    def __init__(self, hall: StaffedHall, name: str) -> None:
        self.hall, self.name = hall, name
        self.printer, self.panel = hall.printers[name], hall.panels[name]
        self.told: list[str] = []

    @property
    def held(self) -> list[str]:
        return [match[0] for paper in self.printer.papers if (match := re.search(r"[A-Z]\d{3}", paper))]

    async def take(self) -> str:
        """Press, answer what is asked, and return the number that the panel says is his."""
        before = set(self.told)
        await self.hall.press(self.name, "A")
        asked = await until(lambda: self.read(_ASKED) or self.news(before), limit_s=LIMIT_S)
        if asked in self.held and asked == self.read(_ASKED):
            await self.hall.press(self.name, "A")
        self.told.append(await until(lambda: self.news(before), limit_s=LIMIT_S))
        return self.told[-1]

    def news(self, known: set[str]) -> str:
        """Return the number that the panel says is to be taken, if it is none of those before."""
        number = self.read(_TAKE)
        return "" if number in known else number

    def read(self, words: re.Pattern[str]) -> str:
        found = words.search(self.panel.texts[-1])
        return found[1] if found else ""


async def every(hall: StaffedHall, work: Callable[[Citizen, int], Awaitable[None]]) -> int:
    """Have every dispenser do its share of all bytes of a ticket, and return how many moments that were."""
    first = Citizen(hall, "dispenser-1")
    await first.take()
    moments = range(first.printer.size + LONGER_BYTES)
    citizens = [first, *(Citizen(hall, f"dispenser-{n}") for n in range(2, DISPENSERS + 1))]

    async def share(at: int, citizen: Citizen) -> None:
        for n in moments[at::DISPENSERS]:
            await work(citizen, n)

    await asyncio.gather(*(share(at, citizen) for at, citizen in enumerate(citizens)))
    return len(moments)


def numbers(hall: StaffedHall, *kinds: type) -> list[str]:
    of = {fact.serial: fact.number for fact in hall.facts(TicketTaken)}
    return sorted({of[fact.serial] for fact in hall.facts(*kinds)})


def held(hall: StaffedHall) -> list[str]:
    """Return every number on a whole paper."""
    every = (Citizen(hall, name).held for name in hall.printers)
    return sorted({number for numbers in every for number in numbers})


@pytest.mark.req("M4", "M41")
async def test_a_printer_that_dies_after_any_byte_leaves_no_ticket_without_holder(tmp_path: Path) -> None:
    more = "".join(device(f"dispenser-{n}", "dispenser", "dispenser-pico") for n in range(2, DISPENSERS + 1))
    async with staffed_hall(tmp_path, count=1, who=(), rules="doubt_s = 1", more=more) as hall:

        async def dies(citizen: Citizen, n: int) -> None:
            citizen.printer.dies_after = n
            whole = len(citizen.printer.papers)
            number = await citizen.take()
            papers = citizen.printer.papers[whole:]
            assert len(papers) == 1, "exactly one whole paper came out"
            assert number in papers[0], "and the panel has named it"

        moments = await every(hall, dies)
        in_queue = numbers(hall, TicketPrinted, TicketVouched)
        assert in_queue == held(hall) == numbers(hall, TicketTaken)
        assert numbers(hall, TicketVoided) == []
        assert len(hall.facts(PrintDoubted)) == moments
        assert len(hall.facts(TicketVouched)) + len(hall.facts(PrintRepeated)) == moments
        assert len(hall.facts(TicketVouched)) >= 1, "who has a whole paper says so"

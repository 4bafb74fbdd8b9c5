"""The real firmware with a printer that loses its power within a ticket: what people are told is right.

At a sample of its bytes, for a real wait for a silent printer takes seconds; every byte is in `test_dying_printer`, and
for the node alone in the tests of its printer. The citizen tells the truth: he presses the key if he has his ticket.
"""

import asyncio
import os
import re
from pathlib import Path

import pytest

from hub.journal import read_rows
from hub.rules.events import PrintDoubted, TicketPrinted, TicketTaken, TicketVoided, TicketVouched
from sim import Hall
from tests.contract.waiting import until

NODES = 4
EVERY = int(os.environ.get("LINTEL_DYING_EVERY", "17"))
"""Bytes from one death to the next; 1 takes ten minutes."""
LIMIT_S = 40.0
HALL = """[hall]
id = "dying"
name = "门厅"

[rules]
doubt_s = 1

[[services]]
code = "A"
name = "户籍"

[[counters]]
number = 1
"""
NODE = '\n[[devices]]\nname = "dispenser-{}"\nkind = "dispenser"\nboard = "dispenser-pico"\n'
_ASKED = re.compile(r"([A-Z]\d{3})拿到票了吗")
_TAKE = re.compile(r"请取票 ([A-Z]\d{3})")


class Citizen:
    """Somebody at a dispenser who looks at its panel and its slot."""

    def __init__(self, hall: Hall, name: str) -> None:
        self.hall, self.name = hall, name
        self.printer = hall.printer(name)
        self.told: set[str] = set()

    @property
    def held(self) -> list[str]:
        """The numbers on whole papers."""
        texts = ["\n".join(slip.text) for slip in self.hall.device(self.name).node.slips if slip.is_cut]  # type: ignore[union-attr]
        return [found[0] for text in texts if "校验" in text and (found := re.search(r"[A-Z]\d{3}", text))]

    def read(self, words: re.Pattern[str]) -> str:
        panel = self.hall.device(self.name).panel
        found = words.search(panel.text) if panel else None
        return found[1] if found and found[1] not in self.told else ""

    def words(self) -> str:
        panel = self.hall.device(self.name).panel
        return f"{self.name}: {panel.text if panel else ''}; it printed {self.held}, was told {sorted(self.told)}"

    async def take(self) -> str:
        """Press, say yes if that is asked and true, and return the number that the panel says is his."""
        await until(lambda: self.hall.lamps(self.name)["A"], limit_s=LIMIT_S)
        await self.hall.press(self.name, "A")
        asked = await until(lambda: self.read(_ASKED) or self.read(_TAKE), limit_s=LIMIT_S, why=self.words)
        if asked in self.held and self.read(_ASKED) == asked:
            await self.hall.press(self.name, "A")
        number = await until(lambda: self.read(_TAKE), limit_s=LIMIT_S, why=self.words)
        self.told.add(number)
        return number

    async def take_from_the_dying(self, after_bytes: int) -> None:
        """Take a ticket of which the printer gets so many bytes; a hand gives it power again when it has died."""
        self.printer.die_after = after_bytes
        taking = asyncio.create_task(self.take())
        await until(lambda: not self.printer.is_on or taking.done(), limit_s=LIMIT_S, why=self.words)
        await until(lambda: self.read(_ASKED) or taking.done(), limit_s=LIMIT_S, why=self.words)
        self.printer.power_on()
        assert await taking in self.held


@pytest.mark.timeout(300 if EVERY > 1 else 1500)
@pytest.mark.req("M4", "M41")
async def test_a_node_whose_printer_dies_within_a_ticket_tells_nobody_anything_wrong(tmp_path: Path) -> None:
    file = tmp_path / "hall.toml"
    file.write_text(HALL + "".join(NODE.format(n) for n in range(1, NODES + 1)), encoding="utf-8")
    async with Hall(file) as hall:
        citizens = [Citizen(hall, f"dispenser-{n}") for n in range(1, NODES + 1)]
        await citizens[0].take()
        size = len(hall.device("dispenser-1").node.slips[0].data)  # type: ignore[union-attr]
        moments = sorted({*range(1, size, EVERY), size - 2, size - 1, size})

        async def share(at: int) -> None:
            for after_bytes in moments[at::NODES]:
                await citizens[at].take_from_the_dying(after_bytes)

        await asyncio.gather(*(share(at) for at in range(NODES)))
        facts = [fact for row in read_rows(hall.journal) for fact in row.content().facts]
        held = sorted(number for citizen in citizens for number in set(citizen.held))
        taken = {one.serial: one.number for one in facts if isinstance(one, TicketTaken)}
        in_queue = {taken[one.serial] for one in facts if isinstance(one, TicketPrinted | TicketVouched)}
        assert held == sorted(in_queue) == sorted(taken.values())
        assert not any(isinstance(one, TicketVoided) for one in facts)
        assert sum(isinstance(one, PrintDoubted) for one in facts) >= len(moments) - 3

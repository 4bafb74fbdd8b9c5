"""The hall's file is changed while people press: nobody loses a number, nobody notices more than he should (M21, M44)."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hardware.link import Address, Link, Message
from hub.config import MAINTAINER, load_hall
from hub.door import send_order
from hub.edits.kinds import Add, Edit, Put, Remove
from hub.journal import read_rows, verify
from hub.office import ChangeFile, FileOrder, UndoChange
from hub.orders import Reply
from hub.rules.events import Fact, HallChanged, TicketCalled, TicketPrinted, TicketTaken
from tests.hall.small_hall import FakeKeys, FakePanel, SmallHall, small_hall

LIMIT_S = 10.0


async def until(check: object, words: str) -> None:
    async with asyncio.timeout(LIMIT_S):
        while not check():  # type: ignore[operator]
            await asyncio.sleep(0.01)


async def order(hall: SmallHall, wanted: FileOrder) -> Reply:
    return await asyncio.to_thread(send_order, hall.folder / "state", "", "", wanted)


async def change(hall: SmallHall, *edits: Edit) -> Reply:
    return await order(hall, ChangeFile(edits=edits))


def facts(hall: SmallHall) -> list[Fact]:
    return [fact for row in read_rows(hall.journal) for fact in row.content().facts]


class Crowd:
    """People who take numbers and clerks who call them, as fast as they are answered."""

    def __init__(self, hall: SmallHall) -> None:
        self.hall, self.pressed = hall, 0

    async def take(self) -> None:
        while True:
            self.hall.keys["dispenser-1"].press("A")
            self.pressed += 1
            await asyncio.sleep(0.03)

    async def call(self, number: int) -> None:
        while True:
            self.hall.keys[f"pad-{number}"].press("next")
            await asyncio.sleep(0.05)


def join(hall: SmallHall, *names: str) -> None:
    """Put up devices that the file has now."""
    hall.hall = load_hall(hall.file)
    for name in names:
        hall.keys[name], hall.panels[name] = FakeKeys(), FakePanel()
        device = hall.hall.device(name)
        hall.agents.append(asyncio.create_task(hall._agent(name, device.kind, hall.passwords()[name]).run()))


async def retained(hall: SmallHall) -> set[str]:
    """Return the topics that the broker remembers something of."""
    found: set[str] = set()
    ended = asyncio.Event()

    def hear(message: Message) -> None:
        found.add(message.topic)
        link.acknowledge(message)
        if message.topic.endswith("hub/status"):
            ended.set()

    link = Link(
        address=Address("127.0.0.1", hall.port),
        name=MAINTAINER,
        password=hall.passwords()[MAINTAINER],
        will_topic=None,
        subscriptions=["hall/small/#"],
        on_message=hear,
        on_pause=lambda: None,
    )
    task = asyncio.create_task(link.run())
    await asyncio.wait_for(ended.wait(), LIMIT_S)
    await asyncio.sleep(0.2)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return found


async def test_smoke(tmp_path: Path) -> None:
    async with small_hall(tmp_path) as hall:
        await until(lambda: hall.panels["lintel-1"].texts, "lintel")
        print(hall.panels["lintel-1"].texts)
        r = await change(hall, Put(at=("counters", 1, "name"), value="户政专窗"))
        print(r)
        await until(lambda: "户政专窗" in hall.panels["lintel-1"].texts[-1], "name")
        r = await change(
            hall, Remove(at=("devices", "pad-3")), Remove(at=("devices", "lintel-3")), Remove(at=("counters", 3))
        )
        print(r)
        r = await change(
            hall,
            Add(to=("counters",), value={"number": 4}),
            Add(to=("devices",), value={"name": "pad-4", "kind": "pad", "board": "pad-pi", "counter": 4}),
        )
        print(r)
        join(hall, "pad-4")
        await until(lambda: hall.panels["pad-4"].texts, "pad-4")
        print(await retained(hall))
        r = await order(hall, UndoChange(number=3))
        print(r)
        r = await order(hall, UndoChange(number=1))
        print(r)
        r = await order(hall, UndoChange(number=2))
        print(r)
        print(hall.hub.output)
        print((tmp_path / "state" / "mosquitto.log").read_text())
        assert 0

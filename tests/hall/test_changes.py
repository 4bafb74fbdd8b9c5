"""The hall's file is changed while people press: nobody loses a number, nobody loses his link (M21, M44)."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from hardware.link import Address, Link, Message
from hub.config import MAINTAINER, load_hall
from hub.door import send_order
from hub.edits.kinds import Add, Edit, Put, Remove
from hub.edits.record import sha256_of
from hub.edits.text import edited
from hub.journal import read_rows, verify
from hub.office import ChangeFile, FileOrder, UndoChange
from hub.orders import Reply
from hub.rules.events import Fact, HallChanged, TicketCalled, TicketPrinted, TicketTaken
from tests.hall.small_hall import FakeKeys, FakePanel, SmallHall, small_hall

LIMIT_S = 10.0


async def until(check: Callable[[], object], words: str) -> None:
    try:
        async with asyncio.timeout(LIMIT_S):
            while not check():  # noqa: ASYNC110  (agents tell nobody)
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(words) from None


async def order(hall: SmallHall, wanted: FileOrder) -> Reply:
    return await asyncio.to_thread(send_order, hall.folder / "state", "", "", wanted)


async def change(hall: SmallHall, *edits: Edit) -> Reply:
    return await order(hall, ChangeFile(edits=edits))


def facts(hall: SmallHall) -> list[Fact]:
    return [fact for row in read_rows(hall.journal) for fact in row.content().facts]


async def take(hall: SmallHall) -> None:
    """Take numbers until nobody wants any more."""
    while True:
        hall.keys["dispenser-1"].press("A")
        await asyncio.sleep(0.03)


async def call(hall: SmallHall, number: int) -> None:
    """Call at a counter until nobody wants to any more."""
    while True:
        hall.keys[f"pad-{number}"].press("next")
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
        if message.retain and message.topic.endswith("hub/status"):
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
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return found


def connected(hall: SmallHall) -> Counter[str]:
    """Return how often each client has connected to the broker."""
    log = (hall.folder / "state" / "mosquitto.log").read_text()
    return Counter(re.findall(r"New client connected from \S+ as (\S+)", log))


@pytest.mark.req("M21")
@pytest.mark.req("M44")
async def test_a_hall_is_changed_while_people_press_and_nothing_is_lost(tmp_path: Path) -> None:
    async with small_hall(tmp_path) as hall:
        await until(lambda: all(hall.panels[f"lintel-{n}"].texts for n in (1, 2, 3)), "the hall does not come up")
        crowd = [asyncio.create_task(work) for work in (take(hall), call(hall, 1))]
        before = hall.file.read_bytes()
        assert (await change(hall, Put(at=("counters", 2, "name"), value="户政专窗"))).is_done
        await until(lambda: "户政专窗" in hall.panels["lintel-2"].texts[-1], "the new name is not shown")
        gone = [Remove(at=("devices", "pad-3")), Remove(at=("devices", "lintel-3")), Remove(at=("counters", 3))]
        assert (await change(hall, *gone)).words == "第2次修改已生效：删除设备 pad-3；删除设备 lintel-3；删除窗口 3号"
        new = {"name": "pad-4", "kind": "pad", "board": "pad-pi", "counter": 4}
        lintel = {"name": "lintel-4", "kind": "lintel", "board": "lintel-pi", "counter": 4}
        edits = [
            Add(to=("counters",), value={"number": 4}),
            *(Add(to=("devices",), value=one) for one in (new, lintel)),
        ]
        assert (await change(hall, *edits)).is_done
        join(hall, "pad-4", "lintel-4")
        await until(lambda: hall.panels["pad-4"].texts, "the new pad is not let in")
        crowd.append(asyncio.create_task(call(hall, 4)))
        await until(lambda: len(hall.calls_shown(4)) >= 3, "the new counter does not call")
        refused = await change(hall, Remove(at=("services", "A")), Put(at=("counters", 1, "name"), value="x"))
        assert (refused.is_done, "还有未办结的号码" in refused.words) == (False, True)
        assert (await order(hall, UndoChange(number=1))).is_done
        await until(lambda: "综合业务" in hall.panels["lintel-2"].texts[-1], "the old name is not shown")
        assert b"pad-4" in hall.file.read_bytes() != before
        for task in crowd:
            task.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)
        await until(lambda: settled(hall), "what was pressed is not answered")
        clients = connected(hall)
        assert {
            one: clients[one] for one in ("hub", "dispenser-1", "pad-1", "lintel-1", "pad-2", "pad-4")
        } == dict.fromkeys(("hub", "dispenser-1", "pad-1", "lintel-1", "pad-2", "pad-4"), 1), (
            "somebody has lost his link"
        )
        topics = await retained(hall)
        assert [one for one in sorted(topics) if "-3/" in one] == []
        assert {"hall/small/lintel-4/view", "hall/small/lintel-1/view", "hall/small/pad-4/status"} <= topics
    told = facts(hall)
    taken = [fact.number for fact in told if isinstance(fact, TicketTaken)]
    called = [fact.serial for fact in told if isinstance(fact, TicketCalled)]
    assert len(taken) == len(set(taken)) > 10
    assert sorted(number for number, is_copy in hall.numbers_printed()) == sorted(taken)
    assert len(called) == len(set(called)) > 5
    assert [fact.edit for fact in told if isinstance(fact, HallChanged)] == [1, 2, 3, 4]
    assert list(verify(hall.journal)) == []


def settled(hall: SmallHall) -> bool:
    told = facts(hall)
    return sum(isinstance(one, TicketTaken) for one in told) == sum(isinstance(one, TicketPrinted) for one in told)


async def test_a_hub_that_is_killed_in_the_middle_of_a_change_starts_with_one_of_the_two_files(tmp_path: Path) -> None:
    async with small_hall(tmp_path, counters=1) as hall:
        for at, delay_s in enumerate((0.0, 0.03, 0.06, 0.1)):
            texts = [hall.file.read_bytes()]
            edit = Put(at=("rules", "recalls_max"), value=10 + at)
            texts.append(edited(texts[0].decode(), edit).encode())
            asking = asyncio.create_task(change(hall, edit))
            await asyncio.sleep(delay_s)
            await hall.hub.kill()
            await asyncio.gather(asking, return_exceptions=True)
            assert hall.file.read_bytes() in texts
            await hall.hub.start()
            is_new = hall.file.read_bytes() == texts[1]
            changes = [one for one in facts(hall) if isinstance(one, HallChanged)]
            assert any(sha256_of(texts[1].decode()) == one.sha256 for one in changes) == is_new
        assert (await change(hall, Put(at=("rules", "recalls_max"), value=99))).is_done

"""A device that has turned bad and knows its own password: the others are heard as before, and the log stays short."""

import asyncio
from pathlib import Path

import msgspec

from hardware.contract import KeyPressed, Topics, encode
from hardware.lease import Taken
from hardware.update import Want
from hub.door import send_order
from hub.journal import read_rows
from hub.maintenance import WANTS_MAX
from hub.office import StartUpdate
from hub.rules.events import HandOverRefused, TicketTaken
from hub.update_store import put_firmware
from tests.contract.waiting import until
from tests.hall.fake_node import HALL, FakeHall, FakeNode, eventually, fake_hall

NEVER = 2**53 - 1
WANTS = 2000
FIRMWARE = {"run.mpy": b"M\x06" + bytes(range(256)) * 20}
TABLE = "[update]\nprove_s = 0\nquiet_s = 0\n"


def facts(hall: FakeHall) -> list[object]:
    return [fact for row in read_rows(hall.state / "journal.db") for fact in row.content().facts]


async def test_what_one_device_says_does_not_harm_the_others(tmp_path: Path) -> None:
    async with fake_hall(tmp_path, HALL + TABLE) as hall:
        await until(lambda: all(node.link.is_up for node in hall.nodes.values()))
        await tells_of_a_moment_that_no_calendar_has(hall)
        await asks_for_pieces_without_end(hall)
        assert "Traceback" not in hall.hub.output


async def tells_of_a_moment_that_no_calendar_has(hall: FakeHall) -> None:
    """The press behind it is of another life; that it is heard is what counts."""
    node, topics = hall.nodes["dispenser-1"], Topics(hall.plan.id)
    await eventually(lambda: any("BlockLeased" in type(one).__name__ for one in facts(hall)))
    node.link.publish(
        topics.event(node.name), encode(Taken(boot=1, seq=1, number="A801", key="A", at=NEVER, paper="out"))
    )
    node.link.publish(topics.event(node.name), encode(KeyPressed(boot=1, seq=2, turn=0, key="A")))
    taken = [one for one in await eventually(lambda: named(hall)) if isinstance(one, TicketTaken)]
    assert taken[0].number == "A801"


def named(hall: FakeHall) -> list[object]:
    return [one for one in facts(hall) if isinstance(one, TicketTaken | HandOverRefused)]


async def asks_for_pieces_without_end(hall: FakeHall) -> None:
    loop = asyncio.get_running_loop()
    bad, began = hall.nodes["lintel-1"], loop.time()
    bad.loses["run.mpy", 0] = WANTS  # so that its own fetching does not come to an end
    await asyncio.to_thread(put_firmware, hall.state, FIRMWARE)
    order = StartUpdate(version="0.2.0", firmware=put_firmware(hall.state, FIRMWARE), devices=("lintel-1", "pad-2"))
    await asyncio.to_thread(send_order, hall.state, "", "", order)
    await until(lambda: bad.wants)
    flood(bad, Topics(hall.plan.id).want(bad.name))
    await asyncio.wait_for(bad.link.drain(), 30)
    await eventually(lambda: "which this firmware does not have" in hall.hub.output or "faster" in hall.hub.output)
    sent = WANTS - bad.loses["run.mpy", 0]
    assert sent <= WANTS_MAX * (loop.time() - began + 2), "no more pieces than a node can take"
    assert hall.hub.output.count(f"{bad.name}: refused") == 1, "said once a minute"


def flood(bad: FakeNode, topic: str) -> None:
    for at in range(WANTS):
        start = 0 if at % 2 else 2**20
        bad.link.publish(topic, msgspec.json.encode(Want(file="run.mpy", start=start)))

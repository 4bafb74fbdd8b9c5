"""The agent's life on a Raspberry Pi: its start, its alerts and its ends; the contract has a suite of its own."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hardware.agent import Agent
from hardware.agent_parts import Parts
from hardware.board import load_board
from hardware.contract import CONTRACT, HUB, JobDone, Status, Why
from hardware.version import VERSION
from tests.contract.broker import HALL, HallBroker
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import until

NAME = "dispenser-1"
READY = Status(state="ready", boot=1, contract=CONTRACT, fw=VERSION, parts=("printer",))


class FakePrinter:
    """A printer of the tests, which can be held in the middle of a slip."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.go_on.set()
        self.began = 0
        self.finished = 0
        self.closed = 0
        self.why: Why | None = None
        self.check: Callable[[], Why | None] = lambda: self.why

    def put_out(self, data: bytes) -> Why | None:
        self.began += 1
        self.go_on.wait(10)
        self.finished += 1
        return None

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def printer() -> FakePrinter:
    return FakePrinter()


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[HallBroker]:
    broker = HallBroker(folder=tmp_path / "broker", devices=[NAME])
    await broker.start()
    yield broker
    await broker.close()


@pytest.fixture
async def hub(broker: HallBroker) -> AsyncIterator[PlayedHub]:
    hub = PlayedHub(hall=HALL, address=broker.address, password=broker.passwords[HUB])
    await hub.start()
    yield hub
    await hub.close()


@pytest.fixture
async def agent(broker: HallBroker, printer: FakePrinter, tmp_path: Path) -> Agent:
    return Agent(
        hall=HALL,
        name=NAME,
        board=load_board("dispenser-pi"),
        parts=Parts(printer=printer),
        state=tmp_path / "state",
        address=broker.address,
        password=broker.passwords[NAME],
    )


@asynccontextmanager
async def running(agent: Agent) -> AsyncIterator[asyncio.Task[None]]:
    """Run the agent meanwhile; whatever its end is, it is not this manager's business."""
    task = asyncio.create_task(agent.run())
    try:
        yield task
    finally:
        agent.stop()
        await asyncio.wait([task], timeout=5)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("end", ["stop", "cancel"])
async def test_an_end_that_is_meant_is_told(agent: Agent, hub: PlayedHub, printer: FakePrinter, end: str) -> None:
    async with running(agent) as task:
        assert await hub.ready(NAME) == READY
        if end == "stop":
            agent.stop()
        else:
            task.cancel()
        await asyncio.wait([task], timeout=5)
        await until(lambda: len(hub.statuses[NAME]) == 2)
    goodbye = Status(state="disconnected", boot=1, contract=CONTRACT, fw=VERSION, parts=("printer",))
    assert hub.statuses[NAME] == [READY, goodbye]
    assert (task.cancelled(), printer.closed) == (end == "cancel", 1)


async def test_a_crash_is_told_as_what_it_is(agent: Agent, hub: PlayedHub, printer: FakePrinter) -> None:
    async with running(agent) as task:
        await hub.ready(NAME)
        printer.check = lambda: 1 // 0
        await asyncio.wait([task], timeout=5)
        await until(lambda: len(hub.statuses[NAME]) == 2)
    assert hub.statuses[NAME] == [READY, Status(state="lost")]
    assert isinstance(task.exception(), ZeroDivisionError)


async def test_a_slip_under_way_comes_out_whole_before_the_end(
    agent: Agent, hub: PlayedHub, printer: FakePrinter
) -> None:
    printer.go_on.clear()
    async with running(agent) as task:
        await hub.ready(NAME)
        hub.print(NAME, "20261121-000001", b"paper")
        await until(lambda: printer.began)
        agent.stop()
        done, _ = await asyncio.wait([task], timeout=0.05)
        assert not done
        printer.go_on.set()
        assert await hub.event(NAME) == JobDone(boot=1, seq=1, job="20261121-000001", at=hub.distinct(NAME)[0].at)
    assert (printer.began, printer.finished, printer.closed) == (1, 1, 1)


async def test_the_printers_alert_comes_and_goes(agent: Agent, hub: PlayedHub, printer: FakePrinter) -> None:
    printer.why = "cover-open"
    async with running(agent):
        await until(lambda: hub.statuses[NAME] and hub.statuses[NAME][-1].alerts == {"printer": "cover-open"})
        printer.why = None
        await until(lambda: hub.statuses[NAME][-1] == READY)


@pytest.mark.bad_input
async def test_many_bad_messages_make_one_line(agent: Agent, hub: PlayedHub, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, logger="hardware.agent")
    async with running(agent):
        await hub.ready(NAME)
        for _ in range(20):
            hub.send(hub.topics.view(NAME), b"[")
        hub.print(NAME, "20261121-000001", b"paper")
        await hub.event(NAME)
    said = [record.message for record in caplog.records if record.name == "hardware.agent"]
    assert [line.partition(" so far")[0] for line in said] == [f"{NAME}: {hub.topics.view(NAME)}: ignored: 1"]


async def test_an_agent_that_cannot_keep_its_boot_number_does_not_start(
    agent: Agent, printer: FakePrinter, tmp_path: Path
) -> None:
    (tmp_path / "state").write_text("a file, not a folder")
    with pytest.raises(FileExistsError):
        await agent.run()
    assert printer.closed == 1
    agent.close()

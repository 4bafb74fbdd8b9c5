"""A node's printer that dies after any byte of a ticket, or breaks at its start, middle or end: real firmware."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import chain
from pathlib import Path

import pytest

from hardware.board import Board, UartPrinter
from hardware.contract import HUB, JobDone, JobFailed, Why
from sim.chips.printer import PrinterChip
from sim.node import Node
from sim.paper import Slip
from tests.contract.broker import HALL, HallBroker
from tests.contract.firmware_node import settings_for
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import until
from tests.integration.printer_moments import (
    FAULTS,
    MOMENTS,
    REQUEST_BYTES,
    TICKET,
    at_byte,
    dies_after,
    has_forgotten,
    judge,
    recovers,
    set_fault,
)

NODES = 12
"""They wait most of the time, so that many can at once."""
BOARD = Board(chip="w5500-evb-pico", printer=UartPrinter(uart=0, tx=0, rx=1, baud=115200))
JOB_LIMIT_S = 20


class Printing:
    """A node with a printer that feeds paper in no time."""

    def __init__(self, node: Node, hub: PlayedHub) -> None:
        self._node = node
        self._hub = hub
        self._serial = 0
        self._answers = 0

    @property
    def chip(self) -> PrinterChip:
        assert self._node.printer
        return self._node.printer

    def take_slips(self) -> list[Slip]:
        """Return what lies in the tray, and clear it."""
        taken, self._node.slips[:] = list(self._node.slips), []
        return taken

    async def print(self) -> Why | None:
        """Print the ticket; return why it failed or None. There has to be exactly one answer."""
        self._serial += 1
        job, name = f"20261121-{self._serial:06}", self._node.name
        self._hub.print(name, job, TICKET)
        await until(
            lambda: len(self._hub.distinct(name)) > self._answers,
            limit_s=JOB_LIMIT_S,
            why=lambda: (name, self._node.console),
        )
        event = self._hub.distinct(name)[-1]
        self._answers += 1
        assert len(self._hub.distinct(name)) == self._answers
        assert isinstance(event, JobDone | JobFailed)
        assert event.job == job
        self._hub.acknowledge(name, event)
        return event.why if isinstance(event, JobFailed) else None


@pytest.fixture
async def printers(tmp_path: Path) -> AsyncIterator[list[Printing]]:
    """Nodes that have printed a ticket each."""
    names = [f"dispenser-{number}" for number in range(1, NODES + 1)]
    broker = HallBroker(folder=tmp_path / "broker", devices=names)
    await broker.start()
    hub = PlayedHub(hall=HALL, address=broker.address, password=broker.passwords[HUB])
    await hub.start()
    async with AsyncExitStack() as open_nodes:
        made = []
        for name in names:
            settings = settings_for(broker, password=broker.passwords[name])
            node = Node(name=name, board=BOARD, settings=settings, flash=tmp_path / name)
            open_nodes.push_async_callback(node.close)
            made.append(Printing(node, hub))
            await node.start()
            made[-1].chip.slow = 0.0
        for one, name in zip(made, names, strict=True):
            await hub.ready(name)
            assert await recovers(one) == ""
        yield made
    await hub.close()
    await broker.close()
    assert hub.bad == []


async def shared_out(printers: list[Printing], work: list[tuple[str, int]], do: object) -> list[str]:
    """Have all nodes do a list of work; return what went wrong."""

    async def one(printing: Printing) -> list[str]:
        found = []
        while work:
            what, count = work.pop()
            said = await do(printing, what, count)  # type: ignore[operator]
            found += [f"{what} {count}: {said}"] if said else []
        return found

    return sorted(chain.from_iterable(await asyncio.gather(*map(one, printers))))


async def die(printing: Printing, _what: str, count: int) -> str:
    """Let the printer die after so many bytes, and come back."""
    return await dies_after(printing, printing.chip, count, is_back=lambda: asyncio.sleep(0))


async def break_at(printing: Printing, what: str, count: int) -> str:
    """Let something break after so many bytes, and be mended."""
    at_byte(printing.chip, count, lambda: set_fault(printing.chip, what, is_on=True))
    why = await printing.print()
    if what != "deaf":
        await until(lambda: has_forgotten(printing.chip, why), why=lambda: f"{what} {count}: {why}")
    wrong = judge(why, printing.take_slips())
    if (what == "paper_near_end") != (why is None) and what != "slow":
        wrong += f" answered {why}"
    set_fault(printing.chip, what, is_on=False)
    return wrong or await recovers(printing)


@pytest.mark.req("M4")
async def test_a_printer_that_dies_after_any_byte_leaves_nothing_wrong(printers: list[Printing]) -> None:
    every = [("dies after", count) for count in range(len(TICKET) + REQUEST_BYTES + 2)]
    assert await shared_out(printers, every, die) == []


@pytest.mark.req("M4")
async def test_every_fault_at_every_moment_is_answered_by_what_came_out(printers: list[Printing]) -> None:
    every = [(fault, count) for fault in FAULTS for count in MOMENTS.values()]
    assert await shared_out(printers, every, break_at) == []

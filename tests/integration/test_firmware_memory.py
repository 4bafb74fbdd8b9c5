"""The whole firmware with a 128x16 panel and a printer in a heap of 96 KB, whatever the contract lets come."""

import itertools
import re
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import pytest
from msgspec import structs

from hardware.board import Board, UartPrinter, load_board
from hardware.contract import JOB_PART_BYTES, JOB_WHOLE_BYTES, JobDone, JobFailed, KeyPressed, Panel, Print
from sim.node import Node
from sim.node_process import HEAP
from tests.contract.broker import HallBroker
from tests.contract.devices import DEVICE
from tests.contract.firmware_node import a_node, settings_for
from tests.contract.pictures import dots_of, picture, window
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import until

FREE_BYTES = 12_000
"""With less, a view and a job that meet would not both find room."""
CUT = b"\x1dV\x00"
ATTEMPTS = 3


def fast(board: Board) -> Board:
    """Return a board whose printer is on the fastest line."""
    assert isinstance(board.printer, UartPrinter)
    return structs.replace(board, printer=structs.replace(board.printer, baud=115200))


@pytest.fixture
async def node(tmp_path: Path, broker: HallBroker, hub: PlayedHub) -> AsyncIterator[Node]:
    board = fast(load_board("dispenser-pico"))
    async with a_node(tmp_path, board=board, settings=settings_for(broker)) as node:
        await hub.ready(DEVICE)
        yield node
        assert [line for line in node.console if "Memory" in line or "Traceback" in line] == []


def test_the_heap_is_what_the_design_allows() -> None:
    assert HEAP == "96k"


async def test_memory_is_left_when_all_parts_are_made(node: Node) -> None:
    free = [int(found[1]) for line in node.console if (found := re.fullmatch(r"(\d+) bytes of memory are free", line))]
    assert len(free) == 1
    assert free[0] > FREE_BYTES


async def test_the_widest_pictures_and_the_largest_jobs_find_room(node: Node, hub: PlayedHub, tmp_path: Path) -> None:
    widest = picture(1024, motion="flip", pace_ms=300)
    panels: list[Panel] = [picture(512, seed=2), widest, picture(128), widest]
    for turn, panel in enumerate(panels, 1):
        hub.show(DEVICE, panel=panel, stale=picture(64, seed=3), turn=turn, lamps={"A": "on"})
        await see(node, panel, 0)
    rows = (JOB_WHOLE_BYTES - 16) // 48
    raster = b"\x1dv0\x00" + bytes([48, 0, rows % 256, rows // 256]) + bytes(range(48)) * rows
    largest = raster + b" " * (JOB_WHOLE_BYTES - len(raster) - len(CUT)) + CUT
    hub.print(DEVICE, "20261121-000001", largest)
    await until(lambda: hub.distinct(DEVICE) != [], limit_s=60, why=lambda: node.console)
    event = await hub.event(DEVICE)
    assert event == JobDone(boot=1, seq=1, job="20261121-000001", at=event.at)
    assert b"".join(slip.data for slip in node.slips).removeprefix(b"\x1dr\x01") == largest
    assert list((tmp_path / "flash").glob("spool-*")) == []
    hub.acknowledge(DEVICE, event)
    await node.press("A")
    press = await hub.press(DEVICE, number=2)
    assert press == KeyPressed(boot=1, seq=2, turn=4, key="A", at=press.at)
    await see(node, widest, 128)


async def test_a_job_that_is_larger_than_allowed_is_refused_whole(node: Node, hub: PlayedHub) -> None:
    data, parts = b"x" * JOB_PART_BYTES, JOB_WHOLE_BYTES // JOB_PART_BYTES + 1
    for part in range(1, parts + 1):
        hub.send_job(DEVICE, Print(do="print", id="20261121-000002", data=data, part=part, parts=parts))
    event = await hub.event(DEVICE)
    assert event == JobFailed(boot=1, seq=1, job="20261121-000002", why="too-large", at=event.at)
    assert node.slips == []


async def test_many_views_presses_and_jobs_later_there_is_as_much_room(node: Node, hub: PlayedHub) -> None:
    events = itertools.count(1)
    for serial in range(1, 31):
        moving = picture(300, seed=serial, motion="scroll", pace_ms=20)
        lamp = "AB"[serial % 2]
        hub.show(DEVICE, panel=moving, turn=serial, lamps={lamp: "on"})
        await until(partial(node.lamps.get, lamp))
        await node.press("CD"[serial % 2], hold_s=0.01)
        hub.acknowledge(DEVICE, await hub.event(DEVICE, number=next(events)))
        await print_as_a_hub_does(hub, serial, events)
    assert [slip.text for slip in node.slips] == [["x"]] * 30
    last = picture(128, seed=99)
    hub.show(DEVICE, panel=last)
    await until(lambda: node.panel is not None and node.panel.rows() == dots_of(last))


async def print_as_a_hub_does(hub: PlayedHub, serial: int, events: Iterator[int]) -> None:
    """Print a slip; one that surely did not come out, since its printer was heard too late, is asked for again."""
    for attempt in range(ATTEMPTS):
        hub.print(DEVICE, f"20261121-{serial * 10 + attempt:06d}", b"\x1b@" * 440 + b"x\n" + CUT)
        answer = await hub.event(DEVICE, number=next(events))
        hub.acknowledge(DEVICE, answer)
        if isinstance(answer, JobDone):
            return
    raise AssertionError(f"slip {serial}: {answer}")


async def see(node: Node, panel: Panel, at: int) -> None:
    """Wait until the panel shows the picture from this dot on."""
    dots = window(panel, at, 128, 16)
    await until(lambda: node.panel is not None and node.panel.rows() == dots, why=lambda: node.console)

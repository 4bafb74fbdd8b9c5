"""A printer that says that it is busy, by a line or by XOFF: no byte is lost, none is taken for an answer, no hang."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from hardware.board import Board, UartPrinter
from hardware.contract import JobDone, JobFailed
from printers.escpos_printer import EscposPrinter, Flow, PrintFailedError
from sim.chips.printer import PrinterChip
from sim.chips.printer_wire import Fill
from sim.node import Node
from tests.contract.broker import HallBroker
from tests.contract.devices import DEVICE
from tests.contract.firmware_node import settings_for
from tests.contract.played_hub import PlayedHub
from tests.contract.serial_line import SerialLine
from tests.contract.waiting import until

LINES = "".join(f"第{number}行".ljust(9) + "\n" for number in range(60)).encode("gbk")
SLIP = b"\x1b@\x1c&" + LINES + b"\x1dVB\x00"
BAUD = 4800
"""Slow enough for a loaded computer to hold a node off before 256 bytes have run over: it may stand still for 0.5 s."""
FLOWS: dict[str, dict[str, Any]] = {"xon": {"flow": "xon"}, "cts": {"flow": "cts", "cts": 2}}


def shrink(chip: PrinterChip) -> None:
    """Give a printer the buffer of a small one, far less than the slip, and the paper feed of a slow one."""
    chip._buffer_bytes = 256
    chip._fill = Fill(size=256, on_busy=chip._be_busy)
    chip.slow = 0.6


@asynccontextmanager
async def a_printer(folder: Path, broker: HallBroker, hub: PlayedHub, flow: str) -> AsyncIterator[Node]:
    """Run a node whose small printer holds its sender off."""
    printer = UartPrinter(uart=0, tx=0, rx=1, baud=BAUD, **FLOWS[flow])
    board = Board(chip="w5500-evb-pico", printer=printer)
    node = Node(name=DEVICE, board=board, settings=settings_for(broker), flash=folder / "flash")
    assert node.printer
    shrink(node.printer)
    try:
        await node.start()
        await hub.ready(DEVICE)
        yield node
    finally:
        await node.close()


async def answer(node: Node, hub: PlayedHub, serial: int, data: bytes = SLIP) -> JobDone | JobFailed:
    """Print, and return what came of it."""
    hub.print(DEVICE, f"20261121-{serial:06}", data)
    await until(lambda: len(hub.distinct(DEVICE)) == serial, limit_s=20, why=lambda: node.console)
    event = hub.distinct(DEVICE)[-1]
    assert isinstance(event, JobDone | JobFailed)
    hub.acknowledge(DEVICE, event)
    return event


@pytest.mark.parametrize("flow", FLOWS)
async def test_a_node_sends_no_more_than_its_printer_takes(
    tmp_path: Path, broker: HallBroker, hub: PlayedHub, flow: str
) -> None:
    async with a_printer(tmp_path, broker, hub, flow) as node:
        assert isinstance(await answer(node, hub, 1), JobDone)
        assert node.printer
        assert node.printer.lost_bytes == 0
    assert [slip.data for slip in node.slips] == [SLIP]


@pytest.mark.parametrize("flow", FLOWS)
async def test_a_node_gives_a_printer_up_that_stays_busy_and_asks_it_why(
    tmp_path: Path, broker: HallBroker, hub: PlayedHub, flow: str
) -> None:
    async with a_printer(tmp_path, broker, hub, flow) as node:
        assert isinstance(await answer(node, hub, 1, b"\x1b@one\n\x1dVB\x00"), JobDone)
        assert node.printer
        node.printer._be_busy(True)
        event = await answer(node, hub, 2)
        assert isinstance(event, JobFailed)
        assert event.why == "offline"
        node.printer._be_busy(False)
        node.printer.paper_left_dots = 300
        event = await answer(node, hub, 3)
        assert isinstance(event, JobFailed)
        assert event.why == "in-doubt"
        await until(lambda: hub.statuses[DEVICE][-1].alerts == {"printer": "paper-out"})
        node.printer.paper_out = False
        node.slips.clear()
        assert isinstance(await answer(node, hub, 4), JobDone)
    assert node.slips[-1].data in (SLIP, b"\x1b@" + SLIP)


async def in_thread(line: SerialLine, flow: str, do: Callable[[EscposPrinter], None]) -> None:
    """Have a printer at the end of a line do something, as the agent has it done."""
    is_busy = line.is_busy if flow == "cts" else None
    printer = EscposPrinter(line, answers=True, flow=Flow(baud=115200, is_busy=is_busy))
    await asyncio.to_thread(do, printer)


@pytest.mark.parametrize("flow", FLOWS)
async def test_a_pi_sends_no_more_than_its_printer_takes(flow: str) -> None:
    slips: list[Any] = []
    line = SerialLine(baud=115200, answers=True, on_slip=slips.append)
    line.chip._flow = "xon" if flow == "xon" else "none"
    shrink(line.chip)
    await in_thread(line, flow, lambda printer: printer.print_slip(SLIP))
    await line.chip.close()
    assert (line.chip.lost_bytes, [slip.data for slip in slips]) == (0, [SLIP])


async def test_a_pi_gives_a_printer_up_that_stays_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("printers.escpos_printer.PAPER_S", 0.2)
    line = SerialLine(baud=115200, answers=True, on_slip=lambda _: None)
    is_busy = threading.Event()
    printer = EscposPrinter(line, answers=True, flow=Flow(baud=115200, is_busy=is_busy.is_set))
    assert await asyncio.to_thread(printer.check) is None
    is_busy.set()
    with pytest.raises(PrintFailedError, match="offline"):
        await asyncio.to_thread(printer.print_slip, SLIP)
    assert printer.rest == 0
    await line.chip.close()

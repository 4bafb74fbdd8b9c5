"""A Raspberry Pi's printer on network, serial port and USB: unplugged, dying after any byte, broken at any moment."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
import usb.backend.libusb1

from hardware.agent_printer import PrinterDesk
from hardware.contract import NearEnd, Print, Why
from hardware.jobs import Jobs
from hub.cli.agent import PrinterDriver
from printers.escpos_printer import open_printer
from sim.paper import Slip
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
from tests.integration.printer_ports import PORTS, Port, UsbCablePrinter

PRINTERS = 16
"""They wait most of the time, so that many can at once; of USB there is one bus."""


class Printing:
    """What an agent has of its printer: jobs, desk and driver, over a port that is really opened."""

    def __init__(self, port: Port) -> None:
        self.port = port
        self.answers: list[tuple[str, Why | None]] = []
        self.alerts: list[Why | NearEnd | None] = []
        self._jobs = Jobs(answer=lambda job, why: self.answers.append((job, why)))
        self._driver = PrinterDriver(partial(open_printer, port.board))
        desk = PrinterDesk(printer=self._driver, jobs=self._jobs, set_alert=self.alerts.append)
        self._running = asyncio.create_task(desk.run())

    async def print(self) -> Why | None:
        """Print the ticket; return why it failed or None. There has to be exactly one answer."""
        count = len(self.answers)
        job = f"20261121-{count:06}"
        self._jobs.hear(Print(do="print", id=job, data=TICKET))
        await until(lambda: len(self.answers) > count, limit_s=20)
        (answer,) = self.answers[count:]
        assert answer[0] == job
        return answer[1]

    def take_slips(self) -> list[Slip]:
        """Return what lies in the tray, and clear it."""
        taken, self.port.slips[:] = list(self.port.slips), []
        return taken

    async def close(self) -> None:
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)
        self._driver.close()
        await self.port.unplug()
        await self.port.chip.close()


@pytest.fixture(params=sorted(PORTS))
async def unplugged(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Printing]:
    """A printer whose cable is not plugged in; nobody waits for it as long as for a real one."""
    waits = {"ANSWER_S": 0.2, "ASK_EVERY_S": 0.1, "PAPER_S": 0.5, "SLOWEST_BAUD": 1_000_000}
    for name, value in waits.items():
        monkeypatch.setattr(f"printers.escpos_printer.{name}", value)
    monkeypatch.setattr("printers.transport.READ_S", 0.01)
    monkeypatch.setattr("hardware.agent_printer.CHECK_EVERY_S", 0.05)
    port = PORTS[request.param](tmp_path)
    if isinstance(port, UsbCablePrinter):
        monkeypatch.setattr(usb.backend.libusb1, "get_backend", lambda: port.backend)
    printing = Printing(port)
    yield printing
    await printing.close()


@pytest.fixture
async def many(unplugged: Printing, tmp_path: Path) -> AsyncIterator[list[Printing]]:
    """As many printers of the kind as can be played at once; each has printed a ticket."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(PRINTERS))
    one_more = [] if isinstance(unplugged.port, UsbCablePrinter) else range(1, PRINTERS)
    made = [unplugged]
    for number in one_more:
        (folder := tmp_path / str(number)).mkdir()
        made.append(Printing(type(unplugged.port)(folder)))
    for one in made:
        await ready(one)
    yield made
    for one in made[1:]:
        await one.close()


async def ready(printing: Printing) -> None:
    """Plug a printer in and have it print a ticket."""
    await printing.port.plug()
    await until(lambda: printing.alerts[-1:] == [None])
    assert await recovers(printing) == ""


@pytest.fixture
async def printing(unplugged: Printing) -> Printing:
    """A printer that has printed a ticket."""
    await ready(unplugged)
    return unplugged


@pytest.mark.req("M4")
async def test_a_printer_that_is_not_there_at_the_start_is_told_and_taken_when_it_comes(unplugged: Printing) -> None:
    await until(lambda: unplugged.alerts)
    assert unplugged.alerts[-1] == "no-answer"
    assert await unplugged.print() == "no-answer"
    await unplugged.port.plug()
    await until(lambda: unplugged.alerts[-1] is None)
    assert await unplugged.print() is None
    assert [slip.data for slip in unplugged.take_slips()] == [TICKET]


@pytest.mark.req("M4")
async def test_a_printer_that_is_unplugged_within_a_slip_leaves_a_doubt_and_comes_back(printing: Printing) -> None:
    port = printing.port
    pulled: list[asyncio.Task[None]] = []

    def pull() -> None:
        port.chip.silent = True
        pulled.append(loop.create_task(port.unplug()))

    loop = asyncio.get_running_loop()
    at_byte(port.chip, len(TICKET) // 2, pull)
    assert await printing.print() == "in-doubt"
    await asyncio.gather(*pulled)
    await until(lambda: printing.alerts[-1] == "no-answer")
    printing.take_slips()
    port.chip.silent = False
    await port.plug()
    await until(lambda: printing.alerts[-1] is None)
    assert await recovers(printing) == ""


async def test_a_printer_that_was_plugged_in_anew_prints_at_once(printing: Printing) -> None:
    await printing.port.unplug()
    await printing.port.plug()
    assert await recovers(printing) == ""


@pytest.mark.req("M4")
async def test_a_printer_that_dies_after_any_byte_leaves_nothing_wrong(many: list[Printing]) -> None:
    every = list(range(0, len(TICKET) + REQUEST_BYTES + 2, 1 if len(many) > 1 else 25))
    assert await asyncio.gather(*(die_after_each(one, every) for one in many)) == [""] * len(many)


async def die_after_each(printing: Printing, counts: list[int]) -> str:
    """Let the printer die after as many bytes as the list says, and come back, until the list is empty."""
    while counts:
        count = counts.pop()
        is_well = partial(until, lambda: printing.alerts[-1] is None)
        if wrong := await dies_after(printing, printing.port.chip, count, is_back=is_well):
            return f"{count}: {wrong}"
    return ""


@pytest.mark.req("M4")
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault != "slow"])
async def test_every_fault_at_every_moment_is_answered_by_what_came_out(printing: Printing, fault: str) -> None:
    chip, found = printing.port.chip, []
    for moment, count in MOMENTS.items():
        at_byte(chip, count, partial(set_fault, chip, fault, is_on=True))
        why = await printing.print()
        if fault != "deaf":
            await until(partial(has_forgotten, chip, why), why=lambda: f"{fault} {moment}: {why}")  # noqa: B023
        wrong = judge(why, printing.take_slips())
        if (fault == "paper_near_end") != (why is None):
            wrong += f" answered {why}"
        set_fault(chip, fault, is_on=False)
        await until(lambda: printing.alerts[-1] is None)
        wrong = wrong or await recovers(printing)
        found += [f"{moment}: {wrong}"] if wrong else []
    assert found == []

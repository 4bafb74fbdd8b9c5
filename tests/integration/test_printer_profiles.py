"""Printers that answer less than others: what a node knows of them is what the profiles say, and they print."""

import ast
from pathlib import Path

import pytest

from hardware.board import Board, UartPrinter
from hardware.contract import JobDone, JobFailed, Why
from printers.escpos_printer import EscposPrinter, PrintFailedError
from printers.profile import profile, profiles
from sim.chips.printer_models import printer_like
from sim.paper import Slip
from tests.contract.broker import HallBroker
from tests.contract.devices import DEVICE
from tests.contract.firmware_node import a_node, settings_for
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import until

FIRMWARE = Path(__file__).parents[2] / "firmware" / "build.py"
SLIP = "\x1b@\x1c&户籍A001\n\x1dVB\x00".encode("gbk")


def test_the_firmware_asks_every_printer_what_its_profile_answers() -> None:
    tree = ast.parse(FIRMWARE.read_text(encoding="utf-8"))
    (named,) = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)
    ]
    odd = {name: tuple(asked) for name, asked in named.items()}
    known = {name: tuple(n for n in one.status if n != 3) for name, one in profiles().items()}
    assert odd == {name: asked for name, asked in known.items() if asked != (1, 2, 4)}
    assert {name for name, one in profiles().items() if not one.finishes} == {
        name for name, asked in known.items() if len(asked) == 1
    }


@pytest.mark.parametrize("name", ["panel-58", "xprinter-58"])
async def test_a_node_prints_on_a_printer_that_answers_little(
    name: str, tmp_path: Path, broker: HallBroker, hub: PlayedHub
) -> None:
    printer = UartPrinter(uart=0, tx=0, rx=1, baud=115200, profile=name)
    board = Board(chip="w5500-evb-pico", printer=printer)
    async with a_node(tmp_path, board=board, settings=settings_for(broker)) as node:
        await hub.ready(DEVICE)
        said: list[Why | None] = []
        for serial, is_out in enumerate((False, True, False), 1):
            assert node.printer
            node.printer.paper_out = is_out
            hub.print(DEVICE, f"20261121-{serial:06}", SLIP)
            event = await hub.event(DEVICE, number=serial)
            assert isinstance(event, JobDone | JobFailed)
            said.append(event.why if isinstance(event, JobFailed) else None)
            hub.acknowledge(DEVICE, event)
        await until(lambda: len(node.slips) == 2)
    assert said == [None, "paper-out", None]
    assert [slip.text for slip in node.slips] == [["户籍A001"]] * 2


@pytest.mark.parametrize("name", sorted(profiles()))
def test_a_pi_prints_on_every_printer(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for wait in ("ANSWER_S", "PAPER_S", "BLIND_S"):
        monkeypatch.setattr(f"printers.escpos_printer.{wait}", 0.02)
    line = Line(name)
    printer = EscposPrinter(line, answers=True, profile=profile(name))
    assert printer.check() is None
    printer.print_slip(SLIP)
    line.chip.tear_off()
    assert len(line.slips) == 1
    line.chip.paper_out = True
    with pytest.raises(PrintFailedError, match="paper-out"):
        printer.print_slip(SLIP)


class Line:
    """A transport to a printer of a profile's kind that takes no time."""

    def __init__(self, name: str) -> None:
        self.slips: list[Slip] = []
        self._input = b""
        self.chip = printer_like(name, baud=None, reply=self._take, on_slip=self.slips.append)

    def _raw(self, msg: bytes) -> None:
        self.chip.receive(msg)

    def _read(self) -> bytes:
        data, self._input = self._input, b""
        return data

    def close(self) -> None:
        """Nothing is open."""

    def _take(self, data: bytes) -> None:
        self._input += data

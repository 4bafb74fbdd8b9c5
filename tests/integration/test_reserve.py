"""Numbers that are printed beforehand: a bundle as bytes and as a picture, and bundles that cannot be."""

import json
import socket
import threading
from pathlib import Path

import pytest
from PIL import Image

from hub.cli import reserve
from hub.config import HallError, load_hall
from printers.escpos import STATUS_REQUEST
from sim.chips.printer import PrinterChip
from sim.paper import Slip, read_slips
from tests.hall.commands import command

FILE = Path(__file__).parents[2] / "examples" / "full-hall.toml"
ONE_COUNTER = (FILE.parent / "one-counter.toml").read_text(encoding="utf-8")


@pytest.mark.req("M41")
def test_a_bundle_has_every_number_once_and_says_where_the_next_begins(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "reserve.bin"
    assert command(reserve.add, "reserve", FILE, "--from", 51, "--count", 50, "-o", out) == 0
    slips = ["".join(slip.text) for slip in read_slips(out.read_bytes())]
    assert [next(number for number in (f"H{at:03}",) if number in slip) for at, slip in enumerate(slips, 51)]
    assert len(slips) == 50
    assert "北湖派出所综合服务大厅" in slips[0]
    assert "027-5550116" in slips[0]
    assert capsys.readouterr().out.startswith("H051 to H100: ")
    command(reserve.add, "reserve", FILE, "--from", 950, "--count", 50, "-o", out)
    assert capsys.readouterr().out.endswith("the next bundle begins at 1\n")


def test_a_picture_is_as_wide_as_the_paper_and_has_a_line_to_cut_along(tmp_path: Path) -> None:
    one, three = tmp_path / "one.png", tmp_path / "three.png"
    command(reserve.add, "reserve", FILE, "--count", 1, "--profile", "generic-80", "-o", one)
    command(reserve.add, "reserve", FILE, "--count", 3, "--profile", "generic-80", "-o", three)
    with Image.open(one) as first, Image.open(three) as all_three:
        assert first.width == 576
        assert all_three.size == (576, first.height * 3)
        assert first.getpixel((0, 0)) == 255


class NetworkedPrinter:
    """A printer on a TCP port; paper: of how many slips it has left."""

    def __init__(self, paper: int) -> None:
        self.slips: list[Slip] = []
        self._paper = paper
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        line, _address = self._server.accept()
        chip = PrinterChip(baud=None, reply=line.sendall, on_slip=self.slips.append)
        with line:
            while data := line.recv(4096):
                # A roll ends with the next slip: what the last one is answered must not depend on how its bytes came.
                chip.paper_out = len(self.slips) >= self._paper and not data.startswith(STATUS_REQUEST)
                chip.receive(data)

    def close(self) -> None:
        self._thread.join(10)
        self._server.close()


def with_printer(folder: Path, port: int) -> Path:
    """Return a hall's file with a device that has a printer on the network."""
    board = {"chip": "raspberry-pi", "printer": {"driver": "network", "host": "127.0.0.1", "port": port}}
    (folder / "net.json").write_text(json.dumps(board), encoding="utf-8")
    file = folder / "hall.toml"
    device = '\n[[devices]]\nname = "spare"\nkind = "printer"\nboard = "net"\n'
    file.write_text(ONE_COUNTER + device, encoding="utf-8")
    return file


@pytest.mark.req("M41")
def test_a_bundle_comes_out_of_a_printer_of_the_hall(tmp_path: Path) -> None:
    printer = NetworkedPrinter(paper=9)
    try:
        command(
            reserve.add,
            "reserve",
            with_printer(tmp_path, printer.port),
            "--from",
            7,
            "--count",
            3,
            "--printer",
            "spare",
        )
    finally:
        printer.close()
    assert ["".join(slip.text).partition("备用号")[2][:4] for slip in printer.slips] == ["H007", "H008", "H009"]


def test_a_roll_that_ends_says_how_far_it_came(tmp_path: Path) -> None:
    printer = NetworkedPrinter(paper=2)
    file = with_printer(tmp_path, printer.port)
    try:
        with pytest.raises(OSError, match="after 2 of 3; see to it, then go on with --from"):
            command(reserve.add, "reserve", file, "--count", 3, "--printer", "spare")
    finally:
        printer.close()
    assert len(printer.slips) == 2


def test_a_device_without_a_printer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="pad-1 has no printer; name a device that has one"):
        command(reserve.add, "reserve", with_printer(tmp_path, 1), "--printer", "pad-1")


def test_a_printer_at_a_node_is_not_reached_from_here(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"the printer of dispenser-1 is at a node, .*; write a file with -o"):
        command(reserve.add, "reserve", FILE, "--printer", "dispenser-1")


@pytest.mark.parametrize(("first", "count"), [(0, 1), (1, 0), (990, 11), (-3, 2)])
def test_a_bundle_lies_within_three_digits(tmp_path: Path, first: int, count: int) -> None:
    with pytest.raises(ValueError, match="numbers go from 1 to 999"):
        command(reserve.add, "reserve", FILE, f"--from={first}", f"--count={count}", "-o", tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_the_letter_is_nobody_else_s(tmp_path: Path) -> None:
    file = tmp_path / "hall.toml"
    file.write_text(ONE_COUNTER + '\n[rules]\nreserve_letter = "A"\n', encoding="utf-8")
    with pytest.raises(HallError, match=r"hall.toml:\d+: A is a letter of other numbers; give reserve_letter"):
        load_hall(file)
    file.write_text(ONE_COUNTER + '\n[rules]\nreserve_letter = "Z"\n', encoding="utf-8")
    out = tmp_path / "reserve.bin"
    command(reserve.add, "reserve", file, "--count", 1, "-o", out)
    assert "Z001" in "".join(read_slips(out.read_bytes())[0].text)

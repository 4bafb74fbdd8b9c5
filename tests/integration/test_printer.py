"""The printer on a Raspberry Pi and its model: what it answers, what goes wrong, and what is said of it."""

from collections.abc import Iterator

import pytest

from hardware.board import SerialPrinter, UartPrinter
from printers import status
from printers.escpos_printer import EscposPrinter, PrinterNotFoundError, PrintFailedError, open_transport
from sim.chips.printer import PrinterChip
from sim.paper import Slip

SLIP = b"\x1b@\x1c&" + "户籍A001".encode("gbk") + b"\n\x1dVB\x00"


class Line:
    """An open transport of python-escpos with a printer at its end that takes no time."""

    def __init__(self) -> None:
        self.slips: list[Slip] = []
        self.closed = 0
        self._input = b""
        self.chip = PrinterChip(baud=None, reply=self._take, on_slip=self.slips.append)
        self.falls_silent_after: int | None = None
        self._sent = 0

    def _raw(self, msg: bytes) -> None:
        self._sent += len(msg)
        if self.falls_silent_after is not None and self._sent > self.falls_silent_after:
            self.chip.silent = True
        self.chip.receive(msg)

    def _read(self) -> bytes:
        data, self._input = self._input, b""
        return data

    def close(self) -> None:
        self.closed += 1

    def _take(self, data: bytes) -> None:
        self._input += data


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """Silence is waited for; in these tests not as long as at a real printer."""
    monkeypatch.setattr("printers.escpos_printer.ANSWER_S", 0.02)
    monkeypatch.setattr("printers.escpos_printer.PAPER_S", 0.05)
    monkeypatch.setattr("printers.escpos_printer.SLOWEST_BAUD", 1_000_000)
    return iter([Line()]).__next__()


def test_a_slip_is_printed_once_the_printer_says_so(line: Line) -> None:
    printer = EscposPrinter(line, answers=True)
    assert printer.check() is None
    printer.print_slip(SLIP)
    assert [slip.text for slip in line.slips] == [["户籍A001"]]
    printer.close()
    assert line.closed == 1


@pytest.mark.parametrize(
    ("fault", "why"),
    [("paper_out", "paper-out"), ("cover_open", "cover-open"), ("cutter_jam", "cutter"), ("silent", "no-answer")],
)
@pytest.mark.req("M4")
def test_a_printer_that_is_not_well_gets_no_slip(line: Line, fault: str, why: str) -> None:
    printer = EscposPrinter(line, answers=True)
    setattr(line.chip, fault, True)
    assert printer.check() == why
    with pytest.raises(PrintFailedError) as caught:
        printer.print_slip(SLIP)
    assert caught.value.why == why
    setattr(line.chip, fault, False)
    printer.print_slip(SLIP)
    assert len(line.slips) == 1


def test_silence_after_the_bytes_is_a_doubt(line: Line) -> None:
    printer = EscposPrinter(line, answers=True)
    printer.print_slip(SLIP)
    line.falls_silent_after = line._sent + 15
    with pytest.raises(PrintFailedError) as caught:
        printer.print_slip(SLIP)
    assert caught.value.why == "in-doubt"


def test_a_printer_that_cannot_answer_is_believed(line: Line) -> None:
    line.chip.silent = True
    printer = EscposPrinter(line, answers=False)
    assert printer.check() is None
    printer.print_slip(SLIP)
    assert len(line.slips) == 1


def test_near_end_is_an_alert_and_no_end(line: Line) -> None:
    line.chip.paper_near_end = True
    printer = EscposPrinter(line, answers=True)
    assert printer.check() == "near-end"
    printer.print_slip(SLIP)
    assert len(line.slips) == 1


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ((0x12, 0x12, 0x12, 0x12), None),
        ((None, None, None, None), "no-answer"),
        ((0x12, None, 0x12, 0x12), "no-answer"),
        ((0x1A, 0x16, 0x12, 0x12), "cover-open"),
        ((0x1A, 0x32, 0x12, 0x7E), "paper-out"),
        ((0x1A, 0x12, 0x12, 0x72), "paper-out"),
        ((0x1A, 0x52, 0x1A, 0x12), "cutter"),
        ((0x1A, 0x52, 0x12, 0x12), "error"),
        ((0x1A, 0x12, 0x12, 0x12), "offline"),
        ((0x12, 0x12, 0x12, 0x1E), "near-end"),
        ((0x1A, 0x12, 0x12, 0x1E), "offline"),
    ],
)
def test_status_bytes(answers: tuple[int | None, int | None, int | None, int | None], why: str | None) -> None:
    assert status.why_not_well(*answers) == why


def test_a_printer_that_is_not_there_is_said_in_one_sentence() -> None:
    with pytest.raises(PrinterNotFoundError, match="look at its cable, power and name"):
        open_transport(SerialPrinter(port="/dev/no-such-port"))
    with pytest.raises(PrinterNotFoundError, match="drivers serial, usb and network only"):
        open_transport(UartPrinter(uart=0, tx=0, rx=1))


def test_a_printer_without_paper_keeps_what_it_has() -> None:
    slips: list[Slip] = []
    said: list[bytes] = []
    chip = PrinterChip(baud=None, reply=said.append, on_slip=slips.append)
    chip.paper_out = True
    chip.receive(SLIP + b"\x1dr\x01\x10\x04\x04")
    assert (slips, said) == ([], [b"\x7e"])
    chip.paper_out = False
    assert [slip.text for slip in slips] == [["户籍A001"]]
    assert said == [b"\x7e", b"\x00"]


def test_power_lost_within_a_slip_leaves_half_of_it() -> None:
    slips: list[Slip] = []
    chip = PrinterChip(baud=None, reply=lambda _: None, on_slip=slips.append)
    chip.receive(b"one\ntwo")
    chip.lose_power()
    assert [(slip.text, slip.is_cut) for slip in slips] == [(["one"], False)]


def test_a_request_may_come_in_two_pieces() -> None:
    said: list[bytes] = []
    chip = PrinterChip(baud=None, reply=said.append, on_slip=lambda _: None)
    chip.receive(b"ab\x10")
    chip.receive(b"\x04")
    chip.receive(b"\x01c")
    assert said == [b"\x12"]

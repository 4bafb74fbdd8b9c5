"""A printer on a Raspberry Pi: python-escpos carries the bytes (USB, serial, network), what they say is ours.

Its own status calls take silence for plenty of paper, and its text for Latin; neither is used.
"""

import contextlib
import time
from collections.abc import Callable
from typing import Protocol

from hardware.board import NetworkPrinter, Printer, SerialPrinter, UsbPrinter
from hardware.contract import Why
from printers import status
from printers.escpos import STATUS_REQUEST, status_now

ANSWER_S = 0.4
READ_S = 0.05
PAPER_S = 5.0
SLOWEST_BAUD = 9600


class PrintFailedError(OSError):
    """The slip is not out, or nobody can know; ``why`` is the contract's word for it."""

    def __init__(self, why: Why) -> None:
        super().__init__(f"the printer says {why}")
        self.why: Why = why


class PrinterNotFoundError(OSError):
    """No printer is where the board file says; the sentence says what to look at."""


class Transport(Protocol):
    """What is used of python-escpos: bytes out, and what has come in."""

    def _raw(self, msg: bytes) -> None: ...
    def _read(self) -> bytes: ...
    def close(self) -> None: ...


def open_transport(board: Printer) -> Transport:
    """Return python-escpos' opened transport of a board's printer; raise PrinterNotFoundError."""
    from escpos import printer  # its import takes a quarter of a second
    from escpos.exceptions import DeviceNotFoundError

    device: Transport
    match board:
        case SerialPrinter():
            device = printer.Serial(board.port, baudrate=board.baud, timeout=READ_S, dsrdtr=False)
        case UsbPrinter():
            device = printer.Usb(board.vendor, board.product, timeout=round(READ_S * 1000))
        case NetworkPrinter():
            device = printer.Network(board.host, board.port, timeout=1)
        case _:
            raise PrinterNotFoundError("a Raspberry Pi has printers of the drivers serial, usb and network only")
    try:
        device.open()  # type: ignore[attr-defined]
    except (DeviceNotFoundError, OSError) as error:
        raise PrinterNotFoundError(f"no printer at {board}: {error}; look at its cable, power and name") from error
    return device


def open_printer(board: Printer) -> "EscposPrinter":
    """Return a board's printer, opened; raise PrinterNotFoundError."""
    return EscposPrinter(open_transport(board), answers=board.answers)


class EscposPrinter:
    """A printer behind an opened transport. Calls block. answers: whether the printer can say anything at all."""

    def __init__(self, transport: Transport, *, answers: bool) -> None:
        self._transport = transport
        self._answers = answers
        self._owes_answer = answers
        self._input = bytearray()

    def print_slip(self, data: bytes) -> None:
        """Print; return when the paper is out. Raises PrintFailedError."""
        why = self._prepare()
        if why:
            raise PrintFailedError(why)
        self._owes_answer = self._answers
        self._transport._raw(data)  # noqa: SLF001
        if not self._answers:
            return
        self._transport._raw(STATUS_REQUEST)  # noqa: SLF001
        if self._answer(status.is_transmitted, PAPER_S + 3 * len(data) * 10 / SLOWEST_BAUD) is None:
            raise PrintFailedError("in-doubt")
        self._owes_answer = False

    def check(self) -> Why | None:
        """Ask the printer how it is; None is well, also where it cannot answer."""
        if not self._answers:
            return None
        self._forget_input()
        printer = self._status(1)
        if printer is None:
            return "no-answer"
        return status.why_not_well(printer, self._status(2), self._status(3), self._status(4))

    def close(self) -> None:
        """Let go of the port; may be called twice."""
        self._transport.close()

    def _prepare(self) -> Why | None:
        """What a doubtful slip left in the printer comes out first; its late answer must not count for the next."""
        why = self.check()
        if why or not self._owes_answer:
            return why
        self._transport._raw(STATUS_REQUEST)  # noqa: SLF001
        if self._answer(status.is_transmitted, PAPER_S) is None:
            return "no-answer"
        while self._answer(status.is_transmitted, ANSWER_S) is not None:
            pass
        self._owes_answer = False
        return None

    def _status(self, n: int) -> int | None:
        """Return the answer to ``DLE EOT n``, asked twice if need be; None is silence."""
        for _ in range(2):
            self._transport._raw(status_now(n))  # noqa: SLF001
            answer = self._answer(status.is_real_time, ANSWER_S)
            if answer is not None:
                return answer
        return None

    def _answer(self, belongs: Callable[[int], bool], limit_s: float) -> int | None:
        deadline = time.monotonic() + limit_s
        while True:
            while self._input:
                byte = self._input.pop(0)
                if belongs(byte):
                    return byte
            if time.monotonic() > deadline:
                return None
            self._input += self._read()

    def _forget_input(self) -> None:
        self._input.clear()
        while self._read():
            pass

    def _read(self) -> bytes:
        """Return what has come in; every transport has its own way to say that nothing has."""
        with contextlib.suppress(TimeoutError, OSError):
            return bytes(self._transport._read() or b"")  # noqa: SLF001
        return b""

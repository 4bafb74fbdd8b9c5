"""A printer on a Raspberry Pi: what is asked of it, what its answers mean for a slip, and what a doubt leaves behind.

python-escpos only carries the bytes (printers/transport.py): its own status calls take silence for plenty of paper, and
its text for Latin. The firmware's parts/printer.py does the same on a node.
"""

import time
from collections.abc import Callable

from hardware.board import Printer, SerialPrinter
from hardware.contract import NearEnd, Why
from printers import status
from printers.escpos import STATUS_REQUEST, status_now
from printers.profile import Profile, profile
from printers.transport import PrinterNotFoundError as PrinterNotFoundError
from printers.transport import SerialPort, Transport
from printers.transport import open_transport as open_transport

ANSWER_S = 0.4
ASK_EVERY_S = 0.7
LOOK_EVERY_S = 0.005
PAPER_S = 5.0
BLIND_S = 2.0
"""How long a slip is given that no answer ends."""
SLOWEST_BAUD = 9600
PIECE_BYTES = 32
"""So much is sent before a printer is asked again whether it is busy; it says so while it has room for that."""
REST_BYTES, REST_BYTES_MAX = 1024, 16384
GENERIC = profile("generic-58")
CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""``DLE DC4 8``: forget at once what waits; printers that do not know it find nothing in it that prints."""
CUT_OFF = b"\x1b@\x1dVB\x00\x1b@"
"""What a printer without a cutter may take for letters is gone with the second ``ESC @``."""


class PrintFailedError(OSError):
    """The slip is not out, or nobody can know; ``why`` is the contract's word for it."""

    def __init__(self, why: Why) -> None:
        super().__init__(f"the printer says {why}")
        self.why: Why = why


class Flow:
    """How a printer holds its sender off. baud: of its line. is_busy: looks at its line; None listens for XOFF."""

    def __init__(self, *, baud: int, is_busy: Callable[[], bool] | None) -> None:
        self.baud = baud
        self.is_busy = is_busy


def open_printer(board: Printer) -> "EscposPrinter":
    """Return a board's printer, opened; raise PrinterNotFoundError."""
    port, flow = open_transport(board), None
    if isinstance(board, SerialPrinter) and isinstance(port, SerialPort) and board.flow != "none":
        flow = Flow(baud=board.baud, is_busy=port.busy_line(board.flow))
    is_line = isinstance(board, SerialPrinter)
    return EscposPrinter(port, answers=board.answers, profile=profile(board.profile), flow=flow, is_line=is_line)


class EscposPrinter:
    """A printer behind an opened transport. Calls block, and raise OSError where it has been unplugged.

    answers: whether it can say anything at all. profile: what it answers. flow: None is one that takes all as it comes.
    is_line: it is on a bare line, which reads as zeros when its other end loses its power.
    rest: how many bytes of a slip that was not done may lack in it, whose paper is cut off before the next one.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        answers: bool,
        profile: Profile = GENERIC,
        flow: Flow | None = None,
        is_line: bool = True,
    ) -> None:
        self._transport = transport
        self._answers = answers
        self._profile = profile
        self._flow = flow
        self._is_line = is_line
        self._owes_answer = answers
        self._is_held = False
        self._said: int | None = None
        self._is_out = False
        self.rest = 0

    def print_slip(self, data: bytes) -> None:
        """Print; return when the paper is out. Raises PrintFailedError; any other OSError leaves it in doubt."""
        self._prepare()
        self._owes_answer = self._answers
        self.rest = REST_BYTES
        deadline = time.monotonic() + PAPER_S + 3 * _wire_s(len(data))
        is_sent = self._send(data, deadline)
        if is_sent and self._answers:
            self._is_out = False
            is_sent = self._send(STATUS_REQUEST, deadline) and self._comes_out(deadline)
        if not is_sent:
            self._is_held = False
            self._transport._raw(CLEAR)  # noqa: SLF001  (what has not come out must not come later)
            raise PrintFailedError("in-doubt")
        self.rest = 0
        self._owes_answer = False

    def check(self) -> Why | NearEnd | None:
        """Ask the printer how it is; None is well, also where it cannot answer.

        What a doubtful slip has left in it is cut off first, so that the next slip is a paper of its own.
        """
        if not self._answers:
            return None
        why = self._ask()
        if self._owes_answer and why in (None, "near-end") and not self._cut_off():
            return "no-answer"
        return why

    def close(self) -> None:
        """Let go of the port; may be called twice."""
        self._transport.close()

    def _prepare(self) -> None:
        """Raise PrintFailedError where nothing can be printed now; nothing has come out then."""
        try:
            why = self.check()
            if why in (None, "near-end") and not self._is_free(time.monotonic() + PAPER_S):
                self._is_held, why = False, "offline"
        except OSError as error:
            raise PrintFailedError("no-answer") from error
        if why is not None and why != "near-end":
            raise PrintFailedError(why)

    def _ask(self) -> Why | NearEnd | None:
        asked = self._profile.status
        said: dict[int, int | None] = dict.fromkeys((1, 2, 3, 4), status.UNASKED)
        for n in (1, 2, 4):
            said[n] = self._answer_to(n) if n in asked else status.UNASKED
            if said[n] is None:
                return "no-answer"
        if (said[2] or 0) & status.ERROR and 3 in asked:
            said[3] = self._answer_to(3)
        return status.why_not_well(said[1], said[2], said[3], said[4])

    def _cut_off(self) -> bool:
        """Have what a doubtful slip left come out by itself; return whether the printer says that it has.

        Zeros first, which are nothing, or the rest of a command that was cut short. A late answer to the doubtful slip
        must not count for the next one.
        """
        rest, self.rest = self.rest, min(max(REST_BYTES, 2 * self.rest), REST_BYTES_MAX)
        deadline = time.monotonic() + PAPER_S + 3 * _wire_s(rest)
        if not self._send(bytes(rest), deadline):
            return False
        self._is_out = False
        if not self._send((CUT_OFF if rest else b"") + STATUS_REQUEST, deadline) or not self._comes_out(deadline):
            return False
        while self._is_out:
            self._is_out = False
            self._hear(ANSWER_S, lambda: self._is_out)
        self.rest = 0
        self._owes_answer = False
        return True

    def _comes_out(self, deadline: float) -> bool:
        """Return whether all has been printed; give up at the deadline, or when the printer says that it has stopped.

        A zero, which answers ``GS r``, may be a line without power: who printed is there to be asked once more.
        """
        if not self._profile.finishes:
            time.sleep(BLIND_S)
            return self._ask() in (None, "near-end")
        while time.monotonic() < deadline:
            self._hear(ASK_EVERY_S, lambda: self._is_out)
            if not self._is_out and self._ask() in status.STOPPED and not self._is_out:
                return False
            if self._is_out:
                return not self._is_line or self._is_there()
        return False

    def _is_there(self) -> bool:
        """Ask once and wait for long: who has had no power meanwhile does not know of the question."""
        return self._answer_to(self._profile.status[0], times=1, limit_s=2 * ANSWER_S) is not None

    def _answer_to(self, n: int, *, times: int = 2, limit_s: float | None = None) -> int | None:
        """Return the answer to ``DLE EOT n``, asked so often if need be; None is silence."""
        for _ in range(times):
            self._said = None
            self._transport._raw(status_now(n))  # noqa: SLF001
            self._hear(limit_s or ANSWER_S, lambda: self._said is not None)
            if self._said is not None:
                return self._said
        return None

    def _hear(self, limit_s: float, is_enough: Callable[[], bool]) -> None:
        deadline = time.monotonic() + limit_s
        self._listen()
        while not is_enough() and time.monotonic() < deadline:
            self._listen()

    def _listen(self) -> None:
        """Sort what has come in; XON and XOFF are no answers, whatever they stand between."""
        for byte in self._transport._read():  # noqa: SLF001
            if status.is_real_time(byte):
                self._said = byte
            elif status.is_transmitted(byte):
                self._is_out = True
            elif byte in (status.XON, status.XOFF):
                self._is_held = byte == status.XOFF

    def _is_free(self, deadline: float) -> bool:
        """Return whether the printer takes bytes now, or before the deadline."""
        while self._flow:
            if self._flow.is_busy is None:
                self._listen()
            if not (self._flow.is_busy() if self._flow.is_busy else self._is_held):
                break
            if time.monotonic() >= deadline:
                return False
            time.sleep(LOOK_EVERY_S)
        return True

    def _send(self, data: bytes, deadline: float) -> bool:
        """Send at the pace of a printer that has one; return whether it has taken all before the deadline."""
        if not self._flow:
            self._transport._raw(data)  # noqa: SLF001
            return True
        for at in range(0, len(data), PIECE_BYTES):
            if not self._is_free(deadline):
                return False
            piece = data[at : at + PIECE_BYTES]
            self._transport._raw(piece)  # noqa: SLF001
            time.sleep(len(piece) * 10 / self._flow.baud)
        return True


def _wire_s(size: int) -> float:
    return size * 10 / SLOWEST_BAUD

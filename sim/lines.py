"""What is wired to the UARTs of a simulated node: a printer, a card reader; the models behind its serial lines."""

from collections.abc import Callable

from hardware.board import Board, UartPrinter, UartReader
from sim.chips.printer import PrinterChip
from sim.chips.printer_models import printer_like
from sim.chips.reader import ReaderChip
from sim.paper import Slip


class Lines:
    """The serial lines of a board. send: takes port and bytes to the chip. on_slip: of the printer.

    on_busy: called when the printer's busy line has another level; it stops nothing by itself.

    printer, reader: the models, None without one; both have power of their own.
    """

    def __init__(
        self,
        *,
        board: Board,
        send: Callable[[int, bytes], None],
        on_slip: Callable[[Slip], None],
        on_busy: Callable[[int], None],
    ) -> None:
        self._send = send
        self._printer = board.printer if isinstance(board.printer, UartPrinter) else None
        self._reader = board.reader if isinstance(board.reader, UartReader) else None
        self._on_busy = on_busy
        self._wired: set[int] = set()
        self.busy_pin = self._printer.cts if self._printer else None
        self.is_busy = False
        self.printer: PrinterChip | None = None
        self.reader: ReaderChip | None = None
        if self._printer:
            self.printer = printer_like(
                self._printer.profile,
                baud=self._printer.baud,
                reply=self._hear_printer,
                on_slip=on_slip,
                flow="xon" if self._printer.flow == "xon" else "none",
                on_busy=self._set_busy,
            )
        if self._reader:
            self.reader = ReaderChip(baud=self._reader.baud, reply=self._hear_reader)

    def open(self, port: int, tx: int, rx: int, baud: int) -> None:
        """The chip opens a UART; what it says there is heard only if pins and pace are those of the board."""
        parts = [part for part in (self._printer, self._reader) if part]
        if (port, tx, rx, baud) not in [(part.uart, part.tx, part.rx, part.baud) for part in parts]:
            self._wired.discard(port)
            return
        self._wired.add(port)
        if self.reader and self._reader and self._reader.uart == port:
            self.reader.wake()

    def take(self, port: int, data: bytes) -> None:
        """The chip says something on a UART."""
        if port not in self._wired:
            return
        if self.printer and self._printer and self._printer.uart == port:
            self.printer.receive(data)
        elif self.reader:
            self.reader.receive(data)

    def let_go(self) -> None:
        """The chip has ended."""
        self._wired.clear()

    async def close(self) -> None:
        """End the models; may be called twice."""
        for model in (self.printer, self.reader):
            if model:
                await model.close()

    def _set_busy(self, is_busy: bool) -> None:
        self.is_busy = is_busy
        if self.busy_pin is not None:
            self._on_busy(self.busy_pin)

    def _hear_printer(self, data: bytes) -> None:
        if self._printer and self._printer.answers:
            self._send(self._printer.uart, data)

    def _hear_reader(self, data: bytes) -> None:
        if self._reader and self._reader.uart in self._wired:
            self._send(self._reader.uart, data)

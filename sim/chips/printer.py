"""A model of a thermal printer on a serial line: it takes time over bytes and paper, answers, and breaks as life does.

It is not a real printer: its paper is a picture. Answers: Epson, ESC/POS Command Reference, DLE EOT and GS r.
"""

import asyncio
import re
from collections.abc import Callable
from typing import Any

from sim.paper.reader import Reader, Step
from sim.paper.slip import Slip

PAPER_DOTS_A_S = 1200
"""150 mm a second, as printers of the TM-T20 class feed."""
TURN_S = 0.005
_REAL_TIME = re.compile(rb"\x10\x04([\x01-\x04])")
_GS_R = b"\x1dr"


class _Fault:
    """A fault that a hand can set; when it is mended, the printer goes on with what it still has."""

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = f"_{name}"

    def __get__(self, chip: "PrinterChip", _owner: type) -> bool:
        return bool(getattr(chip, self._name, False))

    def __set__(self, chip: "PrinterChip", is_on: bool) -> None:
        setattr(chip, self._name, is_on)
        chip.go_on()


class PrinterChip:
    """A printer between its line and its paper slot.

    baud: of the line, None takes no time at all, neither for bytes nor for paper. reply: called with the printer's
    bytes. on_slip: called with paper that is out. Faults: paper_out, paper_near_end, cover_open, cutter_jam; silent
    says nothing but prints. received: what has come of the present slip.
    """

    paper_out, paper_near_end, cover_open, cutter_jam = _Fault(), _Fault(), _Fault(), _Fault()
    silent = _Fault()

    def __init__(
        self,
        *,
        baud: int | None,
        reply: Callable[[bytes], None],
        on_slip: Callable[[Slip], None],
        width_dots: int = 384,
    ) -> None:
        self._baud = baud
        self._reply = reply
        self._on_slip = on_slip
        self._reader = Reader(width_dots=width_dots)
        self._busy: asyncio.TimerHandle | None = None
        self._is_closed = False
        self._edge = b""
        self.received = bytearray()

    def receive(self, data: bytes) -> None:
        """Take bytes from the line: real-time requests are answered at once, the rest waits for its turn."""
        data = self._edge + data
        rest = _REAL_TIME.sub(self._answer_now, data)
        self._edge = next((edge for edge in (b"\x10\x04", b"\x10") if rest.endswith(edge)), b"")
        rest = rest[: len(rest) - len(self._edge)]
        self.received += rest if not rest.startswith(_GS_R) else b""
        self._reader.feed(rest)
        self.go_on()

    def go_on(self) -> None:
        """Work on what waits, unless it is being worked on or something is wrong."""
        if self._busy or self._is_closed or not hasattr(self, "_reader"):
            return
        spent_s = 0.0
        while not self._stopped and (step := self._reader.step()):
            spent_s += self._follow(step)
            if spent_s >= TURN_S:
                self._busy = asyncio.get_running_loop().call_later(spent_s, self._rested)
                return

    def lose_power(self) -> None:
        """Forget what waits; what is out is torn off as it is."""
        self._reader.forget()
        self._end_slip(is_cut=False)

    async def close(self) -> None:
        """Stop working; may be called twice."""
        self._is_closed = True
        if self._busy:
            self._busy.cancel()
            self._busy = None

    @property
    def _stopped(self) -> bool:
        return self.paper_out or self.cover_open or self.cutter_jam

    def _rested(self) -> None:
        self._busy = None
        self.go_on()

    def _follow(self, step: Step) -> float:
        """Do what a command asks for beyond the sheet, and return the seconds that it takes."""
        if step.is_cut:
            self._end_slip(is_cut=True)
        if step.asks in (1, 49):
            self._say(0x0C if self.paper_near_end else 0x00)
        return step.size * 10 / self._baud + step.moved_dots / PAPER_DOTS_A_S if self._baud else 0.0

    def _end_slip(self, *, is_cut: bool) -> None:
        slip = self._reader.tear(is_cut=is_cut)
        self.received.clear()
        if slip:
            self._on_slip(slip)

    def _answer_now(self, request: Any) -> bytes:
        answers = {
            1: 0x08 if self._stopped else 0,
            2: (0x04 if self.cover_open else 0) | (0x20 if self.paper_out else 0) | (0x40 if self.cutter_jam else 0),
            3: 0x08 if self.cutter_jam else 0,
            4: (0x0C if self.paper_near_end or self.paper_out else 0) | (0x60 if self.paper_out else 0),
        }
        self._say(0x12 | answers[request[1][0]])
        return b""

    def _say(self, byte: int) -> None:
        if not self.silent:
            self._reply(bytes([byte]))

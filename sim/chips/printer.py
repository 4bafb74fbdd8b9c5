"""A model of a thermal printer on a serial line: it takes time over bytes and paper, answers, and breaks as life does.

It is not a real printer: its paper is a picture. Requests in real time are answered as they arrive, even where they
stand within another command, of which they remain a part. Source: Epson, ESC/POS Command Reference.
"""

import asyncio
import re
import time
from collections.abc import Callable

from sim.chips import printer_words as words
from sim.chips.printer_faults import Fault
from sim.chips.printer_wire import XOFF, XON, Fill, Flow, Wire
from sim.paper.lexer import Code
from sim.paper.reader import Reader, Step
from sim.paper.slip import Slip

PAPER_DOTS_A_S = 1200
"""150 mm a second, as printers of the TM-T20 class feed."""
TURN_S = 0.005
BUFFER_BYTES = 4096
CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""``DLE DC4 8``, done as it arrives: what waits is forgotten."""
BREAK = b"\0"
"""What a serial line reads when the other end loses its power."""
HAND_S = 0.5
_REAL_TIME = re.compile(rb"\x10\x04([\x01-\x04])")


class PrinterChip:
    """A printer between its line and its paper slot.

    baud: of the line, None takes no time at all, neither for bytes nor for paper. reply: called with the printer's
    bytes. on_slip: called with paper that is out. flow: how it holds its sender off. buffer_bytes: what comes while it
    is full is lost, and counted in lost_bytes. on_busy: called with every change of its busy line, whatever the flow:
    without power, unable to print, or nearly full. code, is_chinese: as its switches say. status: to which n of DLE EOT
    it answers. finishes: whether it knows GS r. has_cutter: without one a hand tears off what lies still.

    Faults: paper_out, paper_near_end, cover_open, cutter_jam, jam (of paper or head); silent prints but says nothing;
    deaf neither hears nor says. slow: how many times longer paper takes. die_after: after so many more bytes of jobs it
    has no power until `power_on`, None is never. paper_left_dots: the roll ends after so many, None is never; a new one
    is in when paper_out is mended, and what stands on the end of the old one comes out torn. received: what has come of
    the present slip. on_change: called when a fault comes or goes, or the power.
    """

    paper_out, paper_near_end, cover_open, cutter_jam, jam = Fault(), Fault(), Fault(), Fault(), Fault()
    silent, deaf = Fault(), Fault()

    def __init__(
        self,
        *,
        baud: int | None,
        reply: Callable[[bytes], None],
        on_slip: Callable[[Slip], None],
        width_dots: int = 384,
        flow: Flow = "none",
        buffer_bytes: int = BUFFER_BYTES,
        on_busy: Callable[[bool], None] = lambda _: None,
        code: Code = "gb18030",
        is_chinese: bool = True,
        status: tuple[int, ...] = (1, 2, 3, 4),
        finishes: bool = True,
        has_cutter: bool = True,
    ) -> None:
        self._baud = baud
        self._reply = reply
        self._on_slip = on_slip
        self._flow = flow
        self._status, self._finishes, self._has_cutter = status, finishes, has_cutter
        self._buffer_bytes = buffer_bytes
        self._reader = Reader(width_dots=width_dots, code=code, is_chinese=is_chinese)
        self._wire = Wire(baud=baud, now=time.monotonic)
        self._fill = Fill(size=buffer_bytes, on_busy=self._be_busy)
        self._busy: asyncio.TimerHandle | None = None
        self._coming: asyncio.TimerHandle | None = None
        self._hand: asyncio.TimerHandle | None = None
        self._is_closed = False
        self._edge = b""
        self._lately = b""
        self._tells = False
        self.on_busy = on_busy
        self.on_change: Callable[[], None] = lambda: None
        self.faults: set[str] = set()
        self.is_on = True
        self.slow = 1.0
        self.die_after: int | None = None
        self.paper_left_dots: int | None = None
        self.lost_bytes = 0

    @property
    def received(self) -> bytes:
        """What has come of the present slip, requests aside."""
        return self._reader.received

    def set_fault(self, name: str, is_on: bool) -> None:
        """Break something or mend it, by the name of its attribute."""
        if is_on == (name in self.faults):
            return
        (self.faults.add if is_on else self.faults.discard)(name)
        if name == "paper_out" and not is_on:
            self._change_roll()
        if self._tells and name not in ("silent", "deaf"):
            self._say(words.automatic(self._health))
        self.on_change()
        self._look_at_buffer()
        self._arrive()
        self.go_on()

    def receive(self, data: bytes) -> None:
        """Take bytes from the line: real-time requests are answered at once, the rest waits for its turn."""
        if self.is_on and not self.deaf:
            self._wire.send(data)
            self._arrive()

    def go_on(self) -> None:
        """Work on what waits, unless it is being worked on or something is wrong."""
        spent_s = 0.0
        while self._works and (step := self._next()):
            spent_s += self._follow(step)
            if spent_s >= TURN_S:
                self._busy = asyncio.get_running_loop().call_later(spent_s, self._rested)
        self._look_at_buffer()
        self._let_hand_come()

    def tear_off(self) -> None:
        """Tear off what is out, as a hand does at a printer without a cutter."""
        self._hand = None
        self._end_slip(is_cut=True)

    def lose_power(self) -> None:
        """Forget what waits and what stood in the line; what is out is torn off as it is. `power_on` brings it back."""
        if self._baud:
            self._say(BREAK)
        self.is_on = False
        self._stop_timers()
        self._wire.clear()
        self._edge = b""
        self._tells = False
        self._end_slip(is_cut=False, is_dead=True)
        self._fill.set(True)
        self.on_change()

    def power_on(self) -> None:
        """Give it power: it knows nothing of before."""
        self.is_on = True
        self.die_after = None
        self._fill.set(False)
        self._look_at_buffer()
        self.on_change()

    async def close(self) -> None:
        """Stop working; may be called twice."""
        self._is_closed = True
        self._stop_timers()

    @property
    def _works(self) -> bool:
        return self.is_on and not (self._busy or self._is_closed or self._health.is_stopped)

    @property
    def _health(self) -> words.Health:
        return words.Health(
            is_near_end=self.paper_near_end,
            is_out=self.paper_out,
            is_open=self.cover_open,
            is_cutter_stuck=self.cutter_jam,
            is_jammed=self.jam,
        )

    def _stop_timers(self) -> None:
        for timer in (self._busy, self._coming, self._hand):
            if timer:
                timer.cancel()
        self._busy = self._coming = self._hand = None

    def _rested(self) -> None:
        self._busy = None
        self.go_on()
        self._arrive()

    def _arrive(self) -> None:
        """Let in what has come over the wire by now, and come back for the rest."""
        if self._coming:
            self._coming.cancel()
            self._coming = None
        while data := self._wire.take(self._limit):
            self._take_in(data)
            self.go_on()
        if self._wire.waiting and self._limit and not self._is_closed:
            wait_s = max(0.0, min(self._wire.rest_s, TURN_S))
            self._coming = asyncio.get_running_loop().call_later(wait_s, self._arrive)

    @property
    def _limit(self) -> int:
        """How many bytes may come at once: what a sender does not hold back comes, room or not."""
        if self._flow == "hardware":
            return 0 if self._fill.is_busy else self._room
        return self._room or self._wire.waiting

    @property
    def _room(self) -> int:
        return max(0, self._buffer_bytes - self._reader.waiting)

    def _take_in(self, data: bytes) -> None:
        looked_at = self._edge + data
        for request in _REAL_TIME.finditer(looked_at):
            if request[1][0] in self._status:
                self._say(bytes((words.real_time(request[1][0], self._health),)))
        self._edge = next((edge for edge in (b"\x10\x04", b"\x10") if looked_at.endswith(edge)), b"")
        kept = data[: self._room]
        self.lost_bytes += len(data) - len(kept)
        self._reader.feed(kept)
        self._lately += data
        if CLEAR in self._lately:
            self._reader.forget()
            self._reader.feed(self._lately.partition(CLEAR)[2])
            self._lately = b""
        self._lately = self._lately[-len(CLEAR) :]
        self._look_at_buffer()

    def _next(self) -> Step | None:
        """Do the next command, unless the power goes before it is there as a whole."""
        if self.die_after is None:
            return self._reader.step()
        size = self._reader.next_size
        if self.die_after <= 0 or (len(self._reader.rest) if size is None else size - 1) >= self.die_after:
            self.lose_power()
            return None
        step = self._reader.step()
        if step:
            self.die_after -= step.size
        return step

    def _follow(self, step: Step) -> float:
        """Do what a command asks for beyond the sheet, and return the seconds that it takes."""
        if step.is_cut and self._has_cutter:
            self._end_slip(is_cut=True)
        if step.asks is not None and self._finishes:
            self._say(words.transmitted(step.asks, self._health))
        if step.asks_identity is not None:
            self._say(words.identity(step.asks_identity))
        if step.tells is not None:
            self._tells = bool(step.tells)
            self._say(words.automatic(self._health) if self._tells else b"")
        self._use_paper(step.moved_dots)
        return step.moved_dots * self.slow / PAPER_DOTS_A_S if self._baud else 0.0

    def _use_paper(self, dots: int) -> None:
        if self.paper_left_dots is not None:
            self.paper_left_dots -= dots
            if self.paper_left_dots <= 0:
                self.paper_left_dots = None
                self.paper_out = True

    def _change_roll(self) -> None:
        """Whoever puts a new roll in pulls out what is left of the old one, with what stands on it."""
        slip = self._reader.tear_old_roll()
        if slip:
            self._on_slip(slip)

    def _end_slip(self, *, is_cut: bool, is_dead: bool = False) -> None:
        slip = self._reader.die() if is_dead else self._reader.tear(is_cut=is_cut)
        if slip:
            self._on_slip(slip)

    def _look_at_buffer(self) -> None:
        if self.is_on:
            self._fill.see(self._reader.waiting, is_stopped=self._health.is_stopped)

    def _let_hand_come(self) -> None:
        """Paper that a printer without a cutter has out is taken when nothing more happens for a while."""
        if self._hand:
            self._hand.cancel()
            self._hand = None
        is_still = self._works and not self._reader.waiting and not self._wire.waiting
        if is_still and not self._has_cutter and self._baud and self._reader.has_paper_out:
            self._hand = asyncio.get_running_loop().call_later(HAND_S, self.tear_off)

    def _be_busy(self, is_busy: bool) -> None:
        if self._flow == "xon" and self.is_on:
            self._say(XOFF if is_busy else XON)
        self.on_busy(is_busy)

    def _say(self, data: bytes) -> None:
        if data and self.is_on and not (self.silent or self.deaf):
            self._reply(data)

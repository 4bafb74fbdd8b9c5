"""One board on a serial port, spoken to by mpremote through MicroPython's raw REPL."""

import contextlib
import errno
import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from hub.flashing.errors import FlashError, NoMicroPythonError, OnBoardError, PortError, PulledOutError

_ON_BOARD = Path(__file__).parent / "on_board"
READ_S = 3
"""How long a single answer of the raw REPL may take."""
ENTER_S = 10
CHUNK_BYTES = 512
_SOFT_RESET = b"\x04"
BAUD = 115200


class About(Struct, frozen=True, kw_only=True):
    """What a board says of itself.

    platform: rp2, esp32, or linux for a simulated one. machine: the board's name in MicroPython. uid: the chip's own
    number, empty where it has none. owner: hall and device whose settings it has, None for a board of nobody.
    bytecode: the version that its MicroPython loads. nics: what it knows to reach a network by.
    """

    platform: str
    machine: str
    version: str
    uid: str = ""
    owner: tuple[str, str] | None = None
    bytecode: int = 6
    nics: tuple[str, ...] = ()


class Found(Struct, frozen=True):
    """A file on a board. sha256: hexadecimal."""

    size: int
    sha256: str


class BoardLink:
    """The link to one board, between `open` and `close`. port: such as /dev/ttyACM0.

    Whatever fails is a FlashError: PortError, NoMicroPythonError, OnBoardError or PulledOutError.
    """

    def __init__(self, port: str) -> None:
        self.port = port
        self._transport: Any = None

    def __enter__(self) -> "BoardLink":
        self.open()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def open(self) -> None:
        """Interrupt what runs on the board and reset its interpreter."""
        self._transport = _opened(self.port)
        try:
            self._enter()
            self.do((_ON_BOARD / "files.py").read_text(encoding="utf-8"))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the port; may be called twice."""
        transport, self._transport = self._transport, None
        if transport:
            with contextlib.suppress(OSError):
                transport.close()

    def about(self) -> About:
        """Return what the board is."""
        return msgspec.json.decode(self.do("about()"), type=About)

    def files(self) -> dict[str, Found]:
        """Return every file on the board's flash: path, without a slash in front, to what it is."""
        lines = [line.split(" ", 2) for line in self.do("sums()").decode().splitlines()]
        return {path: Found(int(size), sha256) for sha256, size, path in lines}

    def read(self, path: str) -> bytes:
        """Return what is in a file."""
        with self._said():
            return bytes(self._transport.fs_readfile(path, chunk_size=CHUNK_BYTES))

    def write(self, path: str, data: bytes, on_bytes: Callable[[int], None] = lambda _: None) -> None:
        """Write a file beside the old one and put it in its place; on_bytes hears how much of it is written."""
        self.do(f"feed()\nmake_room({path!r})")
        with self._said():
            self._transport.fs_writefile(
                f"{path}.new",
                data,
                chunk_size=CHUNK_BYTES,
                progress_callback=lambda written, _: on_bytes(written),
            )
        self.do(f"feed()\nput({path!r})")

    def remove(self, path: str) -> None:
        """Remove a file."""
        self.do(f"feed()\nremove({path!r})")

    def do(self, code: str, *, limit_s: float = 10.0, on_line: Callable[[], None] | None = None) -> bytes:
        """Run code on the board and return what it prints.

        limit_s: how long it may be silent. on_line: called when its first line has come.
        """
        said = bytearray()

        def take(byte: bytes) -> None:
            is_first = b"\n" not in said
            said.extend(byte.replace(b"\x04", b""))
            if on_line and is_first and b"\n" in said:
                on_line()

        with self._said():
            _, error = self._transport.exec_raw(code, timeout=limit_s, data_consumer=take)
            if error:
                raise OnBoardError(_said_there(self.port, error.decode(errors="replace")))
            return bytes(said)

    def feed(self) -> None:
        """Hold off the board's watchdog, which would start it anew within 8 s: whoever lets it wait has to."""
        self.do("feed()")

    def restart(self) -> None:
        """Start the chip, and with it what was written, and let go of the port."""
        with contextlib.suppress(FlashError), self._said():
            _, error = self._transport.exec_raw("restart()", timeout=0.5)
            if error:  # a chip that cannot be reset by itself
                self._transport.exit_raw_repl()
                self._transport.serial.write(_SOFT_RESET)
        self.close()

    def _enter(self) -> None:
        from mpremote.transport import TransportError

        try:
            with self._said():
                self._transport.enter_raw_repl(soft_reset=True, timeout_overall=ENTER_S)
        except PulledOutError as error:
            if not isinstance(error.__cause__, TransportError):
                raise
            raise NoMicroPythonError(
                f"{self.port}: no MicroPython answers; give its file with --firmware FILE, or put it on by hand"
            ) from error

    @contextlib.contextmanager
    def _said(self) -> Iterator[None]:
        """Say what mpremote and pyserial raise as one of our sentences."""
        from mpremote.transport import TransportError, TransportExecError

        try:
            yield
        except FlashError:
            raise
        except TransportExecError as error:
            raise OnBoardError(_said_there(self.port, str(error))) from error
        except (TransportError, OSError, struct.error, TypeError) as error:
            if isinstance(error.__context__, TransportExecError):  # a file system call of mpremote that failed there
                words = (
                    f"{os.strerror(error.errno or 0)}, {error.strerror}" if isinstance(error, OSError) else str(error)
                )
                raise OnBoardError(_said_there(self.port, words)) from error
            # pyserial reads None from a port that has just been closed under it, hence TypeError
            raise PulledOutError(
                f"{self.port}: the board is gone or silent ({error}); plug it in and run the same command again"
            ) from error


def _opened(port: str) -> Any:
    try:
        from mpremote import transport_serial
        from mpremote.transport import TransportError
    except ImportError as error:
        raise FlashError(
            "mpremote is not installed; in Lintel's folder run make setup, or pip install '.[flash]'"
        ) from error
    # It prints what it did not understand; in a table of many boards nobody would know whose that is.
    vars(transport_serial)["print"] = lambda *_words: None
    try:
        transport = transport_serial.SerialTransport(port, baudrate=BAUD, timeout=READ_S)
    except (TransportError, OSError) as error:
        raise PortError(_why_not(port)) from error
    transport.serial.write_timeout = ENTER_S
    return transport


def _said_there(port: str, traceback: str) -> str:
    last = (traceback.strip().splitlines() or ["nothing"])[-1]
    return f"{port}: the board refuses: {last}; run the same command again, and if that helps not, use another board"


def _why_not(port: str) -> str:
    """Say why a port cannot be opened, since mpremote does not."""
    import serial  # type: ignore[import-untyped]

    try:
        serial.serial_for_url(port, exclusive=True).close()
    except (OSError, ValueError) as error:
        number = getattr(error, "errno", None)
        if number in (errno.EACCES, errno.EPERM):
            return f"{port}: not allowed; run: sudo usermod -aG dialout $USER, then log in again"
        if number == errno.ENOENT:
            return f"{port}: there is no such port; plug the board in, or name another with --port"
        if number == errno.EISDIR or os.strerror(errno.ENOTTY) in str(error):
            return f"{port}: that is no serial port; name one such as /dev/ttyACM0"
        if number in (errno.EBUSY, errno.EAGAIN) or "lock" in str(error):
            return f"{port}: another program has it, such as Thonny or mpremote; end that one"
        return f"{port}: {error}; plug the board in again"
    return f"{port}: it could not be opened just now; run the same command again"

"""Takes connections for HTTP and for HTTPS at one port: a TLS greeting begins with a byte that no request begins with.

Cockpit does the same. Without a certificate the port speaks HTTP alone.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable
from traceback import clear_frames

from hardware.logs import Log
from hub.repelled import Kind
from hub.web.places import Places

log = Log(__name__)

GREETING = 0x16
"""The first byte of a TLS record that is a handshake (RFC 8446, 5.1)."""
AT_ONCE = 64
"""How many are taken before others get a turn of the event loop."""
WAIT_S = 1.0
"""How long nobody is taken when the process has no more files."""

MakeProtocol = Callable[[Callable[[], None]], asyncio.Protocol]
"""Makes what speaks with one browser; it is given what has to be called when its connection is lost."""


class Listener:
    """A socket that listens already, between `start` and `close`. tls: None is HTTP alone.

    patience_s: how long a connection may take to say its first byte, and to agree on TLS.
    """

    def __init__(
        self,
        sock: socket.socket,
        tls: ssl.SSLContext | None,
        patience_s: float,
        on_repelled: Callable[[Kind], None] = lambda _kind: None,
    ) -> None:
        self._on_repelled = on_repelled
        self._sock = sock
        self._tls = tls
        self._patience_s = patience_s
        self._loop = asyncio.get_running_loop()
        self._opening: set[asyncio.Task[None]] = set()
        self._again: asyncio.TimerHandle | None = None
        self.places = Places()

    def start(self, make: MakeProtocol) -> None:
        """Take connections from now on."""
        self._make = make
        if self._sock.fileno() >= 0:
            self._sock.setblocking(False)
            self._loop.add_reader(self._sock, self._accept)

    async def close(self) -> None:
        """Take no more; whoever is in already stays. May be called twice."""
        if self._again:
            self._again.cancel()
        if self._sock.fileno() >= 0:
            self._loop.remove_reader(self._sock)
            self._sock.close()
        for task in self._opening:
            task.cancel()
        await asyncio.gather(*self._opening, return_exceptions=True)

    def _accept(self) -> None:
        for _ in range(AT_ONCE):
            try:
                sock, address = self._sock.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                log.error("no-connections", "no browser is let in for a second", why=error)
                self._loop.remove_reader(self._sock)
                self._again = self._loop.call_later(WAIT_S, self._loop.add_reader, self._sock, self._accept)
                return
            self._let_in(sock, str(address[0]))

    def _let_in(self, sock: socket.socket, source: str) -> None:
        leave = self.places.take(source)
        if leave is None:
            self._on_repelled("crowd")
            sock.close()
            return
        sock.setblocking(False)
        # Python itself does so only for sockets that name TCP as their protocol; without it every answer that goes out
        # in two pieces waits 40 ms for the browser's acknowledgement of the first.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        task = self._loop.create_task(self._open(sock, leave))
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    async def _open(self, sock: socket.socket, leave: Callable[[], None]) -> None:
        try:
            async with asyncio.timeout(self._patience_s):
                tls = self._tls if self._tls and await self._greets(sock) else None
                await self._loop.connect_accepted_socket(
                    lambda: self._make(leave),
                    sock,
                    ssl=tls,
                    ssl_handshake_timeout=self._patience_s if tls else None,
                )
        except (OSError, TimeoutError, asyncio.CancelledError) as error:
            if isinstance(error, ssl.SSLError | TimeoutError):  # who only breaks off has done nothing
                self._on_repelled("protocol")
            clear_frames(error.__traceback__)  # they lead to the error and to the 256 KB of a TLS that came to nothing
            leave()
            sock.close()

    async def _greets(self, sock: socket.socket) -> bool:
        """Tell whether a connection begins as TLS does; nothing of it is taken."""
        here = self._loop.create_future()

        def is_here() -> None:
            if not here.done():
                here.set_result(None)

        self._loop.add_reader(sock, is_here)
        try:
            await here
        finally:
            self._loop.remove_reader(sock)
        with contextlib.suppress(BlockingIOError):
            return sock.recv(1, socket.MSG_PEEK) == bytes([GREETING])
        return False

"""uvicorn as a guest of a program that has its own loop and its own handling of signals."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

CLOSE_LIMIT_S = 3
CONNECTIONS_MAX = 600
"""Of all browsers together; each is an open file, of which a process has a thousand, and the journal needs some."""
PATIENCE_S = 15.0
"""How long a connection may take to ask for something."""


class HostedServer:
    """An application on a socket that listens already, between `start` and `close`."""

    def __init__(self, app: ASGIApp, sock: socket.socket) -> None:
        # Python itself does so only for sockets that name TCP as their protocol; without it every answer that goes out
        # in two pieces waits 40 ms for the browser's acknowledgement of the first.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sock = sock
        self._server = _Server(
            uvicorn.Config(
                app,
                http=_Patient,
                ws="none",
                lifespan="off",
                log_level="warning",
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=CLOSE_LIMIT_S,
            )
        )
        self._serving: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Serve from now on."""
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._sock]))

    async def close(self) -> None:
        """Stop listening and end what is open, after a few seconds by force; may be called twice."""
        if self._serving:
            self._server.should_exit = True
            await self._serving
            self._serving = None
        self._sock.close()


class _Patient(H11Protocol):
    """Ends connections that are too many, and those that do not come to the end of what they ask."""

    _asked: object = None
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS_MAX:
            transport.abort()
        else:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._timer:
            self._timer.cancel()

    def _wait(self) -> None:
        self._asked = self.cycle
        self._timer = self.loop.call_later(PATIENCE_S, self._look)

    def _look(self) -> None:
        """Its base ends who is silent between two requests; who sends a header for ever is never silent."""
        if self.cycle is self._asked and (self.cycle is None or self.cycle.response_complete):
            self.transport.abort()
        else:
            self._wait()


class _Server(uvicorn.Server):
    """uvicorn without its own handling of signals, which belongs to the program."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

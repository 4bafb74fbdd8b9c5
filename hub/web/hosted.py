"""uvicorn as a guest of a program that has its own loop and its own handling of signals."""

import asyncio
import contextlib
import socket
import ssl
import sys
from collections.abc import Callable, Iterator
from traceback import clear_frames

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from hub.repelled import Kind
from hub.web.listener import Listener

CLOSE_LIMIT_S = 3
PATIENCE_S = 15.0
"""How long a connection may take to ask for something."""


class HostedServer:
    """An application on a socket that listens already, between `start` and `close`. tls: HTTPS too, at that port.

    on_repelled: told of every connection that was too many, kept no protocol, or took too long to ask.
    """

    def __init__(
        self,
        app: ASGIApp,
        sock: socket.socket,
        tls: ssl.SSLContext | None = None,
        on_repelled: Callable[[Kind], None] = lambda _kind: None,
    ) -> None:
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
            ),
            Listener(sock, tls, PATIENCE_S, on_repelled),
            on_repelled,
        )
        self._serving: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Serve from now on."""
        self._serving = asyncio.create_task(self._server.serve())

    async def close(self) -> None:
        """Stop listening and end what is open, after a few seconds by force; may be called twice."""
        await self._server.listener.close()
        if self._serving:
            self._server.should_exit = True
            await self._serving
            self._serving = None


class _Patient(H11Protocol):
    """Ends connections that do not come to the end of what they ask."""

    on_lost: Callable[[], None]
    on_repelled: Callable[[Kind], None]
    _asked: object = None
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of all that leads to the connection: a circle of objects would keep the 256 KB of its TLS for long."""
        super().connection_lost(exc)
        self.cycle = self._asked = None  # type: ignore[assignment]  # it knows us, as we know it
        if exc:
            clear_frames(exc.__traceback__)
        if self.timeout_keep_alive_task:
            self.timeout_keep_alive_task.cancel()
        self.on_lost()
        if self._timer:
            self._timer.cancel()

    def _wait(self) -> None:
        self._asked = self.cycle
        self._timer = self.loop.call_later(PATIENCE_S, self._look)

    def _look(self) -> None:
        """Its base ends who is silent between two requests; who sends a header for ever is never silent."""
        if self.cycle is self._asked and (self.cycle is None or self.cycle.response_complete):
            self.on_repelled("request")
            self.transport.abort()
        else:
            self._wait()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP at all."""
        self.on_repelled("protocol")
        super().send_400_response(msg)
        if error := sys.exception():
            clear_frames(error.__traceback__)


class _Server(uvicorn.Server):
    """uvicorn without its own handling of signals and its own sockets, which belong to the program."""

    def __init__(self, config: uvicorn.Config, listener: Listener, on_repelled: Callable[[Kind], None]) -> None:
        super().__init__(config)
        self.listener, self._on_repelled = listener, on_repelled

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Take what the listener lets in."""
        await self.lifespan.startup()
        self.servers = []
        self.listener.start(self._protocol)
        self.started = True

    def _protocol(self, on_lost: Callable[[], None]) -> asyncio.Protocol:
        made = _Patient(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)
        made.on_lost, made.on_repelled = on_lost, self._on_repelled
        return made

"""uvicorn as a guest of a program that has its own loop and its own handling of signals."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

CLOSE_LIMIT_S = 3


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
                http="h11",
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


class _Server(uvicorn.Server):
    """uvicorn without its own handling of signals, which belongs to the program."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

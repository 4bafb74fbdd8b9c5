"""The network cable between a node and the broker: it can be cut, go dead or be slow, and it can be mended."""

import asyncio
import contextlib
import socket
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Literal

HOST = "127.0.0.1"

CableState = Literal["whole", "cut", "frozen"]


class Cable:
    """One cable; the node connects to ``port``, and every byte goes on to the broker.

    broker_port: where the broker listens on the loopback. All methods but `close` act at once. lag: asked, in seconds,
    how long each piece of data takes from here on; of packets that get lost TCP leaves nothing but that. joins: how
    often somebody has connected. garbled: what becomes of the bytes that go down to the node; None: nothing.
    """

    def __init__(self, *, broker_port: int) -> None:
        self._broker_port = broker_port
        self._held: socket.socket | None = None
        self._listening: socket.socket | None = None
        self._wires: set[_Wire] = set()
        self._stranded: set[_Wire] = set()
        self._joining: set[asyncio.Task[None]] = set()
        self.state: CableState = "whole"
        self.lag: Callable[[], float] = float
        self.garbled: Callable[[bytes], bytes] | None = None
        self.port = 0
        self.joins = 0

    def start(self) -> None:
        """Take a free port and let the node in; needs a running event loop."""
        self._held = _bound(0)
        self.port = self._held.getsockname()[1]
        self._listen()

    def cut(self) -> None:
        """Drop what is connected, and refuse what tries to."""
        self.state = "cut"
        self._deafen()
        self._drop()

    def freeze(self) -> None:
        """Let no byte through any more while everybody believes to be connected, as behind a hung switch."""
        self.state = "frozen"
        self._listen()
        for wire in self._wires:
            wire.pause()

    def strand(self) -> None:
        """Let the broker lose what is connected without a word to the node, as when a switch forgets; anew it goes."""
        for wire in list(self._wires):
            wire.near.pause()
            wire.far.desert()
            self._stranded.add(wire)
        self._wires.clear()

    def mend(self) -> None:
        """Make it whole; what was held back by a freeze goes on its way."""
        self.state, self.lag = "whole", float
        self._listen()
        for wire in self._wires:
            wire.resume()

    async def close(self) -> None:
        """Drop everything and give the port back; may be called twice."""
        self._deafen()
        self._drop()
        for task in list(self._joining):
            task.cancel()
        await asyncio.gather(*self._joining, return_exceptions=True)
        self._drop()
        await asyncio.sleep(0)  # transports close their sockets in the next turn of the loop
        if self._held:
            self._held.close()
            self._held = None

    def _listen(self) -> None:
        if self._listening or not self._held:
            return
        self._listening = _bound(self.port)
        self._listening.listen()
        asyncio.get_running_loop().add_reader(self._listening, self._accept)

    def _deafen(self) -> None:
        if self._listening:
            asyncio.get_running_loop().remove_reader(self._listening)
            self._listening.close()
            self._listening = None

    def _drop(self) -> None:
        for wire in self._wires | self._stranded:
            wire.drop()
        self._wires.clear()
        self._stranded.clear()

    def _accept(self) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionError):
            sock, _ = self._listening.accept() if self._listening else (None, None)
            if sock:
                sock.setblocking(False)
                self.joins += 1
                task = asyncio.create_task(self._join(sock))
                self._joining.add(task)
                task.add_done_callback(self._joining.discard)

    async def _join(self, sock: socket.socket) -> None:
        """Connect one accepted socket with the broker; while the broker is away, hang up as it would."""
        loop, wire = asyncio.get_running_loop(), _Wire(self)
        await loop.connect_accepted_socket(lambda: wire.near, sock)
        wire.near.pause()
        try:
            await loop.create_connection(lambda: wire.far, HOST, self._broker_port)
        except OSError:
            wire.drop()
            return
        except asyncio.CancelledError:
            wire.drop()
            raise
        self._lay(wire)

    def _lay(self, wire: "_Wire") -> None:
        if self.state == "cut" or not self._held:
            wire.drop()
            return
        self._wires.add(wire)
        wire.on_end = partial(self._wires.discard, wire)
        if self.state == "frozen":
            wire.pause()
        else:
            wire.resume()


class _Wire:
    """One connection through the cable, with its two ends."""

    def __init__(self, cable: Cable) -> None:
        self.cable = cable
        self.near = _End(self)
        self.far = _End(self)
        self.on_end: Callable[[], None] = lambda: None

    def other(self, end: "_End") -> "_End":
        return self.far if end is self.near else self.near

    def pause(self) -> None:
        self.near.pause()
        self.far.pause()

    def resume(self) -> None:
        self.near.resume()
        self.far.resume()

    def drop(self) -> None:
        self.near.drop()
        self.far.drop()


class _End(asyncio.Protocol):
    """One end of a wire: what comes in here goes out at the other."""

    def __init__(self, wire: _Wire) -> None:
        self._wire = wire
        self._transport: asyncio.Transport | None = None
        self._due_s = 0.0
        self._on_way: deque[tuple[float, Callable[[], None]]] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
            transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        other, garbled = self._wire.other(self), self._wire.cable.garbled
        self._later(partial(other.write, garbled(data) if garbled and self is self._wire.far else data))

    def connection_lost(self, _error: Exception | None) -> None:
        is_deserted = self._transport is None
        self._transport = None
        if not is_deserted:
            self._later(self._wire.other(self).finish)
        self._wire.on_end()

    def _later(self, act: Callable[[], None]) -> None:
        """Do it when the cable lets it through, never before what came earlier."""
        self._due_s = max(self._due_s, asyncio.get_running_loop().time() + self._wire.cable.lag())
        self._on_way.append((self._due_s, act))
        if len(self._on_way) == 1:
            self._arrive()

    def _arrive(self) -> None:
        loop = asyncio.get_running_loop()
        while self._on_way and self._on_way[0][0] <= loop.time():
            self._on_way.popleft()[1]()
        if self._on_way:
            loop.call_at(self._on_way[0][0], self._arrive)

    def desert(self) -> None:
        """End this end alone; the other one hears nothing of it."""
        transport, self._transport = self._transport, None
        if transport:
            transport.abort()

    def write(self, data: bytes) -> None:
        if self._transport:
            self._transport.write(data)

    def finish(self) -> None:
        """Hang up when all is written."""
        if self._transport:
            self._transport.close()

    def pause(self) -> None:
        if self._transport and self._transport.is_reading():
            self._transport.pause_reading()

    def resume(self) -> None:
        if self._transport and not self._transport.is_closing():
            self._transport.resume_reading()

    def drop(self) -> None:
        self._on_way.clear()
        if self._transport:
            self._transport.abort()


def _bound(port: int) -> socket.socket:
    """Return a socket on the port, which others on it share: so it stays ours while nobody listens."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setblocking(False)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    sock.bind((HOST, port))
    return sock

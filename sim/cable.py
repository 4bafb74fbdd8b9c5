"""The network cable between a node and the broker: it can be cut, go dead or be slow, and it can be mended."""

import asyncio
import contextlib
import heapq
import socket
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Literal

from sim.bad_link import BadLink, Leg, Way
from sim.packets import Packets, Piece, is_mqtt

HOST = "127.0.0.1"

CableState = Literal["whole", "cut", "frozen"]


class Cable:
    """One cable; the node connects to ``port``, and every byte goes on to the broker.

    broker_port: where the broker listens on the loopback. All methods but `close` act at once. lag: asked, in seconds,
    how long each piece of data takes from here on; of packets that get lost TCP leaves nothing but that. joins: how
    often somebody has connected. garbled: what becomes of the bytes that go down to the node; None: nothing. bad: what
    becomes of packets, both ways; None: nothing. Through TLS nobody sees packets: there it is pieces of data.
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
        self.bad: BadLink | None = None
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
        self.state, self.lag, self.bad = "whole", float, None
        self._listen()
        for wire in self._wires:
            wire.resume()

    @property
    def is_secret(self) -> bool:
        """Whether what goes through it is encrypted, or is nothing that anybody here understands."""
        return any(wire.is_mqtt is False for wire in self._wires)

    def say(self, packets: bytes) -> None:
        """Say whole packets to the broker as the node would; nobody hears them who is not connected."""
        for wire in self._wires:
            if wire.is_mqtt and self.state == "whole":
                wire.near.say(packets)

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
        self.is_mqtt: bool | None = None
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
        self._packets = Packets()
        self._way = Way()
        self._number = count()
        self._on_way: list[tuple[float, int, Callable[[], None]]] = []
        self._has_hole = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
            transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        wire = self._wire
        if wire.is_mqtt is None:
            wire.is_mqtt = self is wire.near and is_mqtt(data)
        bad = wire.cable.bad
        pieces = self._packets.take(data, holds=bad is not None) if wire.is_mqtt else [Piece(data, is_whole=False)]
        for piece in pieces:
            if bad and not self._has_hole and bad.loses():
                self._has_hole = True
                asyncio.get_running_loop().call_later(bad.breaks_s(), wire.drop)
            if not self._has_hole:
                self._send(piece, bad)

    def connection_lost(self, _error: Exception | None) -> None:
        is_deserted = self._transport is None
        self._transport = None
        if not (is_deserted or self._has_hole):
            self._later(self._way.due_s(_now(), self._wire.cable.lag()), self._wire.other(self).finish)
        self._wire.on_end()

    def _send(self, piece: Piece, bad: BadLink | None) -> None:
        """Put a piece on its way to the other end; one that is no whole packet is only late."""
        other, garbled = self._wire.other(self), self._wire.cable.garbled
        lag_s = self._wire.cable.lag() + (bad.lag_s() if bad else 0.0)
        for leg in bad.arrivals(piece.data) if bad and piece.is_whole else (Leg(piece.data),):
            data = garbled(leg.data) if garbled and self is self._wire.far else leg.data
            due_s = self._way.due_s(_now(), lag_s, leg if bad and piece.is_whole else None)
            self._later(due_s, partial(other.write, data))

    def _later(self, due_s: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._on_way, arrival := (due_s, next(self._number), act))
        if self._on_way[0] is arrival:
            self._arrive()

    def _arrive(self) -> None:
        """Let arrive what is due; be back for the next."""
        while self._on_way and self._on_way[0][0] <= _now():
            heapq.heappop(self._on_way)[2]()
        if self._on_way:
            asyncio.get_running_loop().call_at(self._on_way[0][0], self._arrive)

    def desert(self) -> None:
        """End this end alone; the other one hears nothing of it."""
        transport, self._transport = self._transport, None
        if transport:
            transport.abort()

    def say(self, packets: bytes) -> None:
        """Send something on as if it had come in here, where no packet is half through."""
        if self._packets.is_between:
            self._send(Piece(packets, is_whole=False), None)

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


def _now() -> float:
    return asyncio.get_running_loop().time()


def _bound(port: int) -> socket.socket:
    """Return a socket on the port, which others on it share: so it stays ours while nobody listens."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setblocking(False)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    sock.bind((HOST, port))
    return sock

"""A device's own connection to the broker, as little as keeps the contract: MQTT 3.1.1, QoS 1, a will."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Sequence

from hardware.contract import LOST
from sim.bench.wire import CONNACK, CONNECT, PUBACK, PUBLISH, SUBACK, SUBSCRIBE, packet, text

KEEPALIVE_S = 60
PING_EVERY_S = 20.0
PING = b"\xc0\0"
CLEAN, WILL = 0xC2, 0x2C
"""User, password and a clean session; a will at QoS 1 that is retained."""


class PlayerWire(asyncio.Protocol):
    """One connection, until `cut` or the broker's end of it. on_message: topic, payload, whether it was retained.

    will_topic: empty is without a will.
    """

    def __init__(
        self,
        *,
        name: str,
        password: str,
        topics: Sequence[str],
        on_message: Callable[[str, bytes, bool], None],
        will_topic: str = "",
    ) -> None:
        will = text(will_topic) + text(LOST.decode()) if will_topic else b""
        self._flags = CLEAN | WILL if will_topic else CLEAN
        self._login = text(name) + will + text(name) + text(password)
        self._topics = topics
        self._on_message = on_message
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._mid = 0
        self._ping: asyncio.TimerHandle | None = None
        loop = asyncio.get_running_loop()
        self.granted: asyncio.Future[None] = loop.create_future()
        self.closed: asyncio.Future[None] = loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say who we are."""
        if not isinstance(transport, asyncio.Transport):
            raise TypeError("a device speaks TCP")
        self._transport = transport
        sock: socket.socket = transport.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        hello = text("MQTT") + bytes([4, self._flags]) + KEEPALIVE_S.to_bytes(2, "big")
        transport.write(packet(CONNECT, hello + self._login))
        self._keep_alive()

    def connection_lost(self, _error: Exception | None) -> None:
        """Tell whoever waits for it."""
        if self._ping:
            self._ping.cancel()
        for one in (self.granted, self.closed):
            if not one.done():
                one.set_result(None)

    def data_received(self, data: bytes) -> None:
        """Take whole packets."""
        self._buffer += data
        at = 0
        while (found := self._whole(at)) is not None:
            start, end = found
            self._take(self._buffer[at], bytes(self._buffer[start:end]))
            at = end
        del self._buffer[:at]

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Send at QoS 1; whatever is lost, the contract sends again."""
        self._mid = self._mid % 65535 + 1
        self._send(packet(PUBLISH | 2 | int(retain), text(topic) + self._mid.to_bytes(2, "big") + payload))

    def cut(self) -> None:
        """End the connection without a word, as a cut cable or a power cut does; may be called twice."""
        if self._transport:
            self._transport.abort()

    def _keep_alive(self) -> None:
        self._ping = asyncio.get_running_loop().call_later(PING_EVERY_S, self._keep_alive)
        if self.granted.done():
            self._send(PING)

    def _send(self, data: bytes) -> None:
        if self._transport and not self._transport.is_closing():
            self._transport.write(data)

    def _whole(self, at: int) -> tuple[int, int] | None:
        """Return start and end of the body of the packet that begins there; None where not all of it is here."""
        size, shift = 0, 0
        for place in range(at + 1, min(at + 5, len(self._buffer))):
            byte = self._buffer[place]
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                end = place + 1 + size
                return (place + 1, end) if end <= len(self._buffer) else None
        return None

    def _take(self, head: int, body: bytes) -> None:
        kind = head & 0xF0
        if kind == CONNACK and not body[1]:
            self._mid += 1
            asked = b"".join(text(topic) + b"\1" for topic in self._topics)
            self._send(packet(SUBSCRIBE, self._mid.to_bytes(2, "big") + asked))
        elif kind == SUBACK and not self.granted.done():
            self.granted.set_result(None)
        elif kind == PUBLISH:
            self._hear(head, body)

    def _hear(self, head: int, body: bytes) -> None:
        end = 2 + int.from_bytes(body[:2], "big")
        if head & 0x06:
            self._send(packet(PUBACK, body[end : end + 2]))
        self._on_message(body[2:end].decode(), body[end + 2 if head & 0x06 else end :], bool(head & 1))


async def connect(port: int, make: Callable[[], PlayerWire]) -> PlayerWire | None:
    """Return a connection whose subscriptions are granted; None where the broker does not let it be."""
    with contextlib.suppress(OSError):
        _transport, wire = await asyncio.get_running_loop().create_connection(make, "127.0.0.1", port)
        await wire.granted
        if not wire.closed.done():
            return wire
    return None

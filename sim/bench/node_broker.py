"""A broker and a hub in one for a single node, which answers a press at once: the rest is the node's own time."""

import asyncio
import base64
import ssl
from collections.abc import Iterator

import msgspec

from hardware.contract import Topics

CONNACK = b"\x20\x02\x00\x00"
PINGRESP = b"\xd0\x00"
HALL, DEVICE = "bench", "dispenser-1"


class NodeBroker:
    """Speaks as much of MQTT 3.1.1 as a node does. pictures: what is shown in turn, as bits of 128x16.

    tls: None is without. events: what the node has told, in its order. is_up: whether it listens now.
    """

    def __init__(self, pictures: tuple[bytes, bytes], tls: ssl.SSLContext | None) -> None:
        self.events: list[dict[str, object]] = []
        self.is_up = False
        self.port = 0
        self._topics = Topics(HALL)
        self._pictures = pictures
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._v = 0

    async def start(self) -> None:
        """Listen on a free port of the loopback."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Hang up; may be called twice."""
        if self._writer:
            self._writer.close()
        if self._server:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    def lose(self) -> None:
        """Say as a kept message that the hub is gone."""
        self._send(self._topics.hub_status, {"state": "lost"}, kept=True)

    def show(self, ack: tuple[int, int]) -> bytes:
        """Send a view that acknowledges an event, and return the bits of its picture."""
        self._v += 1
        bits = self._pictures[self._v % 2]
        panel = {"w": 128, "h": 16, "bits": base64.b64encode(bits).decode()}
        lamps = dict.fromkeys("ABCD", "on")
        view = {"v": self._v, "turn": self._v, "ack": ack, "lamps": lamps, "panel": panel}
        self._send(self._topics.view(DEVICE), view)
        return bits

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        try:
            while True:
                kind, body = await _packet(reader)
                self._take(kind, body)
        except (asyncio.IncompleteReadError, OSError):
            self.is_up = False
            writer.close()

    def _take(self, kind: int, body: bytes) -> None:
        if kind >> 4 == 1:
            self._write(CONNACK)
        elif kind >> 4 == 8:
            self._write(b"\x90\x05" + body[:2] + b"\x01\x01\x01")
            self.is_up = True
        elif kind >> 4 == 12:
            self._write(PINGRESP)
        elif kind >> 4 == 3:
            self._hear(body)

    def _hear(self, body: bytes) -> None:
        end = 2 + int.from_bytes(body[:2], "big")
        self._write(b"\x40\x02" + body[end : end + 2])
        if not body[2:end].endswith(b"/event"):
            return
        event = msgspec.json.decode(body[end + 2 :])
        self.events.append(event)
        self.show((event["boot"], event["seq"]))

    def _send(self, topic: str, message: object, *, kept: bool = False) -> None:
        name = topic.encode()
        body = len(name).to_bytes(2, "big") + name + msgspec.json.encode(message)
        self._write(bytes([0x31 if kept else 0x30]) + bytes(_length(len(body))) + body)

    def _write(self, data: bytes) -> None:
        if self._writer:
            self._writer.write(data)


async def _packet(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    kind, size, shift, byte = (await reader.readexactly(1))[0], 0, 0, 0x80
    while byte & 0x80:
        byte = (await reader.readexactly(1))[0]
        size |= (byte & 0x7F) << shift
        shift += 7
    return kind, await reader.readexactly(size)


def _length(size: int) -> Iterator[int]:
    while size > 0x7F:
        yield size & 0x7F | 0x80
        size >>= 7
    yield size

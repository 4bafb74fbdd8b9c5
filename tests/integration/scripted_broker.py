"""A broker that says and takes what a test likes, byte by byte, and a connection to it."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from hardware.connection import Address, Connection, Message
from hub.authority import load_authority

CONNACK, SUBACK = b"\x20\x02\x00\x00", b"\x90\x03\x00\x01\x01"
TOPIC = "hall/bench/pad-1/event"
HOST = "127.0.0.1"


class Broker:
    """Lets one client in, keeps all bytes it sends after that, and sends what a test wants."""

    def __init__(self) -> None:
        self.taken = bytearray()
        self.is_reading = asyncio.Event()
        self.is_reading.set()
        self.is_over = asyncio.Event()
        self._writer: asyncio.StreamWriter | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        await reader.read(1024)
        writer.write(CONNACK)
        await reader.read(1024)
        writer.write(SUBACK)
        with contextlib.suppress(OSError):
            while data := await self._read(reader):
                self.taken += data
        writer.close()
        self.is_over.set()

    async def _read(self, reader: asyncio.StreamReader) -> bytes:
        await self.is_reading.wait()
        return await reader.read(65536)

    async def send(self, *pieces: bytes) -> None:
        assert self._writer
        for piece in pieces:
            self._writer.write(piece)
            await self._writer.drain()
            await asyncio.sleep(0)

    def end(self, *, hard: bool) -> None:
        assert self._writer
        if hard:
            self._writer.transport.abort()
        else:
            self._writer.close()


class Client:
    """A connection and what has come over it."""

    def __init__(self, address: Address) -> None:
        self.heard: list[Message] = []
        self.pauses = 0
        self.connection = Connection(
            address=address,
            name="hub",
            password="any",
            will_topic=None,
            subscriptions=[(TOPIC, 1)],
            on_message=self.heard.append,
            on_pause=self._paused,
            on_granted=lambda: None,
        )

    def _paused(self) -> None:
        self.pauses += 1


@asynccontextmanager
async def linked(folder: Path | None = None) -> AsyncIterator[tuple[Client, Broker]]:
    """Give both ends of a connection. folder: for a hall's authority; None is a connection without TLS."""
    broker = Broker()
    server = await asyncio.start_server(broker.serve, HOST, 0, ssl=_certified(folder) if folder else None)
    ca = folder / "ca.pem" if folder else None
    client = Client(Address(host=HOST, port=server.sockets[0].getsockname()[1], ca=ca))
    try:
        await client.connection.open()
        yield client, broker
    finally:
        client.connection.close()
        broker.is_reading.set()
        await asyncio.wait_for(broker.is_over.wait(), 5)
        server.close()
        await server.wait_closed()


def _certified(folder: Path) -> ssl.SSLContext:
    authority = load_authority(folder, "bench")
    (folder / "ca.pem").write_bytes(authority.ca_pem)
    certificate, key = authority.server([HOST])
    (folder / "broker.pem").write_bytes(certificate + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "broker.pem")
    return context


def publish(payload: bytes, mid: int = 7, *, head: int = 0x32) -> bytes:
    body = len(TOPIC).to_bytes(2, "big") + TOPIC.encode()
    body += (mid.to_bytes(2, "big") if head & 6 else b"") + payload
    return bytes([head]) + length(len(body)) + body


def length(size: int) -> bytes:
    return bytes([size]) if size < 128 else bytes([size & 127 | 128]) + length(size >> 7)


def packets(data: bytes) -> list[tuple[int, bytes]]:
    """Return kind and body of every whole packet, in order."""
    found, at = [], 0
    while at < len(data):
        size, shift, end = 0, 0, at + 1
        while True:
            size |= (data[end] & 127) << shift
            shift, end = shift + 7, end + 1
            if not data[end - 1] & 128:
                break
        found.append((data[at], bytes(data[end : end + size])))
        at = end + size
    return found

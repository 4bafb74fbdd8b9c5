"""The link's own way for messages, against a broker that says and takes what it likes, byte by byte."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from hardware.connection import KEEPALIVE_S, Address, Connection, Message
from tests.contract.waiting import until

pytestmark = pytest.mark.bad_input
CONNACK, SUBACK = b"\x20\x02\x00\x00", b"\x90\x03\x00\x01\x01"
TOPIC = "hall/bench/pad-1/event"


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

    def __init__(self, port: int) -> None:
        self.heard: list[Message] = []
        self.pauses = 0
        self.connection = Connection(
            address=Address(host="127.0.0.1", port=port),
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
async def linked() -> AsyncIterator[tuple[Client, Broker]]:
    broker = Broker()
    server = await asyncio.start_server(broker.serve, "127.0.0.1", 0)
    client = Client(server.sockets[0].getsockname()[1])
    try:
        await client.connection.open()
        yield client, broker
    finally:
        client.connection.close()
        broker.is_reading.set()
        await asyncio.wait_for(broker.is_over.wait(), 5)
        server.close()
        await server.wait_closed()


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


@pytest.mark.parametrize("size", [0, 1, 90, 200, 20_000])
@pytest.mark.parametrize("piece", [1, 3, 1000])
async def test_a_message_arrives_whole_in_whatever_pieces_it_comes(size: int, piece: int) -> None:
    if size // piece > 1000:
        piece = 997
    async with linked() as (client, broker):
        data = publish(b"x" * size) + publish(b"second", 8)
        await broker.send(*(data[at : at + piece] for at in range(0, len(data), piece)))
        await until(lambda: len(client.heard) == 2)
        assert [message.payload for message in client.heard] == [b"x" * size, b"second"]
        assert [(message.topic, message.mid, message.retain) for message in client.heard] == [
            (TOPIC, 7, False),
            (TOPIC, 8, False),
        ]


async def test_what_came_together_shares_one_pause() -> None:
    async with linked() as (client, broker):
        before = client.pauses
        await broker.send(b"".join(publish(b"%d" % n, n) for n in range(1, 51)))
        await until(lambda: len(client.heard) == 50)
        assert client.pauses - before <= 2


async def test_more_than_fits_one_turn_is_all_taken() -> None:
    async with linked() as (client, broker):
        await broker.send(b"".join(publish(b"", n) for n in range(1, 1001)))
        await until(lambda: len(client.heard) == 1000)
        assert [message.mid for message in client.heard] == list(range(1, 1001))


async def test_messages_without_acknowledgement_and_kept_ones_are_told_apart() -> None:
    async with linked() as (client, broker):
        await broker.send(publish(b"beat", head=0x30), publish(b"view", 9, head=0x33))
        await until(lambda: len(client.heard) == 2)
        for message in client.heard:
            client.connection.acknowledge(message)
        assert [(message.mid, message.retain) for message in client.heard] == [(0, False), (9, True)]
        await until(lambda: broker.taken == b"\x40\x02\x00\x09")


async def test_a_full_socket_loses_nothing_and_keeps_the_order() -> None:
    async with linked() as (client, broker):
        broker.is_reading.clear()
        payloads = [bytes([n]) * 40_000 for n in range(250)]
        for payload in payloads:
            client.connection.publish(TOPIC, payload, retain=True)
        assert client.connection.waits_for_broker()
        broker.is_reading.set()
        await until(lambda: len(broker.taken) > 250 * 40_000 and not client.connection._client.want_write())
        found = packets(bytes(broker.taken))
        assert [body[2 + len(TOPIC) + 2 :] for _head, body in found] == payloads
        assert {head for head, _body in found} == {0x33}
        mids = [body[2 + len(TOPIC) :][:2] for _head, body in found]
        await broker.send(*(b"\x40\x02" + mid for mid in mids[:-1]))
        await until(lambda: len(client.connection._client.unconfirmed) == 1)
        await broker.send(b"\x40\x02" + mids[-1])
        await until(lambda: not client.connection.waits_for_broker())


@pytest.mark.parametrize("end", ["closed", "reset", "frozen"])
async def test_a_connection_that_ends_with_a_full_socket_is_over(end: str) -> None:
    async with linked() as (client, broker):
        broker.is_reading.clear()
        _fill(client)
        if end != "frozen":
            broker.end(hard=end == "reset")
        await asyncio.wait_for(client.connection.closed, KEEPALIVE_S + 1)


async def test_a_connection_can_be_closed_with_a_full_socket() -> None:
    async with linked() as (client, broker):
        broker.is_reading.clear()
        _fill(client)
        client.connection.close()
        assert client.connection.closed.cancelled()


async def test_a_connection_can_be_closed_just_when_its_socket_takes_again() -> None:
    async with linked() as (client, broker):
        broker.is_reading.clear()
        _fill(client)
        _take_all(client)
        assert client.connection._writing
        client.connection.close()


def _fill(client: Client) -> None:
    for _ in range(250):
        client.connection.publish(TOPIC, b"x" * 40_000, retain=True)
    assert client.connection._writing


def _take_all(client: Client) -> None:
    """Let the socket have room, while the event loop has not come to it yet."""
    client.connection._client._out_packet.clear()
    sock = client.connection._client.socket()
    assert isinstance(sock, socket.socket)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 22)


@pytest.mark.parametrize("hard", [False, True])
async def test_an_end_in_the_middle_of_a_packet_is_an_end(*, hard: bool) -> None:
    async with linked() as (client, broker):
        await broker.send(publish(b"whole"), publish(b"torn")[:-2])
        await until(lambda: len(client.heard) == 1)
        broker.end(hard=hard)
        await asyncio.wait_for(client.connection.closed, 5)
        client.connection.publish(TOPIC, b"too late", retain=False)
        assert [message.payload for message in client.heard] == [b"whole"]


@pytest.mark.parametrize("junk", [b"\x30\xff\xff\xff\xff\x7f\x00", b"\xf0\x00", b"\x00\x00"])
async def test_what_is_no_packet_ends_the_connection(junk: bytes) -> None:
    async with linked() as (client, broker):
        await broker.send(junk)
        await asyncio.wait_for(client.connection.closed, 5)


async def test_the_messages_before_the_junk_are_heard() -> None:
    async with linked() as (client, broker):
        await broker.send(publish(b"good") + b"\xf0\x00")
        await asyncio.wait_for(client.connection.closed, 5)
        assert [message.payload for message in client.heard] == [b"good"]


async def test_a_broken_socket_is_found_at_writing() -> None:
    async with linked() as (client, broker):
        broker.end(hard=True)

        def until_closed() -> bool:
            client.connection.publish(TOPIC, b"x" * 1000, retain=False)
            return client.connection.closed.done()

        await until(until_closed)

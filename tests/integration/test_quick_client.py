"""The link's own way for messages, against a broker that says and takes what it likes, byte by byte."""

import asyncio
import socket

import pytest

from hardware.connection import KEEPALIVE_S
from tests.contract.waiting import until
from tests.integration.scripted_broker import TOPIC, Client, linked, packets, publish

pytestmark = pytest.mark.bad_input


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

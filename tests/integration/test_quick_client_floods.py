"""The link's own way for messages when they are many, large or slow, with and without TLS."""

import asyncio
import itertools
from pathlib import Path

import pytest

from hardware.connection import KEEPALIVE_S, PACKETS_A_TURN, Message
from hardware.quick_client import READ_AHEAD_BYTES
from tests.contract.waiting import until
from tests.integration.scripted_broker import TOPIC, linked, packets, publish

pytestmark = pytest.mark.bad_input
LARGE = 1_000_000
PADDING = b"x" * 60


@pytest.fixture(params=["plain", "tls"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return tmp_path if request.param == "tls" else None


async def test_large_messages_go_both_ways_at_once(folder: Path | None) -> None:
    async with linked(folder) as (client, broker):
        payloads = [bytes([n]) * LARGE for n in range(8)]
        sending = asyncio.create_task(broker.send(*(publish(payload, 7) for payload in payloads)))
        for payload in payloads:
            client.connection.publish(TOPIC, payload, retain=False)
        await until(lambda: len(client.heard) == 8, limit_s=20)
        await sending
        assert [message.payload for message in client.heard] == payloads
        await until(lambda: len(broker.taken) > 8 * LARGE and not client.connection._client.want_write(), limit_s=20)
        assert [body[2 + len(TOPIC) + 2 :] for _head, body in packets(bytes(broker.taken))] == payloads


async def test_acknowledgements_and_messages_behind_a_full_socket_keep_their_order(folder: Path | None) -> None:
    async with linked(folder) as (client, broker):
        broker.is_reading.clear()
        for n in range(250):
            client.connection.publish(TOPIC, bytes([n]) * 40_000, retain=False)
        for mid in range(1, 200):
            client.connection.acknowledge(Message(TOPIC.encode(), b"", retain=False, mid=mid))
            if mid % 50 == 0:
                client.connection.publish(TOPIC, b"", retain=False)
                await asyncio.sleep(0)
        broker.is_reading.set()
        await until(lambda: not client.connection._client.want_write(), limit_s=20)
        client.connection.publish(TOPIC, b"last", retain=False)
        await until(lambda: broker.taken.endswith(b"last"))
        found = packets(bytes(broker.taken))
        assert [body[2 + len(TOPIC) + 2 :] for head, body in found[:250]] == [bytes([n]) * 40_000 for n in range(250)]
        assert [int.from_bytes(body[:2], "big") for head, body in found if head == 0x40] == list(range(1, 200))


async def test_a_flood_leaves_little_in_memory_and_others_their_turn(folder: Path | None) -> None:
    """No more is read ahead before what was read is dealt with, and one further turn is asked for, not ever more."""
    async with linked(folder) as (client, broker):
        many = 40_000
        data = b"".join(publish(PADDING, 1 + n % 1000) for n in range(many))
        longest, most_a_turn, pauses = 0, 0, client.pauses

        def hear(_message: Message) -> None:
            nonlocal longest
            longest = max(longest, len(client.connection._client._ahead))
            client.heard.append(_message)

        client.connection._handle = hear
        sending = asyncio.create_task(broker.send(data))
        for _ in itertools.count():
            before = len(client.heard)
            await asyncio.sleep(0)
            most_a_turn = max(most_a_turn, len(client.heard) - before)
            if before == many:
                break
        await sending
        assert longest <= 2 * READ_AHEAD_BYTES
        assert most_a_turn <= 2 * PACKETS_A_TURN
        assert client.pauses - pauses >= many // PACKETS_A_TURN


@pytest.mark.parametrize("hard", [False, True])
async def test_what_was_here_whole_before_the_end_is_heard(folder: Path | None, *, hard: bool) -> None:
    async with linked(folder) as (client, broker):
        many = 5 * PACKETS_A_TURN
        await broker.send(b"".join(publish(b"", 1 + n) for n in range(many)))
        if hard:
            await until(lambda: client.heard)
        broker.end(hard=hard)
        await asyncio.wait_for(client.connection.closed, 5)
        heard = [message.mid for message in client.heard]
        assert heard == list(range(1, len(heard) + 1))
        assert hard or len(heard) == many


async def test_nothing_behind_what_is_no_packet_is_heard(folder: Path | None) -> None:
    async with linked(folder) as (client, broker):
        await broker.send(publish(b"good") + b"\xf0\x00" + publish(b"bad", 8))
        await asyncio.wait_for(client.connection.closed, 5)
        await asyncio.sleep(0.05)
        assert [message.payload for message in client.heard] == [b"good"]


async def test_a_slow_message_keeps_the_link_alive_while_it_comes() -> None:
    """Pieces of a packet are a sign of life, as whole ones are."""
    async with linked() as (client, broker):
        data = publish(b"x" * 1000)
        for at in range(12):
            await broker.send(data[at : at + 1])
            client.connection.publish(TOPIC, b"busy", retain=False)
            await asyncio.sleep(KEEPALIVE_S / 10)
        await broker.send(data[12:])
        await until(lambda: client.heard or client.connection.closed.done())
        assert not client.connection.closed.done()


async def test_a_handler_that_fails_and_one_that_answers(folder: Path | None) -> None:
    async with linked(folder) as (client, broker):

        def answer(message: Message) -> None:
            if message.payload == b"bad":
                raise ValueError("what a handler may do")
            client.connection.publish(TOPIC, b"answer to " + message.payload, retain=False)
            client.connection.acknowledge(message)

        client.connection._handle = answer
        await broker.send(publish(b"one", 1) + publish(b"bad", 2) + publish(b"two", 3))
        await until(lambda: broker.taken.count(b"\x40\x02") == 2)
        found = [(head, body[-13:]) for head, body in packets(bytes(broker.taken))]
        assert sorted(found) == [
            (0x32, b"answer to one"),
            (0x32, b"answer to two"),
            (0x40, b"\x00\x01"),
            (0x40, b"\x00\x03"),
        ]
        assert [body for head, body in found if head == 0x32] == [b"answer to one", b"answer to two"]


async def test_what_a_failing_pause_has_said_goes_out_at_once() -> None:
    async with linked() as (client, broker):

        def fail() -> None:
            client.connection.acknowledge(client.heard[-1])
            raise ValueError("what a pause may do")

        client.connection._on_pause = fail
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        await broker.send(publish(b"one", 9))
        await until(lambda: broker.taken == b"\x40\x02\x00\x09", limit_s=0.5)


async def test_tls_that_is_broken_is_an_end(tmp_path: Path) -> None:
    async with linked(tmp_path) as (client, broker):
        assert broker._writer
        raw = broker._writer.transport.get_extra_info("socket")
        raw._sock.send(b"\x17\x03\x03\x00\x20" + b"\x00" * 32)
        await asyncio.wait_for(client.connection.closed, 5)

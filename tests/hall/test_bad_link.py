"""Packets that are late, lost, doubled, overtaken: what the cable's bad link may do to them, and what it never does."""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest

from sim.bad_link import BadLink, Link
from sim.cable import HOST, Cable
from sim.packets import Packets, again, body_of, is_publish, topic_of

CONNECT = bytes([0x10, 2]) + b"hi"
LONG = b"x" * 200


def publish(topic: bytes, body: bytes, qos: int = 1) -> bytes:
    rest = len(topic).to_bytes(2, "big") + topic + (b"\0\7" if qos else b"") + body
    length = bytes([len(rest)]) if len(rest) < 128 else bytes([len(rest) & 0x7F | 0x80, len(rest) >> 7])
    return bytes([0x30 | qos << 1]) + length + rest


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_a_stream_is_cut_into_its_packets_however_it_arrives(size: int) -> None:
    sent = [CONNECT, publish(b"a/b", LONG), b"\xc0\0", publish(b"a", b"")]
    stream = b"".join(sent)
    chunks = [stream[at : at + size] for at in range(0, len(stream), size)]
    packets, through = Packets(), Packets()
    assert [piece for chunk in chunks for piece in packets.take(chunk, holds=True)] == [(one, True) for one in sent]
    assert b"".join(piece.data for chunk in chunks for piece in through.take(chunk, holds=False)) == stream


def test_a_packet_whose_beginning_has_gone_on_is_not_taken_for_a_whole_one() -> None:
    packets, sent = Packets(), publish(b"a/b", LONG)
    assert packets.take(sent[:50], holds=False) == [(sent[:50], False)]
    assert packets.take(sent[50:] + CONNECT, holds=True) == [(sent[50:], False), (CONNECT, True)]


def test_what_is_sent_again_says_so_unless_nobody_answers_for_it() -> None:
    assert (topic_of(again(publish(b"a/b", LONG))), again(publish(b"a", b"x"))[0]) == (b"a/b", 0x3A)
    assert again(publish(b"a", b"x", qos=0)) == publish(b"a", b"x", qos=0)
    assert not is_publish(CONNECT)
    assert [body_of(publish(b"a/b", LONG, qos)) for qos in (0, 1)] == [LONG, LONG]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"lost": 2}, "lost is a share"),
        ({"doubled": -0.1}, "doubled is a share"),
        ({"lag_ms": 1e6}, "lag_ms is from 0"),
    ],
)
def test_a_link_that_cannot_be_is_refused(wrong: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Link(**wrong)


class Far:
    """A broker that hears everything, and says what it is told to."""

    def __init__(self) -> None:
        self.heard = bytearray()
        self.writer: asyncio.StreamWriter | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        while data := await reader.read(1000):
            self.heard += data
        writer.close()


@pytest.fixture
async def ends() -> AsyncIterator[tuple[Cable, Far, asyncio.StreamReader, asyncio.StreamWriter]]:
    """A cable with a client that has sent its CONNECT, and the broker that has heard it."""
    far = Far()
    server = await asyncio.start_server(far.serve, HOST, 0)
    cable = Cable(broker_port=server.sockets[0].getsockname()[1])
    cable.start()
    reader, writer = await asyncio.open_connection(HOST, cable.port)
    writer.write(CONNECT)
    await _until(lambda: bytes(far.heard) == CONNECT)
    far.heard.clear()
    yield cable, far, reader, writer
    writer.close()
    await cable.close()
    server.close()
    await server.wait_closed()


async def _until(condition: object, limit_s: float = 8.0) -> None:
    async with asyncio.timeout(limit_s):
        while not condition():  # type: ignore[operator]  # noqa: ASYNC110  (what is waited for is bytes)
            await asyncio.sleep(0.005)


async def _sent(ends: tuple[Cable, Far, asyncio.StreamReader, asyncio.StreamWriter], link: Link) -> list[bytes]:
    """Send numbered messages of three topics through a bad link, and return what arrives."""
    cable, far, _reader, writer = ends
    cable.bad = BadLink(link, random.Random(3))
    for number in range(60):
        writer.write(publish(b"t%d" % (number % 3), b"%02d" % number))
    writer.write(b"\xe0\0")
    await _until(lambda: far.heard.endswith(b"\xe0\0") or far.heard.count(b"t") > 59 + 20)
    await _until(lambda: far.heard.count(b"t") >= 60)
    return [piece.data for piece in Packets().take(bytes(far.heard), holds=True) if is_publish(piece.data)]


async def test_what_is_shuffled_keeps_the_order_of_its_topic(
    ends: tuple[Cable, Far, asyncio.StreamReader, asyncio.StreamWriter],
) -> None:
    arrived = [int(one[-2:]) for one in await _sent(ends, Link(shuffled=0.3))]
    assert sorted(arrived) == list(range(60))
    assert arrived != sorted(arrived)
    for topic in range(3):
        assert [one for one in arrived if one % 3 == topic] == list(range(topic, 60, 3))


async def test_what_is_doubled_comes_twice_in_its_place(
    ends: tuple[Cable, Far, asyncio.StreamReader, asyncio.StreamWriter],
) -> None:
    arrived = await _sent(ends, Link(doubled=0.3))
    numbers = [int(one[-2:]) for one in arrived]
    assert (sorted(set(numbers)), numbers) == (list(range(60)), sorted(numbers))
    assert 5 < len(numbers) - 60 == sum(one[0] & 0x08 > 0 for one in arrived) < 40


async def test_behind_a_lost_packet_nothing_arrives_and_the_connection_breaks(
    ends: tuple[Cable, Far, asyncio.StreamReader, asyncio.StreamWriter],
) -> None:
    cable, far, reader, writer = ends
    cable.bad = BadLink(Link(lost=0.2), random.Random(3))
    sent = [publish(b"t", b"%02d" % number) for number in range(60)]
    for one in sent:
        writer.write(one)
    assert await asyncio.wait_for(_end_of(reader), 5) == b""
    arrived = bytes(far.heard)
    assert b"".join(sent).startswith(arrived)
    assert len(arrived) < len(b"".join(sent))


async def _end_of(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read(1)
    except ConnectionError:
        return b""


async def test_what_is_late_comes_in_order_and_not_before_its_time(
    ends: tuple[Cable, Far, asyncio.StreamReader, asyncio.StreamWriter],
) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    arrived = await _sent(ends, Link(lag_ms=100, lag_spread_ms=200))
    assert [int(one[-2:]) for one in arrived] == list(range(60))
    assert loop.time() - began >= 0.29, "the latest of sixty makes all behind it late"


async def test_a_mended_cable_lets_everything_through_again(
    ends: tuple[Cable, Far, asyncio.StreamReader, asyncio.StreamWriter],
) -> None:
    cable, far, _reader, writer = ends
    cable.bad = BadLink(Link(doubled=1, lost=0), random.Random(3))
    cable.mend()
    writer.write(publish(b"t", b"once"))
    await _until(lambda: b"once" in far.heard)
    assert bytes(far.heard) == publish(b"t", b"once")

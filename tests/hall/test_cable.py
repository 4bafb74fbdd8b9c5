"""The cable between a node and the broker, with an echo in the broker's place."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from sim.cable import HOST, Cable

LIMIT_S = 5.0


@pytest.fixture
async def cable() -> AsyncIterator[Cable]:
    """A cable to a server that echoes whole lines."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(line)
        writer.close()

    server = await asyncio.start_server(echo, HOST, 0)
    cable = Cable(broker_port=server.sockets[0].getsockname()[1])
    cable.start()
    yield cable
    await cable.close()
    await cable.close()
    server.close()
    await server.wait_closed()


class Caller:
    """The node's end of a connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def say(self, line: bytes) -> None:
        self._writer.write(line)
        await self._writer.drain()

    async def hear(self, limit_s: float = LIMIT_S) -> bytes:
        try:
            return await asyncio.wait_for(self._reader.readline(), limit_s)
        except ConnectionError:
            return b""

    async def hang_up(self) -> None:
        self._writer.transport.abort()
        await asyncio.sleep(0)


async def call(cable: Cable) -> Caller:
    return Caller(*await asyncio.open_connection(HOST, cable.port))


async def test_bytes_go_both_ways(cable: Cable) -> None:
    caller = await call(cable)
    await caller.say(b"one\n")
    assert await caller.hear() == b"one\n"
    await caller.hang_up()


async def test_a_cut_drops_and_refuses_until_it_is_mended_on_the_same_port(cable: Cable) -> None:
    caller, port = await call(cable), cable.port
    await caller.say(b"one\n")
    assert await caller.hear() == b"one\n"
    cable.cut()
    assert (cable.state, await caller.hear()) == ("cut", b"")
    with pytest.raises(ConnectionRefusedError):
        await call(cable)
    await caller.hang_up()
    cable.mend()
    again = await call(cable)
    await again.say(b"two\n")
    assert (cable.port, await again.hear()) == (port, b"two\n")
    await again.hang_up()


async def test_a_frozen_cable_keeps_connection_and_bytes(cable: Cable) -> None:
    caller = await call(cable)
    await caller.say(b"one\n")
    assert await caller.hear() == b"one\n"
    cable.freeze()
    await caller.say(b"two\n")
    with pytest.raises(TimeoutError):
        await caller.hear(limit_s=0.2)
    cable.mend()
    assert await caller.hear() == b"two\n"
    await caller.hang_up()


async def test_whoever_connects_to_a_frozen_cable_waits_too(cable: Cable) -> None:
    cable.freeze()
    caller = await call(cable)
    await caller.say(b"one\n")
    with pytest.raises(TimeoutError):
        await caller.hear(limit_s=0.2)
    cable.mend()
    assert await caller.hear() == b"one\n"
    await caller.hang_up()


async def test_without_a_broker_the_cable_hangs_up() -> None:
    free = await asyncio.start_server(lambda *_: None, HOST, 0)
    port = free.sockets[0].getsockname()[1]
    free.close()
    await free.wait_closed()
    cable = Cable(broker_port=port)
    cable.start()
    caller = await call(cable)
    assert await caller.hear() == b""
    await caller.hang_up()
    await cable.close()

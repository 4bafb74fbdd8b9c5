"""Connections that ask nothing, thousands of them, or never come to the end: the hub has files left for its journal."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

import hub.web.hosted
import hub.web.places
from hub.web.hosted import HostedServer
from hub.web.places import network_of

LIMIT_S = 10.0
MOST = 5
ASKED = b"GET / HTTP/1.1\r\nHost: hub\r\n\r\n"
HALF = b"GET / HTTP/1.1\r\nHost: hub\r\nX-Slow: "


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse(Request(scope).url.path)(scope, receive, send)


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(hub.web.places, "MOST", MOST)
    monkeypatch.setattr(hub.web.hosted, "PATIENCE_S", 0.3)
    sock = socket.create_server(("127.0.0.1", 0))
    found = int(sock.getsockname()[1])
    server = HostedServer(_answer, sock, ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    server.start()
    try:
        yield found
    finally:
        await server.close()


async def test_who_never_ends_what_he_asks_is_not_waited_for(port: int) -> None:
    """Neither at his first request nor at his second; one letter at a time does not help."""
    first, second = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
    second[1].write(ASKED)
    assert (await second[0].readuntil(b"\r\n\r\n/")).startswith(b"HTTP/1.1 200")
    for _reader, writer in (first, second):
        writer.write(HALF)
    for reader, writer in (first, second):
        async with asyncio.timeout(LIMIT_S):
            assert not (await reader.read())
        writer.close()


async def test_more_connections_than_there_may_be_are_ended_and_the_others_answered(port: int) -> None:
    every = [await asyncio.open_connection("127.0.0.1", port) for _ in range(MOST)]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    async with asyncio.timeout(LIMIT_S):
        assert await reader.read() == b""
    writer.close()
    every[0][1].write(ASKED)
    assert (await every[0][0].readline()).startswith(b"HTTP/1.1 200")
    for _reader, one in every:
        one.close()


@pytest.mark.parametrize("said", [b"", b"\x16", b"\x16\x03\x01\x02\x00\x01"])
async def test_who_says_nothing_or_half_a_greeting_is_not_waited_for(port: int, said: bytes) -> None:
    """A half-open TLS greeting has a file too, before there is anything of HTTP."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said)
    async with asyncio.timeout(LIMIT_S):
        assert await reader.read() == b""
    writer.close()


async def test_one_address_leaves_the_others_theirs(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own places are there again as soon as it lets go of one."""
    monkeypatch.setattr(hub.web.places, "EACH", 2)
    held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    assert await reader.read() == b""
    writer.close()
    assert await _asks("127.0.0.2", port)
    for _reader, one in held:
        one.close()
        await one.wait_closed()
    async with asyncio.timeout(LIMIT_S):
        while True:
            if await _asks("127.0.0.1", port):
                break


async def _asks(source: str, port: int) -> bool:
    """Tell whether somebody at an address is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
    try:
        writer.write(ASKED)
        return (await reader.readline()).startswith(b"HTTP/1.1 200")
    except ConnectionError:
        return False
    finally:
        writer.close()


def test_whoever_has_many_addresses_counts_once() -> None:
    assert network_of("2001:db8:0:1::5") == network_of("2001:db8:0:1:ffff::9") != network_of("2001:db8:0:2::5")
    assert network_of("::ffff:192.168.10.7") == network_of("192.168.10.7") != network_of("192.168.10.8")

"""A connection that is over costs the hub nothing more: TLS has 256 KB for each, and the collector seldom comes."""

import asyncio
import contextlib
import gc
import socket
import ssl
import struct
from asyncio.sslproto import SSLProtocol
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from hub.authority import load_authority
from hub.web.hosted import HostedServer
from tests.contract.waiting import until

HOST = "127.0.0.1"
ASKED = b"GET / HTTP/1.1\r\nHost: hub\r\n\r\n"
TIMES = 5


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("well")(scope, receive, send)


class Stranger:
    """Somebody who knows the address, and whom to trust."""

    def __init__(self, port: int, ca: Path) -> None:
        self._port, self._tls = port, ssl.create_default_context(cafile=str(ca))

    def plain(self) -> socket.socket:
        return socket.create_connection((HOST, self._port), timeout=10)

    def secured(self) -> ssl.SSLSocket:
        return self._tls.wrap_socket(self.plain(), server_hostname=HOST)


def asks(who: Stranger) -> None:
    with who.secured() as sock:
        sock.sendall(ASKED)
        assert sock.recv(1000)


def breaks_off(who: Stranger) -> None:
    with who.secured() as sock:
        sock.sendall(ASKED)
        assert sock.recv(1000)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def speaks_no_http(who: Stranger) -> None:
    with who.secured() as sock:
        sock.sendall(b"\x00\x01\r\n\r\n")
        assert b" 400 " in sock.recv(1000)


def greets_with_noise(who: Stranger) -> None:
    with who.plain() as sock:
        sock.sendall(b"\x16\x03\x01\x00\x20\x01\x00\x00\x1c" + b"y" * 28)
        while sock.recv(1000):
            pass


def trusts_nobody(who: Stranger) -> None:
    with who.plain() as sock, pytest.raises(ssl.SSLError):
        ssl.create_default_context().wrap_socket(sock, server_hostname=HOST)


def leaves_in_the_greeting(who: Stranger) -> None:
    with who.plain() as sock:
        sock.sendall(b"\x16\x03\x01\x02\x00\x01" + b"x" * 50)
        with contextlib.suppress(TimeoutError):
            sock.settimeout(0.05)  # so that it has begun
            sock.recv(1)


@pytest.fixture
async def stranger(tmp_path: Path) -> AsyncIterator[Stranger]:
    certificate, key = load_authority(tmp_path, "hall").web([HOST])
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    sock = socket.create_server((HOST, 0))
    server = HostedServer(_answer, sock, tls)
    server.start()
    gc.collect()
    gc.disable()
    try:
        yield Stranger(sock.getsockname()[1], tmp_path / "ca.crt")
    finally:
        gc.enable()
        await server.close()


def kept() -> int:
    return sum(type(one) is SSLProtocol for one in gc.get_objects())


@pytest.mark.bad_input
@pytest.mark.req("M48")
@pytest.mark.parametrize(
    "comes", [asks, breaks_off, speaks_no_http, greets_with_noise, trusts_nobody, leaves_in_the_greeting]
)
async def test_nothing_is_left_of_a_connection(stranger: Stranger, comes: Callable[[Stranger], None]) -> None:
    before = kept()
    for _ in range(TIMES):
        await asyncio.to_thread(comes, stranger)
    await until(lambda: kept() <= before, limit_s=3, every_s=0.1)

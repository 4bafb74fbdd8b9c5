"""What a machine without an account tries at the port of the pages, byte by byte."""

import socket

from tests.attacks.declared import attack
from tests.attacks.site import HOST, Site

CLOSE = b"Host: hub\r\nConnection: close\r\n\r\n"


BROKEN_HTTP = {
    "a method that is none": b"FETCH / HTTP/1.1\r\n" + CLOSE,
    "no method": b"/ HTTP/1.1\r\n" + CLOSE,
    "a version that is none": b"GET / HTTP/x\r\n" + CLOSE,
    "HTTP/2 without asking": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "4 MB of headers": b"GET / HTTP/1.1\r\nX: " + b"a" * 4_000_000 + b"\r\n" + CLOSE,
    "a header without a name": b"GET / HTTP/1.1\r\n: x\r\n" + CLOSE,
    "a line feed in a header": b"GET / HTTP/1.1\r\nX: a\nSet-Cookie: b\r\n\x00" + CLOSE,
    "two hosts": b"GET / HTTP/1.1\r\nHost: a\r\n" + CLOSE,
    "no host": b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
    "noise": bytes(range(256)) * 4,
}


@attack(
    who="stranger",
    tried="HTTP that is none: " + ", ".join(BROKEN_HTTP),
    happens="400 or 405, and the connection is ended; nothing of what was sent comes back",
    counted="protocol",
)
def broken_http(site: Site) -> None:
    for is_tls in (True, False):
        for what, request in BROKEN_HTTP.items():
            answer = site.http(request, is_tls=is_tls)
            assert answer == b"" or answer.split(b" ", 2)[1] in (b"400", b"405"), (what, answer[:100])
            assert b"Set-Cookie" not in answer, what


SMUGGLED = b"GET /ca.crt HTTP/1.1\r\nHost: hub\r\n\r\n"
SMUGGLING = {
    "chunks and a length": b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 0\r\nContent-Length: 40\r\n\r\n",
    "a length that is none": b"Content-Length: +0\r\n\r\n",
    "a negative length": b"Content-Length: -1\r\n\r\n",
    "an encoding that is none": b"Transfer-Encoding: xchunked\r\n\r\n",
    "a folded header": b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "a blank before the colon": b"Content-Length : 0\r\n\r\n",
}


@attack(
    who="stranger",
    tried="Smuggles a second request behind a first: " + ", ".join(SMUGGLING),
    happens="The first is refused and the connection ended; the second is answered to nobody",
    counted="request",
)
def smuggling(site: Site) -> None:
    for what, headers in SMUGGLING.items():
        answer = site.http(b"POST /staff/in HTTP/1.1\r\nHost: hub\r\n" + headers + SMUGGLED)
        assert answer.count(b"HTTP/1.1 ") <= 1, what
        assert answer.split(b" ", 2)[1] in (b"400", b"411", b"501"), (what, answer[:100])
        assert b"CERTIFICATE" not in answer, what


PATHS = (
    b"/../../etc/passwd",
    b"/screen/../../hub/run.py",
    b"/screen/..%2f..%2fhub%2frun.py",
    b"/screen/%2e%2e/%2e%2e/%2e%2e/state/secrets.json",
    b"/screen//etc/passwd",
    b"/screen/%00",
    b"/staff/static/..%2f..%2f..%2fsecrets.json",
    b"/photos/..%2fhall.toml",
    b"/photos/..%2fstate%2fsecrets.json",
    b"/t/..%2f..%2fsecrets.json",
    b"/ca.crt/../authority/ca.key",
    b"/authority/ca.key",
    b"/secrets.json",
    b"/journal.db",
    b"//evil.example/",
    b"http://evil.example/",
    b"/\\..\\secrets.json",
)


@attack(
    who="stranger",
    tried="Paths that lead out of what is served, written in every way, and files of the hub's folder by name",
    happens="404, or the door of the staff's pages",
    counted="request",
)
def paths_that_lead_out(site: Site) -> None:
    secrets = [words.encode() for words in site.passwords.values()]
    for path in PATHS:
        answer = site.http(b"GET " + path + b" HTTP/1.1\r\n" + CLOSE)
        assert answer.split(b" ", 2)[1] in (b"303", b"400", b"404"), (path, answer[:100])
        assert not any(words in answer for words in (*secrets, b"root:", b"PRIVATE KEY", b"scrypt$")), path


@attack(
    who="stranger",
    tried="Forms from another site, of another origin, with another host, without the session's proof",
    happens="403 and nothing done, before anybody is looked up",
    counted="request",
)
def cross_site(site: Site) -> None:
    body = b"number=027001&pin=1234"
    for header in (
        b"Origin: http://evil.example",
        b"Origin: null",
        b"Sec-Fetch-Site: cross-site",
        b"Sec-Fetch-Site: same-site",
    ):
        answer = _post(site, b"/staff/in", body, header)
        assert answer.split(b" ", 2)[1] == b"403", (header, answer[:200])
        assert b"set-cookie" not in answer.lower()
    answer = site.http(b"GET /staff/in HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
    assert b"evil.example" not in answer, "no page is made of what a request calls the hub"


@attack(
    who="stranger",
    tried="Signs in, reads the staff's pages or shows a token without TLS, from another computer",
    happens="A reader is sent to HTTPS; what was sent is refused, with no cookie",
    counted="request",
)
def in_the_clear(site: Site) -> None:
    lan = b"X-Forwarded-For: 192.168.10.66"
    read = site.http(b"GET /staff/duty HTTP/1.1\r\n" + lan + b"\r\n" + CLOSE, is_tls=False)
    assert b"307" in read.splitlines()[0]
    assert b"location: https://hub/staff/duty" in read.lower()
    answer = _post(site, b"/staff/in", b"number=027001&pin=1234", lan, is_tls=False)
    assert b"403" in answer.splitlines()[0]
    assert b"set-cookie" not in answer.lower()
    token = site.http(b"GET /api/v1/hall HTTP/1.1\r\n" + lan + b"\r\nAuthorization: Bearer x\r\n" + CLOSE, is_tls=False)
    assert b"403" in token.splitlines()[0]


@attack(
    who="stranger",
    tried="Four hundred connections to the pages from one address, and hall screens without end",
    happens="200 connections and 24 screens of one address are served; another address is answered meanwhile",
    counted="crowd",
)
def crowd(site: Site) -> None:
    held = [site.plain(site.web) for _ in range(400)]
    try:
        answer = site.http(b"GET / HTTP/1.1\r\n" + CLOSE, source="127.0.0.2")
        assert b"200" in answer.splitlines()[0]
    finally:
        for sock in held:
            sock.close()
    site.until(lambda: site.http(b"GET / HTTP/1.1\r\n" + CLOSE))
    streams = [_stream(site, HOST) for _ in range(26)]
    another = _stream(site, "127.0.0.2")
    try:
        assert [status for _sock, status in streams].count(b"503") == 2
        assert another[1] == b"200"
    finally:
        for sock, _status in (*streams, another):
            sock.close()


@attack(
    who="stranger",
    tried="WebSockets, CONNECT to elsewhere, OPTIONS, TRACE, PUT, DELETE",
    happens="405, or the page without any upgrade; the hub is nobody's proxy",
    counted="request",
)
def other_methods(site: Site) -> None:
    for method in (b"OPTIONS", b"TRACE", b"PUT", b"DELETE", b"PATCH"):
        answer = site.http(method + b" / HTTP/1.1\r\nContent-Length: 0\r\n" + CLOSE)
        assert answer.split(b" ", 2)[1] == b"405", (method, answer[:100])
    proxied = site.http(b"CONNECT evil.example:443 HTTP/1.1\r\n" + CLOSE)
    assert proxied.split(b" ", 2)[1] in (b"400", b"404", b"405")
    upgrade = b"Upgrade: websocket\r\nSec-WebSocket-Key: eA==\r\nSec-WebSocket-Version: 13\r\n"
    answer = site.http(b"GET /events2 HTTP/1.1\r\n" + upgrade + CLOSE.replace(b"close", b"close, Upgrade"))
    assert b" 101 " not in answer.splitlines()[0]


def _post(site: Site, path: bytes, body: bytes, header: bytes, *, is_tls: bool = True) -> bytes:
    head = b"POST " + path + b" HTTP/1.1\r\n" + header + b"\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    return site.http(head + b"Content-Length: %d\r\n" % len(body) + CLOSE + body, is_tls=is_tls)


def _stream(site: Site, source: str) -> tuple[socket.socket, bytes]:
    sock = site.plain(site.web, source)
    sock.sendall(b"GET /events HTTP/1.1\r\nHost: hub\r\n\r\n")
    return sock, sock.recv(4096).split(b" ", 2)[1]

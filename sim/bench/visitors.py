"""People at browsers, for the bench of pages: they sign in, ask for pages, and keep the live parts of pages open."""

import http.client
import re
import selectors
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from html import unescape
from urllib.parse import urlencode

from msgspec import Struct

LIMIT_S = 30.0
_LINK = re.compile(r'(?:href|action)="([^"]+)"')
_PROOF = re.compile(r'name="proof" content="([^"]+)"')


class VisitError(RuntimeError):
    """The hub did not let in whom the bench has sent; what it said is in the sentence."""


class Answer(Struct, frozen=True, kw_only=True):
    """What came of asking. ms: from the request to the last byte of the answer."""

    ms: float
    status: int
    body: bytes
    to: str

    @property
    def links(self) -> list[str]:
        """The addresses within the hub that a page leads to."""
        found = (unescape(one) for one in _LINK.findall(self.body.decode(errors="replace")))
        return [one for one in found if one.startswith("/")]


class Visitor:
    """One browser with its one connection. headers: sent with every request."""

    def __init__(self, port: int, headers: Mapping[str, str] | None = None) -> None:
        self._port = port
        self.headers = dict(headers or {})
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT_S)

    def get(self, path: str) -> Answer:
        """Ask for a page; where it leads on is not followed."""
        return self._ask("GET", path, b"", self.headers)

    def post(self, path: str, form: Mapping[str, str]) -> Answer:
        """Send a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(form).encode(), self.headers | kind)

    def close(self) -> None:
        """Leave; may be called twice."""
        self._line.close()

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Ask; once more where the hub has closed a connection that was idle for long."""
        try:
            return self._ask_once(method, path, body, headers)
        except ConnectionError:
            self._line.close()
            return self._ask_once(method, path, body, headers)

    def _ask_once(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        began = time.perf_counter()
        self._line.request(method, path, body or None, dict(headers))
        if self._line.sock:
            self._line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        answer = self._line.getresponse()
        found = answer.read()
        ms = (time.perf_counter() - began) * 1000
        if cookie := answer.getheader("Set-Cookie"):
            self.headers["Cookie"] = cookie.partition(";")[0]
        return Answer(ms=ms, status=answer.status, body=found, to=answer.getheader("Location") or "")


def sign_in(port: int, number: str, pin: str) -> Visitor:
    """Return somebody who has signed in; raise VisitError where he was not let in."""
    visitor = Visitor(port)
    answer = visitor.post("/staff/in", {"number": number, "pin": pin, "next": "/staff"})
    if answer.status != 303:
        raise VisitError(f"{number} was not let in: {answer.status} {answer.body.decode(errors='replace')[:500]}")
    return visitor


def order(visitor: Visitor, path: str, form: Mapping[str, str]) -> None:
    """Do something on a page, as its own form would; raise VisitError where it is refused."""
    found = _PROOF.search(visitor.get("/staff").body.decode())
    answer = visitor.post(path, {"proof": found[1] if found else "", **form})
    if answer.status not in (200, 303):
        raise VisitError(f"{path}: {answer.status} {answer.body.decode(errors='replace')[:500]}")


class Watching:
    """Pages that are open, and take what changes by itself, until `close`. bytes: what has come."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._selector = selectors.DefaultSelector()
        self._lines: list[socket.socket] = []
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._take, daemon=True)
        self.bytes = 0

    def start(self) -> None:
        """Take what comes from now on."""
        self._thread.start()

    def watch(self, visitor: Visitor, path: str) -> None:
        """Open a stream, before `start`."""
        line = socket.create_connection(("127.0.0.1", self._port), timeout=LIMIT_S)
        self._lines.append(line)
        said = "".join(f"{name}: {value}\r\n" for name, value in visitor.headers.items())
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n{said}\r\n".encode())
        if not (first := line.recv(65536)).startswith(b"HTTP/1.1 200"):
            raise VisitError(f"{path}: {first[:200].decode(errors='replace')}")
        line.setblocking(False)
        self._selector.register(line, selectors.EVENT_READ)

    def close(self) -> None:
        """Close all pages; may be called twice."""
        self._is_over.set()
        if self._thread.is_alive():
            self._thread.join()
        for line in self._lines:
            line.close()
        self._selector.close()

    def _take(self) -> None:
        while not self._is_over.is_set():
            for key, _ in self._selector.select(0.1):
                with suppress(BlockingIOError):
                    found = key.fileobj.recv(65536)  # type: ignore[union-attr]
                    self.bytes += len(found)
                    if not found:
                        self._selector.unregister(key.fileobj)

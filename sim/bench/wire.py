"""The smallest MQTT 3.1.1 client that a measurement can be made with: QoS 1, TCP_NODELAY, no thread and no queue."""

import select
import socket
import ssl
from collections.abc import Iterable, Iterator

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK = 0x10, 0x20, 0x30, 0x40, 0x82, 0x90
CONTINUES = 0x80
HOST = "127.0.0.1"


class Wire:
    """One connection; what it does not wait for stays in its buffer. tls: with what it knows the broker; None: none."""

    def __init__(self, *, port: int, name: str, password: str | None = None, tls: ssl.SSLContext | None = None) -> None:
        self._sock = socket.create_connection((HOST, port), timeout=10)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self._sock = tls.wrap_socket(self._sock, server_hostname=HOST)
        self._buffer = bytearray()
        self.port = port
        self._mid = 0
        flags, login = (0xC2, text(name) + text(password)) if password is not None else (0x02, b"")
        hello = text("MQTT") + bytes([4, flags, 0, 60]) + text(name) + login
        self._sock.sendall(packet(CONNECT, hello))
        answer = self._take(CONNACK)
        if answer[1]:
            self._sock.close()
            raise ConnectionError(f"the broker refused {name}: code {answer[1]}")

    def fileno(self) -> int:
        """Return the descriptor, for select."""
        return self._sock.fileno()

    def has_input(self) -> bool:
        """Tell whether reading would find something at once."""
        is_decrypted = isinstance(self._sock, ssl.SSLSocket) and self._sock.pending() > 0
        return is_decrypted or bool(select.select([self._sock], [], [], 0)[0])

    def subscribe(self, topic: str) -> None:
        """Subscribe at QoS 1 and wait until that is granted."""
        self._sock.sendall(packet(SUBSCRIBE, b"\0\1" + text(topic) + b"\1"))
        self._take(SUBACK)

    def publish(self, topic: str, payload: bytes) -> None:
        """Send at QoS 1, without waiting for the broker's acknowledgement."""
        self._mid = self._mid % 65535 + 1
        self._sock.sendall(packet(PUBLISH | 2, text(topic) + self._mid.to_bytes(2, "big") + payload))

    def publish_many(self, messages: Iterable[tuple[str, bytes]], qos: int = 1) -> None:
        """Send topics with their payloads in one go, without waiting for anything."""
        data = bytearray()
        for topic, payload in messages:
            self._mid = self._mid % 65535 + 1
            mid = self._mid.to_bytes(2, "big") if qos else b""
            data += packet(PUBLISH | qos << 1, text(topic) + mid + payload)
        self._sock.sendall(data)

    def forget_input(self) -> None:
        """Read what is here, and do nothing about it."""
        if not self._sock.recv(65536):
            raise ConnectionError("the broker closed the connection")

    def receive(self) -> bytes:
        """Wait for the next message and return its payload."""
        return self._take(PUBLISH)

    def arrived(self) -> Iterator[tuple[str, bytes]]:
        """Yield topic and payload of all whole messages that are here; wait for input only when nothing is."""
        found = self._next()
        if found is None:
            self._read()
            found = self._next()
        while found is not None:
            kind, body = found
            if kind & 0xF0 == PUBLISH:
                yield self._acknowledge(kind, body)
            found = self._next()

    def close(self) -> None:
        """End the connection; may be called twice."""
        self._sock.close()

    def _take(self, kind: int) -> bytes:
        while True:
            while (found := self._next()) is None:
                self._read()
            head, body = found
            payload = self._acknowledge(head, body)[1] if head & 0xF0 == PUBLISH else body
            if head & 0xF0 == kind & 0xF0:
                return payload

    def _acknowledge(self, head: int, body: bytes) -> tuple[str, bytes]:
        end = 2 + int.from_bytes(body[:2], "big")
        if head & 0x06:
            self._sock.sendall(packet(PUBACK, body[end : end + 2]))
            return body[2:end].decode(), body[end + 2 :]
        return body[2:end].decode(), body[end:]

    def _read(self) -> None:
        data = self._sock.recv(65536)
        if not data:
            raise ConnectionError("the broker closed the connection")
        self._buffer += data

    def _next(self) -> tuple[int, bytes] | None:
        size, at = 0, 1
        while True:
            if at >= len(self._buffer):
                return None
            size |= (self._buffer[at] & 0x7F) << 7 * (at - 1)
            at += 1
            if not self._buffer[at - 1] & CONTINUES:
                break
        if len(self._buffer) < at + size:
            return None
        head, body = self._buffer[0], bytes(self._buffer[at : at + size])
        del self._buffer[: at + size]
        return head, body


def text(words: str) -> bytes:
    """Return words as MQTT writes them."""
    return len(words.encode()).to_bytes(2, "big") + words.encode()


def packet(kind: int, body: bytes) -> bytes:
    """Return a whole packet of MQTT."""
    size, left = bytearray(), len(body)
    while True:
        left, low = left >> 7, left & 0x7F
        size.append(low | CONTINUES if left else low)
        if not left:
            return bytes([kind]) + bytes(size) + body

"""MQTT 3.1.1 as an attacker speaks it: every field as he likes, every byte as he likes."""

import contextlib
import socket
import ssl
from collections.abc import Iterator

CONNECT, PUBLISH, SUBSCRIBE, PING, DISCONNECT = 0x10, 0x30, 0x82, 0xC0, 0xE0
CONNACK, PUBACK, PUBREC, PUBREL, SUBACK, PONG = 0x20, 0x40, 0x50, 0x62, 0x90, 0xD0
ANSWER_S = 10.0


def text(words: str) -> bytes:
    data = words.encode()
    return len(data).to_bytes(2, "big") + data


def packet(kind: int, body: bytes = b"") -> bytes:
    size, left = bytearray(), len(body)
    while True:
        left, low = left >> 7, left & 0x7F
        size.append(low | 0x80 if left else low)
        if not left:
            return bytes([kind]) + bytes(size) + body


def hello(
    name: str, *, password: str | None = None, user: str | None = None, will: tuple[str, bytes] | None = None
) -> bytes:
    """Return a CONNECT. name: of the client; user: of the account, None: the same, empty: none. will: retained."""
    account = name if user is None else user
    flags = 0x02 | (0x80 if account else 0) | (0x40 if password is not None else 0) | (0x2C if will else 0)
    body = text("MQTT") + bytes([4, flags, 0, 60]) + text(name)
    if will:
        body += text(will[0]) + len(will[1]).to_bytes(2, "big") + will[1]
    body += text(account) if account else b""
    return packet(CONNECT, body + (text(password) if password is not None else b""))


def publish(topic: str, payload: bytes, *, qos: int = 0, retain: bool = False, mid: int = 1) -> bytes:
    head = PUBLISH | qos << 1 | int(retain)
    return packet(head, text(topic) + (mid.to_bytes(2, "big") if qos else b"") + payload)


def subscribe(topic: str, qos: int = 0, mid: int = 1) -> bytes:
    return packet(SUBSCRIBE, mid.to_bytes(2, "big") + text(topic) + bytes([qos]))


class RefusedError(ConnectionError):
    """The broker did not let somebody in."""


class Session:
    """A connection whose greeting was accepted; raises RefusedError where it was not."""

    def __init__(
        self,
        sock: socket.socket,
        name: str,
        *,
        password: str | None = None,
        user: str | None = None,
        will: tuple[str, bytes] | None = None,
    ) -> None:
        self.name, self.sock = name, sock
        self._buffer = b""
        try:
            self.send(hello(name, password=password, user=user, will=will))
            kind, body = self.next()
        except BaseException:
            self.close()
            raise
        if kind != CONNACK or body[1]:
            self.close()
            raise RefusedError(f"code {body[1]}")

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def next(self) -> tuple[int, bytes]:
        """Return the next packet; raise ConnectionError at the end, TimeoutError where nothing comes."""
        self.sock.settimeout(ANSWER_S)
        while (found := self._whole()) is None:
            piece = self.sock.recv(65536)
            if not piece:
                raise ConnectionError("ended by the broker")
            self._buffer += piece
        return found

    def publish(self, topic: str, payload: bytes, *, qos: int = 0, retain: bool = False) -> None:
        """Publish, and go through the whole handshake of the quality."""
        self.send(publish(topic, payload, qos=qos, retain=retain))
        if qos == 2:
            self.until(PUBREC)
            self.send(packet(PUBREL, b"\0\1"))

    def subscribe(self, topic: str, qos: int = 0) -> None:
        self.send(subscribe(topic, qos))

    def until(self, kind: int) -> bytes:
        while True:
            found, body = self.next()
            if found & 0xF0 == kind & 0xF0:
                return body

    def heard(self) -> list[tuple[str, bytes]]:
        """Return the messages until the broker has answered a ping, which comes after all that was sent before it."""
        self.send(packet(PING))
        return list(self._messages())

    def is_ended(self) -> bool:
        """Tell whether the broker ends the connection instead of answering."""
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            self.send(packet(PING))
            while True:
                if self.next()[0] == PONG:
                    return False
        return True

    def close(self) -> None:
        self.sock.close()

    def _messages(self) -> Iterator[tuple[str, bytes]]:
        while True:
            kind, body = self.next()
            if kind == PONG:
                return
            if kind & 0xF0 == PUBLISH:
                at = 2 + int.from_bytes(body[:2], "big")
                yield body[2:at].decode(), body[at + (2 if kind & 0x06 else 0) :]

    def _whole(self) -> tuple[int, bytes] | None:
        size, at = 0, 1
        while True:
            if at >= len(self._buffer):
                return None
            size |= (self._buffer[at] & 0x7F) << 7 * (at - 1)
            at += 1
            if not self._buffer[at - 1] & 0x80:
                break
        if len(self._buffer) < at + size:
            return None
        found = self._buffer[0], self._buffer[at : at + size]
        self._buffer = self._buffer[at + size :]
        return found

"""Finds where MQTT packets begin and end in a stream of bytes, and what they are (MQTT 3.1.1, section 2)."""

from typing import NamedTuple

CONNECT, PUBLISH = 1, 3
DUP, QOS = 0x08, 0x06
LENGTH_BYTES_MAX = 4


class Piece(NamedTuple):
    """Some bytes of a stream. is_whole: they are exactly one packet."""

    data: bytes
    is_whole: bool


class Packets:
    """One direction of a connection, cut into its packets."""

    def __init__(self) -> None:
        self._begun = bytearray()
        self._given = 0

    @property
    def is_between(self) -> bool:
        """Whether nothing of a packet has gone on whose end has not."""
        return not self._given

    def take(self, data: bytes, *, holds: bool) -> list[Piece]:
        """Return what can go on: whole packets, and, unless it ``holds`` it, the beginning of the next one at once."""
        self._begun += data
        pieces = []
        while (length := _length(self._begun)) and len(self._begun) >= length:
            pieces.append(Piece(bytes(self._begun[self._given : length]), is_whole=not self._given))
            del self._begun[:length]
            self._given = 0
        if not holds and len(self._begun) > self._given:
            pieces.append(Piece(bytes(self._begun[self._given :]), is_whole=False))
            self._given = len(self._begun)
        return pieces


def is_mqtt(first: bytes) -> bool:
    """Return whether a client's first bytes begin a CONNECT; those of TLS and of anybody else do not."""
    return first[:1] == bytes([CONNECT << 4])


def is_publish(packet: bytes) -> bool:
    """Return whether a packet carries a message."""
    return packet[0] >> 4 == PUBLISH


def topic_of(publish: bytes) -> bytes:
    """Return the topic of a PUBLISH."""
    at = _head_bytes(publish)
    size = int.from_bytes(publish[at : at + 2], "big")
    return bytes(publish[at + 2 : at + 2 + size])


def body_of(publish: bytes) -> bytes:
    """Return what a PUBLISH carries."""
    at = _head_bytes(publish)
    return publish[at + 2 + len(topic_of(publish)) + (2 if publish[0] & QOS else 0) :]


def again(publish: bytes) -> bytes:
    """Return a PUBLISH as whoever has got no answer sends it again: the same, marked as a duplicate from QoS 1 on."""
    return bytes([publish[0] | DUP]) + publish[1:] if publish[0] & QOS else publish


def _head_bytes(packet: bytes | bytearray) -> int:
    """Return where a packet's body begins, 0 while its length is not all there."""
    for at in range(1, min(len(packet), 1 + LENGTH_BYTES_MAX)):
        if packet[at] < 0x80:
            return at + 1
    return 0


def _length(packet: bytearray) -> int:
    """Return how many bytes the first packet has, 0 while nobody can know."""
    head = _head_bytes(packet)
    return head + sum((packet[at] & 0x7F) << 7 * (at - 1) for at in range(1, head)) if head else 0

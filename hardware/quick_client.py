"""paho-mqtt's client, with what every press waits for done quickly: messages and their acknowledgements, both ways.

paho 2.2 asks the kernel three times for a packet and once more for nothing, makes a lock for each message, a ReasonCode
and a Properties for each PUBACK, and wakes a thread that is not there for each packet that goes out. Connecting,
subscribing, pinging and ending stay with paho, and so does what a full socket has not taken.
"""

import time
from collections.abc import Callable
from contextlib import suppress

from msgspec import Struct
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

READ_AHEAD_BYTES = 65536
PUBLISH, PUBACK, AT_LEAST_ONCE = 0x30, 0x40, 0x02
KIND, QOS, RETAIN = 0xF0, 0x06, 0x01
MORE, LOW_BITS, LENGTH_BITS, LENGTH_BYTES = 0x80, 0x7F, 7, 4


class Message(Struct, frozen=True):
    """What has arrived. mid: by which it is acknowledged; 0 needs no acknowledgement."""

    name: bytes
    payload: bytes
    retain: bool
    mid: int

    @property
    def topic(self) -> str:
        """The topic; raises UnicodeDecodeError where it is none."""
        return self.name.decode()


class QuickClient(mqtt.Client):
    """A client of MQTT 3.1.1 that an event loop reads and writes. unconfirmed: what has no PUBACK yet.

    on_answer: told what the broker said to the login, empty where it let us in; on_granted: the subscriptions hold;
    on_closing: the socket is about to be closed, and still open; on_ended: the connection is over.
    """

    def __init__(
        self,
        name: str,
        *,
        on_answer: Callable[[str], None],
        on_granted: Callable[[], None],
        on_closing: Callable[[], None],
        on_ended: Callable[[], None],
    ) -> None:
        super().__init__(CallbackAPIVersion.VERSION2, client_id=name, clean_session=True, manual_ack=True)
        self.unconfirmed: set[int] = set()
        self._ahead, self._at = b"", 0
        self.on_connect = lambda _client, _data, _flags, reason, _properties: on_answer(_refusal(reason))
        self.on_subscribe = lambda *_: on_granted()
        self.on_socket_close = lambda *_: on_closing()
        self.on_disconnect = lambda *_: on_ended()
        self.on_socket_register_write = lambda *_: None  # or it writes within its own callbacks, behind its locks

    def read_ahead(self) -> None:
        """Take what is here behind what is left; at the socket's end paho ends the connection."""
        try:
            data = super()._sock_recv(READ_AHEAD_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._ahead, self._at = self._ahead[self._at :] + data if data else b"", 0
        if data:
            self._last_bytes_received = time.monotonic()
        else:
            self.loop_read()

    def next(self) -> Message | int | None:
        """Return the next message, or the kind of another packet, dealt with; None where no whole packet is here."""
        head, start, end = self._next_packet()
        if not end:
            return None
        kind = head & KIND
        if kind not in (PUBLISH, PUBACK):
            self.loop_read()
            if self._sock is None:
                self._ahead, self._at = b"", 0
            return kind
        body, self._at = self._ahead[start:end], end
        if kind == PUBLISH:
            return _message(head, body)
        self.unconfirmed.discard(int.from_bytes(body[:2], "big"))
        return kind

    def publish_at_once(self, topic: str, payload: bytes, retain: bool) -> None:
        """Send at QoS 1; what does not go out now, paho sends when the socket takes more."""
        mid = self._mid_generate()
        self.unconfirmed.add(mid)
        name = topic.encode()
        body = b"%c%c%b%c%c" % (*divmod(len(name), 256), name, *divmod(mid, 256))
        head = bytes([PUBLISH | AT_LEAST_ONCE | (RETAIN if retain else 0)]) + _length(len(body) + len(payload))
        self._send_at_once(PUBLISH, head + body + payload)

    def acknowledge(self, message: Message) -> None:
        """Keep the PUBACK of a message for the next writing."""
        if message.mid:
            self._later(PUBACK, b"%c\x02%c%c" % (PUBACK, *divmod(message.mid, 256)))

    def _send_at_once(self, command: int, data: bytes) -> None:
        sent = 0
        if not self._out_packet:
            with suppress(OSError):  # full: later; broken: paho meets it at its own writing
                sent = self._sock_send(data)
                self._last_msg_out = time.monotonic()
        if sent < len(data):
            self._later(command, data[sent:])

    def _later(self, command: int, data: bytes) -> None:
        if command == PUBACK and self._out_packet and self._out_packet[-1]["command"] == PUBACK:
            self._out_packet[-1]["packet"] += data
            self._out_packet[-1]["to_process"] += len(data)
            return
        size = len(data)
        self._out_packet.append(
            {"command": command, "mid": 0, "qos": 1, "pos": 0, "to_process": size, "packet": data, "info": None}
        )

    def _sock_recv(self, bufsize: int) -> bytes:
        """Give paho what it asks for, out of what was read ahead."""
        if self._at == len(self._ahead):
            return super()._sock_recv(bufsize)
        data = self._ahead[self._at : self._at + bufsize]
        self._at += len(data)
        return data

    def _next_packet(self) -> tuple[int, int, int]:
        """Return the first byte of the next packet, where its body starts, and where it ends: 0 if not all is here.

        What has a length of no packet is left to paho, which ends the connection.
        """
        data, first, size = self._ahead, self._at + 1, 0
        for nth, byte in enumerate(data[first : first + LENGTH_BYTES]):
            size |= (byte & LOW_BITS) << LENGTH_BITS * nth
            if not byte & MORE:
                start = first + nth + 1
                return data[self._at], start, start + size if start + size <= len(data) else 0
        return 0, first, first + LENGTH_BYTES if len(data) > first + LENGTH_BYTES else 0


def _refusal(reason: ReasonCode) -> str:
    return str(reason) if reason.is_failure else ""


def _message(head: int, body: bytes) -> Message:
    end = 2 + int.from_bytes(body[:2], "big")
    if not head & QOS:
        return Message(body[2:end], body[end:], bool(head & RETAIN), 0)
    return Message(body[2:end], body[end + 2 :], bool(head & RETAIN), int.from_bytes(body[end : end + 2], "big"))


def _length(size: int) -> bytes:
    """Return a length as MQTT writes it."""
    out = bytearray()
    while size > LOW_BITS:
        out.append(size & LOW_BITS | MORE)
        size >>= LENGTH_BITS
    out.append(size)
    return bytes(out)

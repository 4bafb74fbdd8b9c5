"""One connection to the broker: a paho-mqtt client on asyncio, from its opening to its end.

paho's own threads are not used: its socket is read and written from the event loop.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import msgspec

from hardware.contract import LOST
from hardware.logs import Log
from hardware.quick_client import Message, QuickClient

__all__ = ["Address", "Connection", "LinkRefusedError", "Message"]

log = Log(__name__)

KEEPALIVE_S = 10
PING_AFTER_S = 4
"""paho pings after so much silence and gives up after as much again: within one keep-alive, not within two."""
CONNECT_LIMIT_S = 5.0
PACKETS_A_TURN = 256
"""How many packets are read before others get a turn of the event loop: the most that share one commit."""


class Address(msgspec.Struct, frozen=True):
    """Where a broker listens. ca: file of the hall's own authority; None is a connection without TLS."""

    host: str
    port: int
    ca: Path | None = None


class LinkRefusedError(ConnectionError):
    """The broker answered, and said no."""


class Connection:
    """One paho client, from its opening to its end."""

    def __init__(
        self,
        *,
        address: Address,
        name: str,
        password: str,
        will_topic: str | None,
        subscriptions: list[tuple[str, int]],
        on_message: Callable[[Message], None],
        on_pause: Callable[[], None] | None,
        on_granted: Callable[[], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._address = address
        self._subscriptions = subscriptions
        self._handle = on_message
        self._on_pause = on_pause
        self._on_granted = on_granted
        self._granted: asyncio.Future[None] = self._loop.create_future()
        self.closed: asyncio.Future[None] = self._loop.create_future()
        self._reading: int | None = None
        self._writing = False
        self._is_reading = False
        self._rest: asyncio.Handle | None = None
        self._misc: asyncio.TimerHandle | None = None
        self._client = self._make_client(name, password, will_topic)

    def _make_client(self, name: str, password: str, will_topic: str | None) -> QuickClient:
        client = QuickClient(
            name,
            on_answer=self._on_answer,
            on_granted=self._on_subscribed,
            on_closing=self._forget_socket,
            on_ended=self._on_disconnected,
        )
        client.username_pw_set(name, password)
        client.connect_timeout = CONNECT_LIMIT_S
        if self._address.ca:
            client.tls_set_context(ssl.create_default_context(cafile=str(self._address.ca)))
        if will_topic:
            client.will_set(will_topic, LOST, qos=1, retain=True)
        return client

    async def open(self) -> None:
        """Connect and subscribe; raise OSError or LinkRefusedError where that fails."""
        await asyncio.to_thread(self._client.connect, self._address.host, self._address.port, KEEPALIVE_S)
        self._client._keepalive = PING_AFTER_S  # noqa: SLF001  (what the broker was told stays as it is)
        sock = self._client.socket()
        if sock is None:
            raise ConnectionError("closed at once")
        if isinstance(sock, socket.socket):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._reading = sock.fileno()
        self._loop.add_reader(self._reading, self._read)
        self._flush()
        self._keep_alive()
        async with asyncio.timeout(CONNECT_LIMIT_S):
            await asyncio.wait([self._granted, self.closed], return_when=asyncio.FIRST_COMPLETED)
        if not self._granted.done():
            raise ConnectionError("closed before the subscriptions were granted")
        self._granted.result()

    def close(self) -> None:
        """End the connection; may be called twice."""
        if self._misc:
            self._misc.cancel()
        self._client.on_disconnect = None
        if self._client.is_connected():
            self._client.disconnect()
            self._client.loop_write()
        self._forget_socket()
        sock = self._client.socket()
        if sock is not None:
            sock.close()
        for future in (self._granted, self.closed):
            if not future.done():
                future.cancel()

    def publish(self, topic: str, payload: bytes, retain: bool) -> None:
        """Send at QoS 1, at once as far as the socket takes it."""
        self._client.publish_at_once(topic, payload, retain)
        if self._client.want_write():
            self._flush()

    def acknowledge(self, message: Message) -> None:
        """Send the broker's acknowledgement; those of one turn go out together, after the views."""
        self._client.acknowledge(message)
        if not self._is_reading:
            self._flush()

    @property
    def unconfirmed(self) -> int:
        """How many messages have no confirmation yet."""
        return len(self._client.unconfirmed)

    def waits_for_broker(self) -> bool:
        """Tell whether anything published has not been confirmed."""
        return bool(self._client.want_write() or self._client.unconfirmed)

    def _read(self) -> None:
        """Take all packets that are here, so that they can share one commit."""
        if self._reading is None:
            return
        if self._rest:
            self._rest.cancel()
        self._is_reading = True
        try:
            self._take_packets()
            if self._on_pause:
                self._on_pause()
        finally:
            self._is_reading = False
            self._flush()

    def _take_packets(self) -> None:
        """What an earlier turn left comes first: only when none of it is whole any more, the socket is read again."""
        has_read = False
        for _ in range(PACKETS_A_TURN):
            found = self._client.next()
            if isinstance(found, Message):
                self._on_message(found)
            elif found is None:
                if has_read and not self._is_more_decrypted():
                    return
                self._client.read_ahead()
                has_read = True
        self._rest = self._loop.call_soon(self._read)

    def _is_more_decrypted(self) -> bool:
        sock = self._client.socket()
        return isinstance(sock, ssl.SSLSocket) and sock.pending() > 0

    def _flush(self) -> None:
        """Write at once what the socket takes; a writer is registered only for what is left, which is rare.

        Not from within paho's callbacks: a broken pipe would make it call another one, behind a lock that it holds.
        """
        if self._is_reading:
            return
        if self._client.want_write():
            self._client.loop_write()
        self._watch_writing(self._client.want_write())

    def _watch_writing(self, wanted: bool) -> None:
        if wanted == self._writing or self._reading is None or self._client.socket() is None:
            return
        self._writing = wanted
        if wanted:
            self._loop.add_writer(self._reading, self._flush)
        else:
            self._loop.remove_writer(self._reading)

    def _keep_alive(self) -> None:
        self._misc = self._loop.call_later(1.0, self._keep_alive)
        self._client.loop_misc()
        self._flush()

    def _forget_socket(self) -> None:
        """Leave the event loop while the socket is open: one that is closed, and was written too, cannot leave."""
        if self._reading is not None:
            self._loop.remove_reader(self._reading)
            self._loop.remove_writer(self._reading)
            self._reading = None

    def _on_answer(self, refusal: str) -> None:
        if refusal:
            self._granted.set_exception(LinkRefusedError(f"refused: {refusal}"))
        elif self._subscriptions:
            self._client.subscribe(self._subscriptions)
        else:
            self._on_subscribed()

    def _on_subscribed(self) -> None:
        if not self._granted.done():
            self._granted.set_result(None)
            self._on_granted()

    def _on_message(self, message: Message) -> None:
        try:
            self._handle(message)
        except Exception:
            log.exception("message-failed", "a message could not be worked on", why=message.name)

    def _on_disconnected(self) -> None:
        if not self.closed.done():
            self.closed.set_result(None)

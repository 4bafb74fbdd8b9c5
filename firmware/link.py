"""The connection to the broker: an MQTT 3.1.1 client that comes back by itself; steps 1 and 8 of a press.

Nothing is kept for later: whoever sent a thing sends it again when the link is up (docs/protocol.md). So the broker's
confirmations are not waited for, and a handler that fails costs its message, never the link.
"""

# ruff: noqa: T201  (print is a node's console)

import asyncio
import random
import sys
import time

import mqtt
from channel import Channel, ChannelError
from micropython import const

_OPEN_LIMIT_S = const(5)
_DELAY_MAX_S = const(5)
_SUBSCRIBE_ID = const(1)


class Link:
    """One client of the broker that reconnects for ever.

    name: the device's, as client and as account. handlers: topic to (most bytes, function of payload and whether it is
    a retained one); the payload is a memoryview that is only valid until the function returns, None if too large.
    on_up: called when the topics are asked for, before their first message. buffer: as of `Channel`. tls: as of its
    `open`.
    """

    def __init__(self, *, host, port, name, password, keepalive_s, will_topic, will, handlers, on_up, buffer, tls):
        self.is_up = False
        self._address = (host, port)
        self._hello = mqtt.connect(
            name=name, password=password, keepalive_s=keepalive_s, will_topic=will_topic, will=will
        )
        self._keepalive_ms = keepalive_s * 1000
        self._handlers = {topic.encode(): handler for topic, handler in handlers.items()}
        self._on_up = on_up
        self._tls = tls
        self._channel = Channel(buffer)
        self._packet_id = _SUBSCRIBE_ID
        self._attempt = 0
        self._why = None
        self._complaint = None

    async def run(self):
        """Stay connected, for ever."""
        while True:
            await self._live_once()
            # Said once, not at every attempt.
            if self._why != self._complaint:
                self._complaint = self._why
                print("broker %s:%d: %s" % (self._address[0], self._address[1], self._why))
            self._attempt += 1
            await asyncio.sleep(random.uniform(0.02, min(_DELAY_MAX_S, 0.2 * 1.5 ** min(10, self._attempt))))

    def publish(self, topic, payload, is_retained=False):
        """Send at QoS 1, at once; while the link is down nothing is sent and nothing is kept."""
        if self.is_up:
            self._packet_id = self._packet_id % 0xFFFF + 1
            self._channel.write(mqtt.publish(self._packet_id, topic, payload, is_retained))

    async def _live_once(self):
        """Connect and serve until it breaks, and note why it did, in words."""
        self._why = None
        session = asyncio.create_task(self._serve())
        pulse = asyncio.create_task(self._watch(session))
        try:
            await session
        except asyncio.CancelledError:
            if self._why is None:
                raise
        except (OSError, ValueError) as error:
            self._why = str(error).strip()
        finally:
            self.is_up = False
            pulse.cancel()
            self._channel.close()

    async def _serve(self):
        sender = asyncio.create_task(self._channel.send_rest())
        try:
            self._channel.open(self._address, self._tls)
            self._channel.write(self._hello)
            _check_welcome(*await self._channel.packet())
            self._channel.write(mqtt.subscribe(_SUBSCRIBE_ID, self._handlers))
            self.is_up, self._attempt, self._complaint = True, 0, None
            self._on_up()
            while True:
                self._take(*await self._channel.packet())
        finally:
            sender.cancel()

    async def _watch(self, session):
        """Ping three times a keep-alive; end the session when it does not open, or the broker has fallen silent."""
        await asyncio.sleep(_OPEN_LIMIT_S)
        if not self.is_up:
            self._why = "no answer within %d s" % _OPEN_LIMIT_S
        while self._why is None:
            self._channel.write(mqtt.PINGREQ)
            await asyncio.sleep_ms(self._keepalive_ms // 3)
            if time.ticks_diff(time.ticks_ms(), self._channel.heard_at) > self._keepalive_ms:
                self._why = "silent for more than %d ms" % self._keepalive_ms
        session.cancel()

    def _take(self, kind, body, length):
        if kind >> 4 == mqtt.PUBLISH:
            self._deliver(kind, body, length)
        elif kind >> 4 == mqtt.SUBACK and max(body[2:]) & 0x80:
            print("the broker does not let this device read its topics; look at its access rules")

    def _deliver(self, kind, body, length):
        found = mqtt.topic_and_id(body, kind >> 1 & 3)
        if found is None:
            return
        topic, packet_id, start = found
        if packet_id:
            self._channel.write(mqtt.puback(packet_id))
        most, handle = self._handlers.get(topic, (0, None))
        if handle is None:
            return
        try:
            is_whole = len(body) == length and length - start <= most
            handle(body[start:] if is_whole else None, bool(kind & 1))
        except Exception as error:
            sys.print_exception(error)


def _check_welcome(kind, body, _length):
    """Raise ChannelError where the first packet is not CONNACK, or says no (3.2)."""
    if kind >> 4 != mqtt.CONNACK or len(body) != 2:
        raise ChannelError("this is no MQTT broker")
    if body[1]:
        raise ChannelError("refused: %s" % mqtt.refusal(body[1]))

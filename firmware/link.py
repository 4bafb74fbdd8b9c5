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

_OPEN_LIMIT_MS = const(5000)
_DELAY_MAX_S = const(5)
_WATCH_EVERY_MS = const(100)
_PATIENCE = const(5)
"""How many attempts without a network are nothing to talk of: a switch takes a while to see a cable."""
_ATTEMPTS = const(50)
"""After so many in vain the network itself is begun anew: its chip may hang."""
_SUBSCRIBE_ID = const(1)


class Link:
    """One client of the broker that reconnects for ever.

    name: the device's, as client and as account. handlers: topic to (most bytes, function of payload and whether it is
    a retained one); the payload is a memoryview that is only valid until the function returns, None if too large.
    on_up: called when the topics are asked for, before their first message. nic: what carries it, as of `nics.nic`.
    hall_ms: as of `HubWatch`. buffer: as of `Channel`. tls: as of its `open`. links: how often there was a connection.
    """

    def __init__(
        self, *, host, port, name, password, keepalive_s, will_topic, will, handlers, on_up, hall_ms, nic, buffer, tls
    ):
        import hello

        self.is_up = False
        self.links = 0
        self.nic = nic
        self._address = (host, port)
        self._hello = hello.connect(
            name=name, password=password, keepalive_s=keepalive_s, will_topic=will_topic, will=will
        )
        del hello, sys.modules["hello"]
        self._keepalive_ms = keepalive_s * 1000
        self._handlers = {topic.encode(): handler for topic, handler in handlers.items()}
        self._on_up = on_up
        self._hall_ms = hall_ms
        self._tls = tls
        self._channel = Channel(buffer)
        self._packet_id = _SUBSCRIBE_ID
        self._attempt = 0
        self._task = None
        self._began = None
        self._why = None
        self._complaint = None

    async def run(self):
        """Stay connected, for ever."""
        self._task = asyncio.current_task()
        while True:
            self._why = None
            if self.nic.isconnected():
                await self._live_once()
            elif self._attempt > _PATIENCE:
                self._why = self.nic.why()
            # Said once, not at every attempt.
            if self._why != self._complaint:
                self._complaint = self._why
                self._say(self._why)
            self._attempt += 1
            if self._attempt % _ATTEMPTS == 0:
                self.nic.again()
            await asyncio.sleep(random.uniform(0.02, min(_DELAY_MAX_S, 0.2 * 1.5 ** min(10, self._attempt))))

    async def watch(self):
        """Send what was left over, ping three times a keep-alive, and end what has fallen silent, for ever.

        Its task is there from the start, since one for each connection would break up the memory.
        """
        pinged = time.ticks_ms()
        while True:
            await asyncio.sleep_ms(_WATCH_EVERY_MS)
            now = time.ticks_ms()
            if self._began is None or self._why:
                continue
            self._channel.push()
            if self._channel.fault:
                self._end(self._channel.fault)
            elif not self.is_up:
                if time.ticks_diff(now, self._began) > _OPEN_LIMIT_MS:
                    self._end("no answer within %d ms" % _OPEN_LIMIT_MS)
            elif time.ticks_diff(now, self._channel.heard_at) > self._keepalive_ms:
                self._end("silent for more than %d ms" % self._keepalive_ms)
            elif time.ticks_diff(now, pinged) > self._keepalive_ms // 3:
                pinged = now
                self._channel.write(mqtt.PINGREQ)

    def publish(self, topic, payload, is_retained=False):
        """Send at QoS 1, at once; while the link is down nothing is sent and nothing is kept."""
        if self.is_up:
            self._packet_id = self._packet_id % 0xFFFF + 1
            self._channel.write(mqtt.publish(self._packet_id, topic, payload, is_retained))

    def ask(self):
        """Have the broker send what it has for this device, and once more what it keeps (3.8.4)."""
        if self.is_up:
            self._channel.write(mqtt.subscribe(_SUBSCRIBE_ID, self._handlers))

    async def _live_once(self):
        """Connect and serve until it breaks, and note why it did, in words."""
        self._began = time.ticks_ms()
        try:
            await self._serve()
        except asyncio.CancelledError:
            if self._why is None:
                raise
        except (OSError, ValueError) as error:
            self._why = self._channel.fault or str(error).strip()
        finally:
            self._began = None
            self.is_up = False
            self._channel.close()

    def _say(self, what):
        print("broker %s:%d: %s" % (self._address[0], self._address[1], what))

    def _end(self, why):
        self._why = why
        self._task.cancel()

    async def _serve(self):
        self._channel.open(self._address, self._tls, self._hall_ms(self._began))
        self._channel.write(self._hello)
        _check_welcome(*await self._channel.packet())
        if self._complaint:
            self._say("connected")
        self.is_up, self._attempt, self._complaint = True, 0, None
        self.ask()
        self.links += 1
        self._on_up()
        while True:
            self._take(*await self._channel.packet())

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
        import hello

        del sys.modules["hello"]
        raise ChannelError("refused: %s" % hello.refusal(body[1]))

"""MQTT packets over one socket, in and out, for as long as it holds."""

import asyncio
import errno
import socket
import time
from asyncio import core

from limits import BODY_BYTES
from micropython import const

_SKIP_BYTES = const(256)
_PACKETS_A_TURN = const(8)
"""How many packets are taken before others get their turn, if so many are there."""


class ChannelError(OSError):
    """The connection is of no more use."""


class Channel:
    """One connection, which `open` begins. heard_at: ``time.ticks_ms()`` when the last bytes came.

    fault: why nothing goes out any more, None while it does.
    buffer: BODY_BYTES for packets, handed in since later there is no such piece of memory any more.
    """

    def __init__(self, buffer):
        self.heard_at = time.ticks_ms()
        self._buffer = memoryview(buffer)
        self._socket = None
        self.fault = None
        self._unsent = []
        self._in_a_row = 0

    def open(self, address, tls, at_ms):
        """Begin to connect; what is written waits until it has. tls: wraps the socket at that time; None is without."""
        self.fault = None
        self._unsent = []
        self._socket = _connecting(address)
        if tls:
            self._socket = tls(self._socket, at_ms)

    def close(self):
        """Let go of the socket; may be called twice."""
        if self._socket:
            self._socket.close()
            self._socket = None

    def write(self, packet):
        """Send now what the socket takes; the rest, and what comes after it, follow when it takes more."""
        self._unsent.append(packet)
        if len(self._unsent) == 1:
            self.push()

    def push(self):
        """Send what was left over: packet by packet, since a TLS record must be ended with the bytes that began it."""
        try:
            while self._unsent and not self.fault:
                packet = self._unsent[0]
                count = self._socket.write(packet)
                if count == len(packet):
                    self._unsent.pop(0)
                    continue
                if count:
                    self._unsent[0] = packet[count:]
                return
        except (OSError, ValueError) as error:
            # A certificate that is not believed is a ValueError. What was to be sent is sent again by its sender.
            self.fault = str(error).strip()

    async def packet(self):
        """Return first byte, body and true length of the next packet (mqtt-v3.1.1, 2.2); raise ChannelError.

        The body is a memoryview that is valid until the next call; that of a larger packet is cut at BODY_BYTES.
        """
        self._in_a_row += 1
        if self._in_a_row > _PACKETS_A_TURN:
            self._in_a_row = 0
            await asyncio.sleep_ms(0)
        kind, length = await self._header()
        body = self._buffer[: min(length, BODY_BYTES)]
        await self._fill(body)
        excess = length - len(body)
        while excess:
            # The end of a cut body is overwritten, since nobody wants a message that is not whole.
            chunk = min(excess, _SKIP_BYTES)
            await self._fill(body[-chunk:])
            excess -= chunk
        return kind, body, length

    async def _header(self):
        head = self._buffer[:2]
        await self._fill(head)
        kind, byte = head[0], head[1]
        length, shift = byte & 0x7F, 7
        while byte & 0x80:
            if shift > 21:
                raise ChannelError("no MQTT broker")
            await self._fill(self._buffer[:1])
            byte = self._buffer[0]
            length |= (byte & 0x7F) << shift
            shift += 7
        return kind, length

    async def _fill(self, view):
        """Read until the view is full; what is there already is taken without giving up the turn."""
        while len(view):
            count = self._socket.readinto(view)
            if count is None:
                self._in_a_row = 0
                await self._readable()
            elif count == 0:
                raise ChannelError("closed by the broker")
            else:
                self.heard_at = time.ticks_ms()
                view = view[count:]

    def _readable(self):
        """Wait until there is something to read, as asyncio's own streams do, without the memory that they take."""
        yield core._io_queue.queue_read(self._socket)  # noqa: SLF001


def _connecting(address):
    """Return a socket that has begun to connect."""
    family, kind, protocol, _, target = socket.getaddrinfo(address[0], address[1], 0, socket.SOCK_STREAM)[0]
    sock = socket.socket(family, kind, protocol)
    sock.setblocking(False)
    try:
        # IPPROTO_TCP, TCP_NODELAY: without it a press waits 40 ms for the acknowledgement of the packet before.
        sock.setsockopt(6, 1, 1)
        sock.connect(target)
    except OSError as error:
        if error.errno != errno.EINPROGRESS:
            sock.close()
            raise
    return sock

"""MQTT packets over one socket, in and out, for as long as it holds."""

import asyncio
import errno
import socket
import time

BODY_MAX = 6144 + 128
"""The largest message that is for a node, a job, with its topic; what is larger is skipped."""
_SKIP_BYTES = 256
_PACKETS_A_TURN = 8
"""How many packets are taken before others get their turn, if so many are there."""


class ChannelError(OSError):
    """The connection is of no more use."""


class Channel:
    """One connection, which `open` begins. heard_at: ``time.ticks_ms()`` when the last bytes came.

    buffer: BODY_MAX bytes for packets, handed in since later there is no such piece of memory any more.
    """

    def __init__(self, buffer):
        self.heard_at = time.ticks_ms()
        self._buffer = memoryview(buffer)
        self._socket = None
        self._stream = None
        self._fault = None
        self._unsent = []
        self._in_a_row = 0
        self._stuck = asyncio.Event()

    def open(self, address, tls):
        """Begin to connect; what is written waits until it has. tls: wraps the socket; None is without TLS."""
        self._socket = _connecting(address)
        if tls:
            self._socket = tls(self._socket)
        self._stream = asyncio.StreamWriter(self._socket)
        self._fault = None
        self._unsent = []

    def close(self):
        """Let go of the socket; may be called twice."""
        if self._socket:
            self._socket.close()
            self._socket = None

    def write(self, packet):
        """Send now what the socket takes; the rest, and what comes after it, follow when it takes more."""
        if self._unsent or self._stream.out_buf:
            self._unsent.append(packet)
            return
        try:
            self._stream.write(packet)
        except OSError as error:
            self._fault = str(error)
            # Who reads finds the connection broken too, and ends it; what was to be sent is sent again by its sender.
            return
        if self._stream.out_buf:
            self._stuck.set()

    async def send_rest(self):
        """Send what was left over, for ever: packet by packet, since a TLS record must end with the bytes it began."""
        while True:
            await self._stuck.wait()
            self._stuck.clear()
            try:
                await self._stream.drain()
                while self._unsent:
                    self._stream.write(self._unsent.pop(0))
                    await self._stream.drain()
            except OSError:
                return

    async def packet(self):
        """Return first byte, body and true length of the next packet (mqtt-v3.1.1, 2.2); raise ChannelError.

        The body is a memoryview that is valid until the next call; that of a larger packet is cut at BODY_MAX.
        """
        self._in_a_row += 1
        if self._in_a_row > _PACKETS_A_TURN:
            self._in_a_row = 0
            await asyncio.sleep_ms(0)
        kind, length = await self._header()
        body = self._buffer[: min(length, BODY_MAX)]
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
                raise ChannelError("this is no MQTT broker")
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
                count = await self._stream.readinto(view)
            if count == 0:
                raise ChannelError(self._fault or "closed by the broker")
            if count:
                self.heard_at = time.ticks_ms()
                view = view[count:]


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

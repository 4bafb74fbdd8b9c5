"""Runs under MicroPython: a week of presses as fast as they go, through the firmware's own objects, over pins of air.

LINTEL_PRESSES says how many. Found in the current folder: board.json. node_week.py reads what is printed.
"""

import asyncio
import gc
import json
import os
import sys
import time

import micropython

WARM_UP = 1000
FRAMES = 1000
SETTLE_MS = 100
JOB_EVERY = 1000
WARM_JOB_EVERY = 50
"""So that all the answers that are remembered are there before anything is compared."""
BEAT_EVERY = 16
TURN_EVERY = 8
ROOT = ("hall", "bench")
VIEW, JOB, STATUS = [
    "/".join(ROOT + leaf).encode() for leaf in (("dispenser-1", "view"), ("dispenser-1", "job"), ("hub", "status"))
]


class Pin:
    """A pin at rest."""

    IN, OUT = 0, 1
    PULL_UP, PULL_DOWN = 1, 2
    IRQ_FALLING, IRQ_RISING = 4, 8

    def __init__(self, number, mode=0, pull=0, *, value=1):
        self._level = value

    def value(self, level=None):
        if level is not None:
            self._level = level
        return self._level

    def irq(self, handler, trigger):
        pass


class SPI:
    def __init__(self, bus, **given):
        pass

    def write(self, data):
        pass


class PWM:
    def __init__(self, pin, **given):
        pass

    def freq(self, hertz):
        pass

    def duty_u16(self, duty):
        pass


class UART:
    """A printer that is well and has always finished; a reader would never hear a card."""

    def __init__(self, port, **given):
        self._answer = b""

    def any(self):
        return len(self._answer)

    def read(self, count):
        data, self._answer = self._answer[:count], self._answer[count:]
        return data

    def readinto(self, memory):
        return None

    def write(self, data):
        data = bytes(data)
        if data[:2] == b"\x10\x04":
            self._answer = b"\x12"
        elif data == b"\x1d\x72\x01":
            self._answer = b"\x00"
        return len(data)


class Machine:
    Pin, SPI, PWM, UART = Pin, SPI, PWM, UART


class Wire:
    """The socket: it takes everything, and knows how many events were told and which jobs were done."""

    events = done = 0

    def write(self, packet):
        if b"/event" in packet[:40]:
            self.events += 1
            self.done += b'"done"' in packet
        return len(packet)


class Hub:
    """What answers: views and jobs as packets in the link's own buffer."""

    def __init__(self, link, body, pictures):
        self._link, self._body = link, memoryview(body)
        self._pictures = pictures
        self._v = 0

    def show(self, seq):
        self._v += 1
        head = '{"v":%d,"turn":%d,"ack":[%d,%d],"lamps":{"A":"on","B":"blink"},"tone":[[880,1]],"panel":'
        head %= self._v, self._v, seq > 0, seq
        self._send(VIEW, head.encode(), self._pictures[self._v % 3], b"}")

    def show_picture(self, number, seq):
        """Show views until this picture is on show."""
        self.show(seq)
        while self._v % 3 != number:
            self.show(seq)

    def print(self, serial):
        job = '{"do":"print","id":"20261121-%06d","data":"%s"}' % (serial, "G0AbQBtA" * 30)
        self._send(JOB, job.encode())

    def beat(self):
        at_ms = 1795237200000 + time.ticks_ms()
        self._send(STATUS, b'{"state":"ready","boot":3,"at":%d}' % at_ms)

    def _send(self, topic, *pieces):
        """Put a packet where the link's packets are put, without memory of its own."""
        self._body[0], self._body[1], end = 0, len(topic), 2
        for piece in (topic,) + pieces:
            self._body[end : end + len(piece)] = piece
            end += len(piece)
        self._link._deliver(0x30, self._body[:end], end)


def made():
    """Return the whole node, its link, its channel, its parts, and the link's buffer."""
    sys.modules["machine"] = Machine()
    import limits

    memory = [bytearray(size) for size in (limits.BODY_BYTES, limits.PICTURE_BYTES, limits.SCRATCH_BYTES)]
    import channel

    channel._connecting = lambda address: WIRE
    import link

    found = []

    class Link(link.Link):
        def __init__(self, **given):
            super().__init__(**given)
            found.append(self)

    class Channel(channel.Channel):
        def __init__(self, buffer):
            super().__init__(buffer)
            found.append(self)

    link.Link, link.Channel = Link, Channel
    import build
    import config
    from node import Node

    settings = {"hall": "bench", "device": "dispenser-1", "password": "", "host": "", "port": 1, "keepalive_s": 10}
    with open("board.json") as file:
        parts = build.parts(json.load(file), memory[1], config.PARTS)
    node = Node(settings=settings, parts=parts, boot=1, nic=None, buffer=memory[0], scratch=memory[2], tls=None)
    for name in ("build", "config"):
        del sys.modules[name]
    gc.collect()
    import messages  # noqa: F401

    return node, found[1], found[0], parts, memory[0]


def frame_us(panel):
    """Return what a frame of a moving picture takes until its bytes are out."""
    began = time.ticks_us()
    for step in range(FRAMES):
        panel._draw(step)
    return time.ticks_diff(time.ticks_us(), began) / FRAMES


async def tell(when, hub):
    """Say how much memory is used when nothing moves or sounds."""
    hub.show_picture(0, WIRE.events)
    await asyncio.sleep_ms(SETTLE_MS)
    gc.collect()
    gc.collect()
    print("%s %d bytes" % (when, gc.mem_alloc()))
    micropython.mem_info()


async def week(presses):
    node, link, channel, parts, body = made()
    link.is_up = True
    channel.open(("", 1), None, None)
    works = node.works()
    tasks = [asyncio.create_task(work) for work in works[2:]]
    bits = "ABCDEFGH" * 42 + "ABCDEA=="
    pictures = [
        b'{"w":128,"h":16,"bits":"%s"}' % bits,
        b'{"w":64,"h":16,"bits":"%s"}' % ("AB12" * 42 + "ABA="),
        b'{"w":200,"h":16,"motion":"scroll","pace_ms":1,"bits":"%s"}' % ("abCD" * 133 + "aA=="),
    ]
    hub = Hub(link, body, pictures)
    hub.beat()
    hub.show(0)
    for count in range(1, presses + WARM_UP + 1):
        before = WIRE.events
        node._press("ABCD"[count % 4], parts["keys"].turn, time.ticks_ms())
        if WIRE.events != before + 1:
            raise ValueError("press %d was not told" % count)
        hub.show(WIRE.events)
        # Tones and pictures that move are tasks: those that were ended are gone when others have had their turn.
        if count % TURN_EVERY == 0:
            await asyncio.sleep_ms(0)
        if count % BEAT_EVERY == 0:
            hub.beat()
        if count % (JOB_EVERY if count > WARM_UP else WARM_JOB_EVERY) == 0:
            done = WIRE.done
            hub.print(count % 1000000)
            while WIRE.done == done:
                await asyncio.sleep_ms(1)
            hub.show(WIRE.events)
        if count == WARM_UP:
            await tell("before", hub)
    await tell("after", hub)
    hub.show_picture(2, WIRE.events)
    print("frame_us %.1f" % frame_us(parts["panel"]))
    print("presses %d, jobs %d" % (presses, WIRE.done))
    for task in tasks:
        task.cancel()


WIRE = Wire()
gc.threshold(2048)
asyncio.run(week(int(os.getenv("LINTEL_PRESSES"))))

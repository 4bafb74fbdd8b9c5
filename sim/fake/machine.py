"""Stands for MicroPython's ``machine`` on a board whose pins are wired to models; see sim/wire.py for the wires.

It is a fake, and small, since it lives in the memory of the firmware that it serves: what a chip refuses, its other end
refuses for it (sim/pinout.py), by cutting the power and saying why.
"""

import asyncio
import os
import select
import socket
import struct
import sys
import time
from asyncio import core

_levels = {}
_handlers = {}
_uarts = {}
_wire = socket.socket()


def _send(kind, unit, data=b""):
    _wire.write(struct.pack(">BBH", ord(kind), unit, len(data)) + data)


def _take(head):
    """Do what a frame says and return its kind."""
    kind, unit, length = struct.unpack(">BBH", head)
    data = _wire.read(length) if length else b""
    if kind == 0x55:
        _uarts[unit].arrive(data)
    elif kind == 0x69:
        _levels["i2c"] = data[0]
    elif kind == 0x41:
        asyncio.create_task(_answer())
    elif kind in (0x50, 0x62, 0x70):
        if kind == 0x70:
            _levels["moved"] = time.ticks_ms()
        # No contact bounces for so long; this process was held up, as no chip is.
        elif kind == 0x62 and time.ticks_diff(time.ticks_ms(), _levels.get("moved", 0)) > 10:
            data = b""
        for level in data:
            before = _levels.get(unit, level)
            _levels[unit] = level
            handler, trigger = _handlers.get(unit, (None, 0))
            if trigger & (8 if level > before else 4 if level < before else 0):
                try:
                    handler(unit)
                except Exception as error:
                    sys.print_exception(error)
    return kind


async def _answer():
    _send("A", 0)


def _listen():
    """Take what has come whenever the loop looks, as interrupts are taken; a task as asyncio's streams are."""
    more = select.poll()
    more.register(_wire, select.POLLIN)
    while True:
        yield core._io_queue.queue_read(_wire)  # noqa: SLF001
        # What was there may have been taken meanwhile by somebody who waited for an answer.
        while more.poll(0) and _take(_wire.read(4)) != 0x70:
            pass


class Flag(asyncio.Event):
    """What an interrupt wakes a task by: here the loop itself takes interrupts.

    MicroPython's own has nothing that a PC could wait for, so every wait for anything would take a millisecond more.
    """

    def wait(self):
        """Return when it is set, and clear it. Whoever waits for input is not late, so he is due in many years."""
        if not self.state:
            self.waiting.push(core.cur_task, 1 << 60)
            core.cur_task.data = self.waiting
            yield
        self.clear()


class Pin:
    """A pin; an input asks for its level once, and is then told of every change.

    What an open drain does to inputs has been told when it returns, since a keypad is read right after.
    """

    IN, OUT, OPEN_DRAIN = 0, 1, 3
    PULL_UP, PULL_DOWN = 1, 2
    IRQ_FALLING, IRQ_RISING = 4, 8

    def __init__(self, number, mode=2, pull=0, *, value=0):
        self.number = number
        _levels[number] = value
        if mode == 3:
            _handlers[number] = None  # marks an open drain, which has no edges to handle
        if mode != 2:
            _send("M", number, bytes((mode, pull, value)))
        while mode in (0, 3) and _take(_wire.read(4)) != (0x51 if mode else 0x4E):
            pass

    def value(self, level=None):
        """Return the level, after driving one if it is given."""
        if level is not None:
            _levels[self.number] = level
            _send("P", self.number, bytes((level,)))
            while self.number in _handlers and _take(_wire.read(4)) != 0x51:
                pass
        return _levels[self.number]

    def irq(self, handler, trigger):
        """Have the handler called at every edge of the trigger."""
        _handlers[self.number] = handler, trigger


class SPI:
    """A bus that clocks bytes out; unless miso is None it takes a pin for input too, as the chip does."""

    def __init__(self, bus, baudrate, *, polarity, phase, sck, mosi, miso=-1):
        self._bus = bus
        mode = polarity << 1 | phase | (4 if miso is not None else 0)
        _send("S", bus, struct.pack(">BBBI", sck.number, mosi.number, mode, baudrate))

    def write(self, data):
        """Clock bytes out."""
        _send("s", self._bus, data)


class UART:
    """A serial port that takes as many bytes as its buffer holds, and sends them at the pace of its line."""

    def __init__(self, port, baudrate, *, tx, rx, txbuf, rxbuf, timeout):
        self._port, self._baud = port, baudrate
        self._txbuf, self._ring = txbuf, bytearray(rxbuf)
        self._first = self._count = self._idle_at = 0
        _uarts[port] = self
        _send("U", port, struct.pack(">BBBI", tx.number, rx.number, timeout, baudrate))

    def arrive(self, data):
        """Keep what the buffer has room for; the rest is lost. No memory is taken for it, as on a chip."""
        for byte in data:
            if self._count < len(self._ring):
                self._ring[(self._first + self._count) % len(self._ring)] = byte
                self._count += 1

    def any(self):
        """Return how many bytes wait to be read."""
        return self._count

    def read(self, count):
        """Return bytes that have arrived, or None."""
        data = bytearray(min(count, self._count))
        return bytes(data) if self.readinto(data) else None

    def readinto(self, memory):
        """Put bytes that have arrived into memory and return how many; None is none."""
        count = min(len(memory), self._count)
        for at in range(count):
            memory[at] = self._ring[self._first]
            self._first = (self._first + 1) % len(self._ring)
        self._count -= count
        return count or None

    def write(self, data):
        """Take what the buffer has room for and return how much that is, or None."""
        now = time.ticks_us()
        room = self._txbuf - max(0, self._idle_at - now) * self._baud // 10_000_000
        if room <= 0:
            return None
        data = bytes(data[:room])
        self._idle_at = max(self._idle_at, now) + len(data) * 10_000_000 // self._baud
        _send("u", self._port, data)
        return len(data)


class PWM:
    """A square wave on a pin."""

    def __init__(self, pin, *, freq, duty_u16):
        self._number, self._freq = pin.number, freq
        self.duty_u16(duty_u16)

    def freq(self, freq):
        """Set the frequency in hertz."""
        self._freq = freq
        self.duty_u16(self._duty)

    def duty_u16(self, duty):
        """Set for how much of the time it is high, of 65535."""
        self._duty = duty
        _send("W", self._number, struct.pack(">IH", self._freq, duty))


class WDT:
    """The watchdog, which cannot be stopped."""

    def __init__(self, timeout):
        self._timeout = timeout
        self.feed()

    def feed(self):
        """Hold it off for another while."""
        _send("D", 0, struct.pack(">I", self._timeout))


def reset_cause():
    """Return why this start came, as an RP2040 tells it: 1 is power; 3 is the watchdog, with which it resets itself."""
    return int(os.getenv("LINTEL_RESET"))


def reset():
    """Start anew: the power of this process is cut from outside."""
    _send("R", 0)
    time.sleep(3600)


def __getattr__(name):
    """Return what few boards need; a name that no chip has is an AttributeError, as on a board."""
    found = getattr(__import__("machine_rtc" if name == "RTC" else "machine_more"), name)
    sys.modules.pop("machine_rtc", None)
    return found


asyncio.ThreadSafeFlag = Flag
_wire.connect(socket.getaddrinfo("127.0.0.1", int(os.getenv("LINTEL_WIRE_PORT")))[0][-1])
_wire.setsockopt(6, 1, 1)
asyncio.create_task(_listen())

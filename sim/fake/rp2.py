"""Stands for MicroPython's ``rp2`` on a board whose pins are wired to models; see sim/wire.py for the wires.

A fake: it assembles programs to the words that a chip would run, and hands them over (sim/chips/pio.py runs them). Of
the instructions it has those that only put out; others have no name here. Its DMA knows one thing, to feed a state
machine from memory for ever, and refuses all else.
"""

import asyncio
import binascii
import struct

import uctypes
from machine import _send

_LOOK_MS = 15
_TRIGGER = 15
_channels = []
_WORDS = {"pins": 0, "x": 1, "y": 2, "null": 3, "osr": 7, "isr": 6, "not_x": 1, "x_dec": 2, "not_y": 3, "y_dec": 4}


class PIO:
    """Constants."""

    IN_LOW, IN_HIGH, OUT_LOW, OUT_HIGH = 0, 1, 2, 3
    SHIFT_LEFT, SHIFT_RIGHT = 0, 1


class _Code:
    """A program, and the instructions that write it; the second time they know the labels."""

    def __init__(self, out_init, set_init, sideset_init, shiftctrl):
        self.counts = [len(init) if init else 0 for init in (out_init, set_init, sideset_init)]
        self.shiftctrl = shiftctrl
        self._labels = {}
        self._sides = -1

    def begin(self):
        """Begin one of the two passes."""
        self._is_optional = self._sides >= 0 and self._sides != len(self.opcodes)
        self.opcodes, self._sides, self.execctrl = [], 0, self._is_optional << 30

    def _word(self, word):
        self.opcodes.append(word)
        return self

    def __getitem__(self, delay):
        if delay > 31 >> self.counts[2] + self._is_optional:
            raise ValueError("delay too large")
        self.opcodes[-1] |= delay << 8
        return self

    def side(self, value):
        """Set the side pins too."""
        self._sides += 1
        self.opcodes[-1] |= self._is_optional << 12 | value << 13 - self.counts[2] - self._is_optional
        return self

    def wrap_target(self):
        self.execctrl |= len(self.opcodes) << 7

    def wrap(self):
        self.execctrl |= len(self.opcodes) - 1 << 12

    def label(self, name):
        self._labels[name] = len(self.opcodes)

    def jmp(self, condition, name=None):
        if name is None:
            condition, name = 0, condition
        return self._word(condition << 5 | self._labels.get(name, 0))

    def out(self, to, bits):
        return self._word(0x6000 | to << 5 | bits & 31)

    def pull(self):
        return self._word(0x80A0)

    def mov(self, to, source):
        return self._word(0xA000 | to << 5 | source)

    def set(self, to, value):
        return self._word(0xE000 | to << 5 | value)

    def nop(self):
        return self.mov(2, 2)


def asm_pio(
    *, out_init=None, set_init=None, sideset_init=None, out_shiftdir=PIO.SHIFT_LEFT, autopull=False, pull_thresh=32
):
    """Assemble the function that follows."""

    def assemble(function):
        code = _Code(out_init, set_init, sideset_init, (pull_thresh & 31) << 25 | out_shiftdir << 19 | autopull << 17)
        names = function.__globals__
        kept = names.copy()
        names.clear()
        names.update(_WORDS)
        for name in ("wrap_target", "wrap", "label", "jmp", "out", "pull", "mov", "set", "nop"):
            names[name] = getattr(code, name)
        for _ in range(2):
            code.begin()
            function()
        names.clear()
        names.update(kept)
        return code

    return assemble


class StateMachine:
    """One of the eight; it runs in the wiring's process."""

    def __init__(self, number, code, freq, *, out_base=None, set_base=None, sideset_base=None):
        self.number, self._put = number, []
        bases = [pin.number if pin else 0 for pin in (out_base, set_base, sideset_base)]
        head = struct.pack(">III6B", freq, code.execctrl, code.shiftctrl, *bases, *code.counts)
        _send("O", number, head + b"".join(struct.pack(">H", word) for word in code.opcodes))

    def put(self, word):
        """Put a word in the queue, which holds four."""
        self._put.append(word)
        if len(self._put) > 4:
            raise ValueError("a chip would wait here for ever")

    def active(self, _value):
        """Let it run."""
        _send("o", self.number, b"".join(struct.pack(">I", word) for word in self._put))


class DMA:
    """One channel. registers: slices of it name what another channel writes to."""

    def __init__(self):
        self.channel, self.registers = len(_channels), self
        _channels.append(self)

    def __getitem__(self, part):
        return self, part.start, part.stop

    def pack_ctrl(self, **fields):
        """Keep the fields; what is not given has the chip's defaults."""
        packed = {"inc_read": True, "inc_write": True, "size": 2, "treq_sel": 0x3F, "chain_to": self.channel}
        packed.update(fields)
        return packed

    def config(self, *, read, write, count, ctrl, trigger=False):
        """Set the channel up."""
        self.read, self.write, self.count, self.ctrl = read, write, count, ctrl
        if trigger:
            self._check()
            self._task = asyncio.create_task(self._repeat())

    def _check(self):
        """Refuse what would not feed a state machine with all of this memory for ever."""
        again, own = _channels[self.ctrl["chain_to"]], self.ctrl
        fields = own["inc_read"], own["inc_write"], own["size"], own.get("bswap"), own["treq_sel"]
        others = again.ctrl["inc_read"], again.ctrl["inc_write"], again.ctrl["size"], again.ctrl["treq_sel"]
        if fields != (True, False, 2, True, self.write.number) or self.count * 4 != len(self.read):
            raise ValueError("the DMA channel would not feed the state machine")
        target = (self, _TRIGGER, _TRIGGER + 1)
        if others != (False, False, 2, 0x3F) or again.count != 1 or again.write != target:
            raise ValueError("the DMA channel would not be started again")
        if again is self or again.ctrl["chain_to"] != again.channel or again.read[0] != uctypes.addressof(self.read):
            raise ValueError("the DMA channel would be started with something else")

    async def _repeat(self):
        """Tell what is read whenever it has changed; memory is read for ever."""
        told = None
        while True:
            now = binascii.crc32(self.read)
            if now != told:
                told = now
                _send("l", self.write.number, self.read)
            await asyncio.sleep_ms(_LOOK_MS)

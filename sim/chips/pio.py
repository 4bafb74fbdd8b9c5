"""A model of a PIO state machine that puts out: it runs the very words that a chip would (RP2040 datasheet, chapter 3).

It knows the instructions jmp (without pins), out, pull, mov, set, their side-set and delays, and refuses others. It is
made for speed; tests/integration/test_hub08.py holds it against another emulator.
"""

import struct
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_WORD = 0xFFFFFFFF
_HEAD = struct.Struct(">III6B")
_JMP, _OUT, _PULL, _MOV, _SET = 0, 3, 4, 5, 7
_PINS, _X, _Y, _NULL, _ISR, _OSR = 0, 1, 2, 3, 6, 7


class UnknownInstructionError(ValueError):
    """A program has an instruction that this model does not run; the sentence names it."""


@dataclass(frozen=True)
class Program:
    """A program with its pins. hz: cycles a second. bases, counts: first pin and number of pins of out, set, side-set.

    execctrl, shiftctrl: as the registers SM0_EXECCTRL and SM0_SHIFTCTRL have them.
    """

    hz: int
    execctrl: int
    shiftctrl: int
    bases: tuple[int, int, int]
    counts: tuple[int, int, int]
    opcodes: tuple[int, ...]

    @classmethod
    def decode(cls, data: bytes) -> "Program":
        """Return the program that a chip tells of when it sets a state machine up."""
        hz, execctrl, shiftctrl, *pins = _HEAD.unpack_from(data)
        words = struct.unpack(f">{(len(data) - _HEAD.size) // 2}H", data[_HEAD.size :])
        return cls(hz, execctrl, shiftctrl, tuple(pins[:3]), tuple(pins[3:]), words)

    @property
    def wrap_target(self) -> int:
        """Where the program goes on after `wrap_top`."""
        return self.execctrl >> 7 & 31

    @property
    def wrap_top(self) -> int:
        """The last instruction of the loop."""
        return self.execctrl >> 12 & 31

    @property
    def pins(self) -> list[int]:
        """Every pin that it drives, without repeats."""
        drives = zip(self.bases, self.counts, strict=True)
        return sorted({pin for base, count in drives for pin in range(base, base + count)})


class StateMachine:
    """A state machine that has just been started. clock: cycles since then. levels: of all pins, GP0 lowest."""

    def __init__(self, program: Program) -> None:
        self.clock = 0
        self.levels = 0
        self._program = program
        self._at = 0
        self._registers = {_X: 0, _Y: 0, _NULL: 0, _ISR: 0, _OSR: 0}
        self._shifted = 32
        self._queue: deque[int] = deque()
        self._limit = (program.shiftctrl >> 25 & 31) or 32
        self._is_right = bool(program.shiftctrl >> 19 & 1)
        self._is_refilled = bool(program.shiftctrl >> 17 & 1)
        self._is_side_optional = program.execctrl >> 30 & 1
        self._side_bits = program.counts[2] + self._is_side_optional

    def run(self, words: Iterable[int], on_levels: Callable[[int, int], None]) -> None:
        """Take words and run until there are none; tell clock and levels at every change of a pin."""
        self._queue.extend(words)
        while self._step(on_levels):
            pass

    def _step(self, on_levels: Callable[[int, int], None]) -> bool:
        opcode = self._program.opcodes[self._at]
        before = self.levels
        self._set_sides(opcode)
        kind = opcode >> 13
        takes = kind == _PULL or (kind == _OUT and self._is_refilled and self._shifted >= self._limit)
        is_stalled = takes and not self._refill()
        if not takes or (kind == _PULL and not is_stalled):
            self._execute(kind, opcode)
        if self.levels != before:
            on_levels(self.clock, self.levels)
        if is_stalled:
            return False
        self._pass_time(kind, opcode, waits=takes and kind == _OUT)
        return True

    def _execute(self, kind: int, opcode: int) -> None:
        place, value = opcode >> 5 & 7, opcode & 31
        if kind == _OUT:
            self._put(place, self._shift(value or 32), 0)
        elif kind == _MOV and not value >> 3:
            self._put(place, self._registers[value & 7], 0)
        elif kind == _SET:
            self._put(place, value, 1)
        elif kind not in (_JMP, _PULL) or (kind == _JMP and place > 4):
            raise UnknownInstructionError(f"the instruction {opcode:#06x} at {self._at} is none that this model runs")

    def _pass_time(self, kind: int, opcode: int, *, waits: bool) -> None:
        """Go on to the next instruction, or with ``waits`` look at this one again a cycle later."""
        if waits:
            self.clock += 1
            return
        cycles = 1 + (opcode >> 8 & (1 << 5 - self._side_bits) - 1)
        self.clock += cycles
        if kind == _JMP and self._jumps(opcode, cycles):
            self._at = opcode & 31
        else:
            program = self._program
            self._at = program.wrap_target if self._at == program.wrap_top else self._at + 1

    def _jumps(self, opcode: int, cycles: int) -> bool:
        condition = opcode >> 5 & 7
        if not condition:
            return True
        register = _X if condition in (1, 2) else _Y
        value = self._registers[register]
        if condition in (1, 3):
            return value == 0
        if opcode & 31 == self._at:
            # It counts down to nothing on the spot, and no pin changes meanwhile.
            self.clock += value * cycles
            value = 0
        self._registers[register] = value - 1 & _WORD
        return value != 0

    def _refill(self) -> bool:
        if not self._queue:
            return False
        self._registers[_OSR], self._shifted = self._queue.popleft(), 0
        return True

    def _shift(self, bits: int) -> int:
        osr = self._registers[_OSR]
        if self._is_right:
            value, osr = osr & (1 << bits) - 1, osr >> bits
        else:
            value, osr = osr >> 32 - bits, osr << bits & _WORD
        self._registers[_OSR], self._shifted = osr, min(32, self._shifted + bits)
        if self._is_refilled and self._shifted >= self._limit:
            self._refill()
        return value

    def _put(self, place: int, value: int, group: int) -> None:
        if place == _PINS:
            self._drive(group, value)
        elif place in self._registers:
            self._registers[place] = value if place != _NULL else 0
        else:
            raise UnknownInstructionError(f"the target {place} of the instruction at {self._at} is not modelled")

    def _set_sides(self, opcode: int) -> None:
        count = self._program.counts[2]
        if count and (not self._is_side_optional or opcode >> 12 & 1):
            self._drive(2, opcode >> 13 - self._side_bits & (1 << count) - 1)

    def _drive(self, group: int, value: int) -> None:
        mask = (1 << self._program.counts[group]) - 1 << self._program.bases[group]
        self.levels = self.levels & ~mask | value << self._program.bases[group] & mask

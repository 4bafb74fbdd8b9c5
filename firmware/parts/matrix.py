"""Keys in a matrix of rows and columns: a press counts when its contact is first seen closed; step 1 of a press.

While all keys are quiet every row is held low, so that any key brings its column's interrupt, which takes the turn and
reads which key it is, however busy the node is; until then nothing is looked at. After that row after row is read every
few milliseconds until all keys are quiet again::

    contact  ____|‾|_|‾‾‾‾‾‾‾‾‾|_|‾|__________
    read     ____||||||||||||||||||||||||||____
                 ^ press               <->  settle_ms
"""

import asyncio
import time

from machine import Pin
from micropython import const

_LOOK_EVERY_MS = const(5)
_RISE_US = const(20)
"""A column that is let go rises within 5 us, by a pull-up of 50 kOhm against 100 pF of cable."""


class Matrix:
    """The keys of a board as `parts.keys.Keys`. keys: the board file's part.

    Without diodes three keys of a rectangle look like all four of it; none that comes then counts until it was quiet.
    """

    def __init__(self, keys):
        matrix = keys["matrix"]
        self.turn = None
        self._names = matrix["keys"]
        self._has_diodes = matrix.get("diodes", False)
        self._settle_ms = keys.get("settle_ms", 20)
        self._woken = asyncio.ThreadSafeFlag()
        self._is_idle = False
        self._edge = None
        # An open drain and not an output: two rows that one finger connects must not fight.
        self._rows = [Pin(row, Pin.OPEN_DRAIN, value=1) for row in matrix["rows"]]
        self._columns = [Pin(column, Pin.IN, Pin.PULL_UP) for column in matrix["columns"]]
        # For each row, a bit a column: what is closed now, what is deaf, and for how many readings it has been quiet.
        self._closed = bytearray(len(self._rows))
        self._before = bytearray(len(self._rows))
        self._deaf = bytearray(len(self._rows))
        self._quiet = bytearray(len(self._rows) * len(self._columns))
        # A key that is held, or stuck, while the node starts is no press.
        self._read()
        self._deaf[:] = self._closed
        for column in self._columns:
            column.irq(self._wake, Pin.IRQ_FALLING)

    async def run(self, on_press):
        """Call on_press with key, turn and ``time.ticks_ms()`` of every press, for ever."""
        while True:
            quiet_ms = 0
            while quiet_ms < self._settle_ms:
                self._tell(on_press)
                quiet_ms = 0 if any(self._closed) or any(self._deaf) else quiet_ms + _LOOK_EVERY_MS
                await asyncio.sleep_ms(_LOOK_EVERY_MS)
                self._read()
            await self._rest()

    async def listen_again(self):
        """Do nothing: a matrix is looked at until its keys are quiet, in `run`."""

    async def _rest(self):
        """Return when a key goes down. One that did before the interrupt was listened to is seen by its level."""
        self._edge = None
        self._set_rows(0)
        self._is_idle = True
        if 0 in [column.value() for column in self._columns]:
            self._wake(None)
        await self._woken.wait()

    def _wake(self, _pin):
        """Take turn, time and key at the first edge; what reading does to the columns is none."""
        if self._is_idle:
            self._is_idle = False
            self._edge = self.turn, time.ticks_ms()
            self._set_rows(1)
            self._read()
            self._woken.set()

    def _tell(self, on_press):
        if not self._is_sure():
            return
        for row, names in enumerate(self._names):
            new = self._closed[row] & ~self._deaf[row]
            doubtful = self._doubtful(row)
            self._settle(row)
            for column, name in enumerate(names):
                if new >> column & 1 and not doubtful >> column & 1:
                    turn, pressed_at = self._edge or (self.turn, time.ticks_ms())
                    self._edge = None
                    on_press(name, turn, pressed_at)

    def _is_sure(self):
        """Three keys may look like others while one of them bounces between two rows: what is read must stay so."""
        count = sum([bin(closed).count("1") for closed in self._closed])
        return self._has_diodes or count < 3 or self._before == self._closed

    def _settle(self, row):
        """Make the keys deaf that are down, and end the deafness of those that have been quiet."""
        for column in range(len(self._columns)):
            bit, at = 1 << column, row * len(self._columns) + column
            if self._closed[row] & bit:
                self._deaf[row] |= bit
                self._quiet[at] = 0
            elif self._deaf[row] & bit:
                self._quiet[at] += 1
                if self._quiet[at] * _LOOK_EVERY_MS >= self._settle_ms:
                    self._deaf[row] &= ~bit

    def _doubtful(self, row):
        """Return the keys of a row that look closed and may not be: corners of a rectangle that is closed wholly."""
        found = 0
        if self._has_diodes:
            return found
        for other, closed in enumerate(self._closed):
            both = closed & self._closed[row]
            if other != row and both & both - 1:
                found |= both
        return found

    def _read(self):
        self._before[:] = self._closed
        for at, row in enumerate(self._rows):
            row.value(0)
            time.sleep_us(_RISE_US)
            closed = 0
            for column, pin in enumerate(self._columns):
                if not pin.value():
                    closed |= 1 << column
            self._closed[at] = closed
            row.value(1)
            time.sleep_us(_RISE_US)

    def _set_rows(self, level):
        for row in self._rows:
            row.value(level)

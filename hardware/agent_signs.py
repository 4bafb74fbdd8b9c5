"""Lamps that blink and tones that follow one another, by the event loop's clock, over parts that know neither."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from hardware.agent_parts import LampsPart, TonePart
from hardware.contract import Lamp, Note

REFUSED: tuple[Note, ...] = ((330, 90), (0, 50), (330, 90))
"""Two low tones: the press was no event."""


class LampSigns:
    """The lamps of a device, some of which blink, all in step.

    part: None is a device without lamps. names: those it has. blink_ms: half a blink.
    """

    def __init__(self, *, part: LampsPart | None, names: Iterable[str], blink_ms: int) -> None:
        self._part = part
        self._names = frozenset(names)
        self._blink_s = blink_ms / 1000
        self._on: frozenset[str] = frozenset()
        self._blinking: frozenset[str] = frozenset()
        self._drawn: frozenset[str] | None = None
        self._is_lit_half = True
        self._timer: asyncio.TimerHandle | None = None

    def show(self, lamps: Mapping[str, Lamp], *, waiting: frozenset[str]) -> None:
        """Show a view's lamps. waiting: keys whose presses are not acknowledged, which blink whatever the view says."""
        self._blinking = self._names & (waiting | _with(lamps, "blink"))
        self._on = (self._names & _with(lamps, "on")) - self._blinking
        if not self._blinking:
            self.close()
        elif self._timer is None:
            self._is_lit_half = True
            self._timer = asyncio.get_running_loop().call_later(self._blink_s, self._turn)
        self._draw()

    def close(self) -> None:
        """Stop blinking; may be called twice."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _turn(self) -> None:
        self._is_lit_half = not self._is_lit_half
        self._timer = asyncio.get_running_loop().call_later(self._blink_s, self._turn)
        self._draw()

    def _draw(self) -> None:
        lit = self._on | self._blinking if self._is_lit_half else self._on
        if self._part and lit != self._drawn:
            self._drawn = lit
            self._part.light(lit)


class ToneSigns:
    """The buzzer of a device; new tones take the place of those that still sound. part: None is a silent device."""

    def __init__(self, part: TonePart | None) -> None:
        self._part = part
        self._timer: asyncio.TimerHandle | None = None

    def play(self, notes: Sequence[Note]) -> None:
        """Sound these notes, one after another."""
        if notes and self._part:
            self.close()
            self._step(self._part, notes)

    def close(self) -> None:
        """Fall silent; may be called twice."""
        if self._timer and self._part:
            self._timer.cancel()
            self._timer = None
            self._part.sound(0)

    def _step(self, part: TonePart, notes: Sequence[Note]) -> None:
        if not notes:
            self._timer = None
            part.sound(0)
            return
        hertz, length_ms = notes[0]
        part.sound(hertz)
        self._timer = asyncio.get_running_loop().call_later(length_ms / 1000, self._step, part, notes[1:])


def _with(lamps: Mapping[str, Lamp], state: Lamp) -> frozenset[str]:
    return frozenset(name for name, shown in lamps.items() if shown == state)

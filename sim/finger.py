"""A finger on a simulated node's keys: contacts bounce, and it moves in the time of the node; step 1 of a press.

A board's processor is its own, and sees an edge when it comes. A simulated one is a process, which a busy computer may
hold up for longer than a press lasts; then release and next press would come to it at once. So a finger moves on only
when the firmware has taken note of the release. Keys in a matrix are read, and so each reading is waited for.
"""

import asyncio
import math
import random
from collections.abc import Callable

from sim.contacts import Contacts
from sim.node_process import Chip

HOLD_S = 0.04
"""How long a short press lasts."""
_BOUNCE_S = (0.0002, 0.0012)
_BOUNCES = (1, 2)
_BOUNCES_OVER_S = 0.01
"""No contact bounces for longer; on a computer that is held up for so long, one press would become two."""
_STEP_S = 0.01
_STEP_S_MIN = 0.006
"""Firmware that reads a matrix every 5 ms has read it once between two looks."""


class Finger:
    """A finger on the contacts of a node of this name. level_of: the level that a pin of the chip has now."""

    def __init__(self, *, name: str, contacts: Contacts, chip: Chip, level_of: Callable[[int], int]) -> None:
        self._name = name
        self._contacts = contacts
        self._chip = chip
        self._level_of = level_of
        self._random = random.Random(name)  # noqa: S311  (bounces, no secrets)

    async def move(self, key: str, *, is_down: bool) -> None:
        """Press a key or let it go; return when it has stopped bouncing and was seen. Raises NoSuchKeyError."""
        self._contacts.check(self._name, key)
        for pin, level in self._levels(key, is_down=is_down).items():
            self._chip.send(b"p", pin, bytes([level]))
        over = asyncio.get_running_loop().time() + _BOUNCES_OVER_S
        for _ in range(self._random.randint(*_BOUNCES)):
            await asyncio.sleep(self._random.uniform(*_BOUNCE_S))
            if asyncio.get_running_loop().time() > over:
                break
            self._bounce(key, is_down=is_down)
        if self._contacts.are_read or not is_down:
            await self._chip.look()

    async def rest(self, time_s: float) -> None:
        """Return when the firmware has looked after a time; where keys are read, in each step of it."""
        if not self._contacts.are_read:
            await asyncio.sleep(time_s)
            await self._chip.look()
            return
        loop = asyncio.get_running_loop()
        begun_s = loop.time()
        for step in range(1, math.ceil(time_s / _STEP_S) + 1):
            ends_s = begun_s + min(step * _STEP_S, time_s)
            await asyncio.sleep(max(_STEP_S_MIN, ends_s - loop.time()))
            await self._chip.look()

    def _bounce(self, key: str, *, is_down: bool) -> None:
        """Open a contact and close it, or the other way round, in one frame: nothing can come between."""
        away = self._levels(key, is_down=not is_down)
        back = self._levels(key, is_down=is_down)
        for pin in away | back:
            now = self._level_of(pin)
            self._chip.send(b"b", pin, bytes([away.get(pin, now), back.get(pin, now)]))

    def _levels(self, key: str, *, is_down: bool) -> dict[int, int]:
        """Set a key's contact and return the levels of the pins that may have another by that."""
        return {pin: self._level_of(pin) for pin in self._contacts.set(key, is_down=is_down)}
